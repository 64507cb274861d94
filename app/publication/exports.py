"""Released figures as a file. Only what is in a release; safe to open in a spreadsheet."""

import csv
import io

from app.publication.queries import Story

HEADINGS = (
    "subject", "counted in", "total", "question", "answer", "wish", "state", "count", "percent",
    "released on", "release", "release hash",
)  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def export_figures(story: Story) -> bytes:
    """One line a figure, UTF-8 with a byte order mark so that spreadsheets read it right."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for told in story.told:
        population = told.population
        ends = (told.released_at.date().isoformat(), told.release_id, told.release_hash)
        starts = (safe_cell(story.subject.title), population["unit"], population["total"])
        for row in told.rows:
            title = safe_cell(row["title"] or population["title"] or row["kind"])
            if row["withheld"]:
                writer.writerow([*starts, title, "", "", "withheld", "", "", *ends])
            for cell in row["cells"]:
                said = (safe_cell(cell["label"]), cell["wish"], cell["state"])
                writer.writerow([*starts, title, *said, cell["count"], cell["percent"], *ends])
        if not told.rows:
            writer.writerow([*starts, "", "", "", "withheld", "", "", *ends])
    return out.getvalue().encode("utf-8-sig")


def safe_cell(text: str) -> str:
    """Text that a spreadsheet will not take for a formula: a quote is put before it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
