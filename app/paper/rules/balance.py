"""Whether a count can be so: papers handed out and papers found, marks and what a paper may say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.consultations.rules import BallotRule, Definition, PaperSection
from app.paper.rules.contents import ACCOUNT, PAPERS, Contents, mark_field
from app.paper.rules.marking import is_blank, is_canonical
from app.paper.rules.vocabulary import BatchKind, Reason

MOST = 100_000  # of anything in one pile
MOST_PAPERS = 2_000  # entered one by one in one pile


class Lean(StrEnum):
    """To which side a sum leans."""

    FITS = "fits"
    MISSING = "missing"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Scale:
    """A sum that was weighed: to which side it leans, by how many, and the figures to say so."""

    lean: Lean
    off: int
    figures: Mapping[str, int]


@dataclass(frozen=True)
class Problem:
    """One thing that cannot be so: why, at which field, and the scale that shows it."""

    reason: Reason
    where: str
    scale: Scale | None = None
    figures: Mapping[str, int] = field(default_factory=dict)


def has_ranked(definition: Definition) -> bool:
    """Whether the paper asks for an order anywhere: sums cannot tell one."""
    return any(section.is_ranked for section in definition.sections)


def weigh_account(contents: Contents) -> Scale:
    """What was handed out against what was found."""
    found = contents.returned + contents.unused
    figures = {name: getattr(contents, name) for name in ACCOUNT} | {"sum": found}
    return _lean(contents.issued, contents.issued, found, figures)


def weigh_section(section: PaperSection, contents: Contents, *, is_only: bool) -> Scale:
    """The marks of a section against what so many valid papers can say.

    A valid paper says something somewhere. On a paper with one section that is here; on a paper
    with several it may leave this one empty.
    """
    marks = (contents.marks or {}).get(section.key, {})
    total, valid = sum(marks.values()), contents.valid
    least, most = (valid if is_only else 0), valid * section.most
    figures = {
        "sum": total, "valid": valid, "least": least, "most": most,
        "empty": max(0, valid - total) if section.rule is BallotRule.PLURALITY else 0,
    }  # fmt: skip
    return _lean(least, most, total, figures)


def _lean(least: int, most: int, found: int, figures: Mapping[str, int]) -> Scale:
    if found < least:
        return Scale(Lean.MISSING, least - found, figures)
    if found > most:
        return Scale(Lean.TOO_MANY, found - most, figures)
    return Scale(Lean.FITS, 0, figures)


def list_problems(definition: Definition, kind: BatchKind, contents: Contents) -> list[Problem]:
    """Everything about a count that cannot be so, in the order of its page."""
    out_of_range = [
        Problem(Reason.OUT_OF_RANGE, name)
        for name, figure in contents.figures.items()
        if not 0 <= figure <= MOST
    ]
    if out_of_range:
        return out_of_range
    found = _account_problems(kind, contents)
    if contents.papers is not None:
        return found + _paper_problems(definition, contents.papers, contents.valid)
    return found + _mark_problems(definition, kind, contents)


def _account_problems(kind: BatchKind, contents: Contents) -> list[Problem]:
    found = []
    if kind is BatchKind.HANDS_UP:
        if contents.is_one_by_one:
            found.append(Problem(Reason.NOT_WITH_HANDS, PAPERS))
        found += [
            Problem(Reason.NOT_WITH_HANDS, name)
            for name in ("spoilt", "unused")
            if getattr(contents, name)
        ]
    scale = weigh_account(contents)
    if scale.lean is not Lean.FITS:
        found.append(Problem(Reason.DOES_NOT_BALANCE, "issued", scale))
    return found


def _mark_problems(definition: Definition, kind: BatchKind, contents: Contents) -> list[Problem]:
    if has_ranked(definition):
        is_hands = kind is BatchKind.HANDS_UP
        reason = Reason.HANDS_CANNOT_RANK if is_hands else Reason.RANKED_ONE_BY_ONE
        return [Problem(reason, "valid")]
    marks = contents.marks or {}
    known = {mark_field(one.key, key) for one in definition.sections for key in one.keys}
    given = {mark_field(key, option) for key, by_option in marks.items() for option in by_option}
    if unknown := sorted(given - known):
        return [Problem(Reason.NOT_ON_THE_PAPER, unknown[0])]
    is_only = len(definition.sections) == 1
    found = []
    for section in definition.sections:
        found += _section_problems(section, contents, is_only=is_only)
    total = sum(sum(by_option.values()) for by_option in marks.values())
    if not is_only and total < contents.valid:
        figures = {"sum": total, "valid": contents.valid}
        scale = Scale(Lean.MISSING, contents.valid - total, figures)
        found.append(Problem(Reason.MARKS_MISSING, "valid", scale))
    return found


def _section_problems(section: PaperSection, contents: Contents, *, is_only: bool) -> list[Problem]:
    marks = (contents.marks or {}).get(section.key, {})
    found = [
        Problem(
            Reason.OPTION_TOO_MANY, mark_field(section.key, option),
            figures={"n": n, "valid": contents.valid},
        )
        for option, n in marks.items()
        if n > contents.valid
    ]  # fmt: skip
    scale = weigh_section(section, contents, is_only=is_only)
    first = mark_field(section.key, section.keys[0])
    if scale.lean is Lean.MISSING:
        found.append(Problem(Reason.MARKS_MISSING, first, scale))
    if scale.lean is Lean.TOO_MANY and not found:
        found.append(Problem(Reason.MARKS_TOO_MANY, first, scale))
    return found


def _paper_problems(
    definition: Definition, papers: tuple[tuple[str, int], ...], valid: int
) -> list[Problem]:
    total = sum(n for _, n in papers)
    texts = [text for text, _ in papers]
    is_wrong = len(set(texts)) < len(texts) or any(n < 1 for _, n in papers)
    if is_wrong or any(is_blank(one) or not is_canonical(definition, one) for one in texts):
        return [Problem(Reason.PAPER_UNREADABLE, PAPERS)]
    if total > MOST_PAPERS:
        return [Problem(Reason.TOO_MANY_PAPERS, PAPERS, figures={"most": MOST_PAPERS})]
    if total != valid:
        return [Problem(Reason.PAPERS_DO_NOT_ADD_UP, PAPERS, figures={"n": total, "valid": valid})]
    return []
