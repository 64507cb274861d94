"""Reading one paper as it was marked by hand, and a pile of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.ballots.counting.papers import Handling, read_ranking
from app.ballots.rules import ChoiceProblem, Filled, rank_field, read_choices
from app.consultations.rules import Definition, PaperSection

BLANK_PAPER = "blank"  # a line of a pile: nothing marked on the whole paper
SPOILT_PAPER = "spoilt"  # marked, but nothing on it can be read


def is_canonical(definition: Definition, text: str) -> bool:
    """Whether this is the one way to write down a paper of this ballot, within its limits."""
    chosen = read_choices(text)
    if list(chosen) != [section.key for section in definition.sections]:
        return False
    return text == ";".join(
        f"{section.key}={','.join(_in_order(section, chosen[section.key]))}"
        for section in definition.sections
    )


def _in_order(section: PaperSection, chosen: Sequence[str]) -> Sequence[str]:
    """The options as they must stand; nothing of what cannot stand on a paper at all."""
    known = set(section.keys)
    fits = set(chosen) <= known and len(set(chosen)) == len(chosen) <= section.most
    if not fits:
        return ()
    return chosen if section.is_ranked else [key for key in section.keys if key in chosen]


def is_blank(text: str) -> bool:
    """Whether a paper says nothing at all."""
    return not any(read_choices(text).values())


def read_marked(definition: Definition, fields: Mapping[str, Sequence[str]]) -> Filled:
    """The paper that was typed. A section without marks is empty; an empty paper is blank.

    Ranked sections are read as everywhere (docs/counting.md): gaps are passed over, a repeat counts
    at its first place, and where two options share a place nothing after it is read.
    """
    parts, problems = [], {}
    for section in definition.sections:
        read = _read_ranks if section.is_ranked else _read_ticks
        chosen, problem = read(section, fields)
        if problem is not None:
            problems[section.key] = problem
        parts.append(f"{section.key}={','.join(chosen)}")
    return Filled(";".join(parts), problems)


def _read_ticks(
    section: PaperSection, fields: Mapping[str, Sequence[str]]
) -> tuple[Sequence[str], ChoiceProblem | None]:
    ticked = [one for one in fields.get(section.key, ()) if one]
    if not set(ticked) <= set(section.keys):
        return (), ChoiceProblem.UNKNOWN
    chosen = [key for key in section.keys if key in ticked]
    return chosen, ChoiceProblem.TOO_MANY if len(chosen) > section.most else None


def _read_ranks(
    section: PaperSection, fields: Mapping[str, Sequence[str]]
) -> tuple[Sequence[str], ChoiceProblem | None]:
    ranks: list[list[str]] = [[] for _ in section.keys]
    for key in section.keys:
        typed = next((one for one in fields.get(rank_field(section.key, key), ()) if one), "")
        if not typed:
            continue
        is_place = typed.isascii() and typed.isdigit() and len(typed) < 4
        if not (is_place and 1 <= int(typed) <= len(ranks)):
            return (), ChoiceProblem.UNKNOWN
        ranks[int(typed) - 1].append(key)
    marked = [tuple(marks) for marks in ranks]
    reading = read_ranking(marked, Handling(), section.most).ranking
    is_lost = bool(not reading and any(marked))
    return reading, ChoiceProblem.SAME_RANK if is_lost else None


@dataclass(frozen=True)
class Pile:
    """Papers entered one by one, in no order."""

    papers: tuple[tuple[str, int], ...]
    blank: int
    spoilt: int
    unreadable: int  # lines that are no paper of this ballot

    @property
    def valid(self) -> int:
        """How many papers say something."""
        return sum(n for _, n in self.papers)


def read_pile(definition: Definition, lines: Iterable[str]) -> Pile:
    """Count a pile from its lines: a paper's canonical text, or one of the two words above."""
    counts = Counter(line for line in (one.strip() for one in lines) if line)
    blank, spoilt = counts.pop(BLANK_PAPER, 0), counts.pop(SPOILT_PAPER, 0)
    papers, unreadable = [], 0
    for text, n in counts.items():
        if not is_canonical(definition, text):
            unreadable += n
        elif is_blank(text):
            blank += n
        else:
            papers.append((text, n))
    return Pile(tuple(sorted(papers)), blank, spoilt, unreadable)


def show_paper(definition: Definition, text: str) -> str:
    """A paper in words, for the history of a pile."""
    said = []
    for section, chosen in zip(definition.sections, read_choices(text).values(), strict=True):
        labels = {option.key: option.label for option in section.options}
        joined = (" > " if section.is_ranked else ", ").join(labels[key] for key in chosen)
        said.append(joined or "–")
    return " · ".join(said)
