"""What staff type on this floor: is it well-formed?"""

import unicodedata
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from app.consultations.rules import (
    BallotRule,
    QuestionKind,
    Reason,
    SourceKind,
    is_picture,
)

# Which input a refusal is about, so that the page can point at it; others are told as a page.
FIELDS: dict[Reason, str] = {
    Reason.TOO_FEW_OPTIONS: "options",
    Reason.TOO_MANY_OPTIONS: "options",
    Reason.SAME_OPTION_TWICE: "options",
    Reason.LABEL_TOO_LONG: "options",
    Reason.SCALE_STEPS: "options",
    Reason.CHOICES_OUT_OF_RANGE: "max_choices",
    Reason.SEATS_OUT_OF_RANGE: "seats",
    Reason.ONE_SEAT_ONLY: "seats",
    Reason.SITTINGS_OPEN: "close_sittings",
    Reason.SOURCE_KNOWN: "title",
    Reason.DATES_REVERSED: "to_on",
}


def has_words(text: str) -> bool:
    """Whether anything would be seen: not only spaces, controls and other invisible signs."""
    return any(unicodedata.category(sign)[0] not in "CZ" for sign in text)


def split_lines(text: str) -> tuple[str, ...]:
    """One option per line, tidied; empty lines are not options."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return tuple(line for line in lines if has_words(line))


def _tidy_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _seen(value: str) -> str:
    if not has_words(value):
        raise ValueError("Fill this in with words that can be seen.")
    return value


def _picture(value: str) -> str:
    if value and not is_picture(value):
        raise ValueError("Put in exactly one emoji, or choose a wish’s picture.")
    return value


# The length is written before these, so that it speaks of letters: after a validator, pydantic's
# message would speak of a number of things.
Tidy = BeforeValidator(_tidy_line)
Seen = AfterValidator(_seen)
Stripped = AfterValidator(str.strip)


class ConsultationForm(BaseModel):
    """The words about a consultation. Only the title is needed while it is a draft."""

    title: Annotated[str, Field(max_length=160), Tidy, Seen]
    purpose: Annotated[str, Field(max_length=2000), Stripped] = ""
    asked_by: Annotated[str, Field(max_length=200), Tidy] = ""
    decision_maker: Annotated[str, Field(max_length=200), Tidy] = ""
    reply_by: date | None = None


class QuestionForm(BaseModel):
    """One question; options one per line."""

    kind: QuestionKind
    text: Annotated[str, Field(max_length=400), Tidy, Seen]
    hint: Annotated[str, Field(max_length=400), Tidy] = ""
    options: Annotated[str, Field(max_length=8000)] = ""
    max_choices: Annotated[int, Field(ge=1, le=20)] | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The options, in order."""
        return split_lines(self.options)


class PaperForm(BaseModel):
    """One ballot as a whole; its sections are read one by one as `SectionForm`."""

    title: Annotated[str, Field(max_length=160), Tidy, Seen]
    is_shuffled: bool = False


class SectionForm(BaseModel):
    """One section of a ballot, its options one per line."""

    question: Annotated[str, Field(max_length=400), Tidy, Seen]
    rule: BallotRule
    max_choices: Annotated[int, Field(ge=1, le=30)] | None = None
    seats: Annotated[int, Field(ge=1, le=30)] = 1
    options: Annotated[str, Field(max_length=8000)] = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The options, in order."""
        return split_lines(self.options)

    @property
    def limit(self) -> int | None:
        """How many may be named: what was typed, where the rule leaves it open."""
        if self.rule in (BallotRule.PLURALITY, BallotRule.APPROVAL):
            return None
        return self.max_choices


class OptionForm(BaseModel):
    """One option of a ballot; `sign` is an emoji, `wish` the number of a wish's pictogram."""

    label: Annotated[str, Field(max_length=200), Tidy, Seen]
    easy_read: Annotated[str, Field(max_length=300), Tidy] = ""
    sign: Annotated[str, Field(max_length=40), Tidy, AfterValidator(_picture)] = ""
    wish: Annotated[int, Field(ge=1, le=12)] | None = None

    @property
    def picture(self) -> str:
        """What is drawn beside it."""
        return f"wish-{self.wish}" if self.wish else self.sign


class WordsForm(BaseModel):
    """An option's label in another language."""

    label: Annotated[str, Field(max_length=200), Tidy] = ""


class ClosingForm(BaseModel):
    """Closing a consultation, perhaps with the sittings that are open."""

    close_sittings: bool = False


class SourceForm(BaseModel):
    """Evidence from elsewhere."""

    title: Annotated[str, Field(max_length=200), Tidy, Seen]
    kind: SourceKind
    owner: Annotated[str, Field(max_length=200), Tidy] = ""
    method: Annotated[str, Field(max_length=1000), Stripped] = ""
    ages: Annotated[str, Field(max_length=60), Tidy] = ""
    from_on: date | None = None
    to_on: date | None = None
    people: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    licence: Annotated[str, Field(max_length=300), Tidy] = ""
    caveat: Annotated[str, Field(max_length=1000), Stripped] = ""
