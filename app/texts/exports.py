"""Tables to take away. Never a young person's words."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any


def row_errors_csv(row_errors: Iterable[Mapping[str, Any]]) -> bytes:
    """Row number and reason of every row an import left out, as UTF-8 CSV with a BOM for Excel."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(["row", "reason"])
    table.writerows([error["row"], error["reason"].replace("_", " ")] for error in row_errors)
    return out.getvalue().encode("utf-8-sig")
