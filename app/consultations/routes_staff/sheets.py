"""A ballot on the officer's desk: typed and not saved yet, so its shape can still change.

A sheet is a list of sections, each the texts of its fields as they were typed. Its fields are named
`s1.question`, `s2.rule`, …; a button may change the shape and saves nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from app.consultations import rules
from app.consultations.forms import (
    FIELDS,
    OptionForm,
    PaperForm,
    SectionForm,
    WordsForm,
    split_lines,
)
from app.consultations.queries import AskedBallot, AskedSection
from app.consultations.rules import BallotFacts, OptionDraft, Reason, SectionDraft
from app.core.forms import Form, check_part
from app.core.templates import sentence

Sheet = list[dict[str, str]]
SECTION_FIELDS = (*SectionForm.model_fields, "was")
NEW_SECTION = {"rule": "plurality", "seats": "1"}


def list_kinds(request: Request) -> Mapping[str, Any]:
    """Ballots to begin with: those that Leeds runs, by name."""
    words: Any = request.app.state.templates.get_template("consultations/ballot_kinds.html").module
    kinds: Mapping[str, Any] = words.kinds
    return kinds


def start_sheet(kind: Mapping[str, Any], wishes: Sequence[OptionDraft]) -> Sheet:
    """The sheet of a ballot of this kind, with nothing to fill in but its options."""
    sheet: Sheet = []
    for number, section in enumerate(kind["sections"], start=1):
        texts = {name: str(value) for name, value in section.items() if name != "of_wishes"}
        sheet.append(_text_section(NEW_SECTION | texts))
        if section.get("of_wishes"):
            sheet = change_sheet(sheet, f"wishes-{number}", wishes)
    return sheet


def lay_out(asked: AskedBallot) -> Sheet:
    """The sheet of a ballot as it was saved."""
    return [
        _text_section(
            {
                "question": draft.question, "rule": draft.rule.value, "seats": str(draft.seats),
                "max_choices": str(draft.max_choices or ""), "was": str(number),
                "options": "\n".join(option.label for option in draft.options),
            }
        )
        for number, draft in enumerate((one.draft for one in asked.sections), start=1)
    ]  # fmt: skip


def read_sheet(raw: Mapping[str, str]) -> Sheet:
    """The sheet as it was typed."""
    sheet: Sheet = []
    while len(sheet) <= rules.MOST_SECTIONS and f"s{len(sheet) + 1}.question" in raw:
        prefix = f"s{len(sheet) + 1}."
        sheet.append({name: raw.get(prefix + name, "") for name in SECTION_FIELDS})
    return sheet


def change_sheet(sheet: Sheet, step: str, wishes: Sequence[OptionDraft]) -> Sheet:
    """The sheet after a button: `add`, `remove-2`, `up-2`, `down-2`, `wishes-2`."""
    does, _, typed = step.partition("-")
    place = int(typed) - 1 if typed.isascii() and typed.isdigit() and len(typed) < 3 else -1
    changed = [dict(one) for one in sheet]
    if does == "add" and len(changed) < rules.MOST_SECTIONS:
        changed.append(_text_section(NEW_SECTION))
    if not 0 <= place < len(changed):
        return changed
    if does == "remove":
        del changed[place]
    elif does in ("up", "down"):
        other = max(place - 1, 0) if does == "up" else min(place + 1, len(changed) - 1)
        changed[place], changed[other] = changed[other], changed[place]
    elif does == "wishes":
        changed[place]["options"] = _with_wishes(changed[place]["options"], wishes)
    return changed


def check_sheet(
    request: Request,
    form: Form[PaperForm],
    sheet: Sheet,
    *,
    was: Sequence[AskedSection],
    wishes: Sequence[OptionDraft],
) -> list[SectionDraft] | None:
    """The sections that were meant; None when something is wrong, which `form.errors` then says."""
    drafts: list[SectionDraft] = []
    for number, section in enumerate(sheet, start=1):
        typed = check_part(request, form, SectionForm, f"s{number}.")
        if typed is None:
            continue
        kept = _options_of(was, section["was"])
        options = rules.draft_options(typed.labels, kept, wishes)
        draft = SectionDraft(typed.question, typed.rule, typed.limit, typed.seats, options)
        drafts.append(draft)
        if reason := rules.why_not_section(draft.facts):
            form.refuse(f"s{number}.{FIELDS[reason]}", _say(request, reason))
    reason = rules.why_not_ballot(BallotFacts(tuple(one.facts for one in drafts)))
    if reason and not form.errors:  # about the paper as a whole
        form.refuse("sections", _say(request, reason))
    return None if form.errors or form.data is None else drafts


def check_options(
    request: Request, form: Form[Any], section: SectionDraft, keys: Sequence[str],
    languages: Sequence[str],
) -> tuple[OptionDraft, ...] | None:  # fmt: skip
    """The options of a section with their pictures and words; None when something is wrong."""
    typed = [check_part(request, form, OptionForm, f"{key}.") for key in keys]
    words = {key: _check_words(request, form, key, languages) for key in keys}
    for ending in ("label", *(f"{language}.label" for language in languages)):
        _refuse_twins(request, form, [f"{key}.{ending}" for key in keys])
    if form.errors:
        return None
    return tuple(
        OptionDraft(one.label, one.easy_read, one.picture, words[key], before.wish_number)
        for one, key, before in zip(typed, keys, section.options, strict=True)
        if one is not None
    )


def _check_words(
    request: Request, form: Form[Any], key: str, languages: Sequence[str]
) -> dict[str, str]:
    """An option's labels in other languages, those that were filled in."""
    parts = {code: check_part(request, form, WordsForm, f"{key}.{code}.") for code in languages}
    return {code: part.label for code, part in parts.items() if part and part.label}


def _refuse_twins(request: Request, form: Form[Any], names: Sequence[str]) -> None:
    for place in rules.find_twins([form.raw.get(name, "") for name in names]):
        form.refuse(names[place], _say(request, Reason.SAME_OPTION_TWICE))


def _options_of(was: Sequence[AskedSection], typed: str) -> Sequence[OptionDraft]:
    numbered = {str(number): one for number, one in enumerate(was, start=1)}
    return numbered[typed].draft.options if typed in numbered else ()


def _with_wishes(typed: str, wishes: Sequence[OptionDraft]) -> str:
    lines = list(split_lines(typed))
    known = {rules.fold_label(line) for line in lines}
    return "\n".join(
        [*lines, *(one.label for one in wishes if rules.fold_label(one.label) not in known)]
    )


def _text_section(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: texts.get(name, "") for name in SECTION_FIELDS}


def _say(request: Request, reason: Reason) -> str:
    return sentence(request.app.state.templates, reason)
