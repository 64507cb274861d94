"""Every SELECT of the responses floor."""

from sqlmodel import Session, col, func, select

from app.responses.models import (
    Answer,
    ClassifierModel,
    DecidedWish,
    Decision,
    Response,
    SuggestedWish,
    Suggestion,
)
from app.responses.rules import Sorting
from app.safeguarding.queries import held_text_ids


def find_response(session: Session, response_id: str) -> Response | None:
    """The response with this key, if it is stored."""
    return session.get(Response, response_id)


def find_by_slip(session: Session, slip_hash: str) -> Response | None:
    """The response whose four words have this hash (`slips.hash_slip`)."""
    return session.exec(select(Response).where(Response.slip_hash == slip_hash)).first()


def count_by_sitting(session: Session, sitting_id: int) -> int:
    """How many surveys came from a sitting, without what they say."""
    query = select(func.count()).select_from(Response).where(col(Response.sitting_id) == sitting_id)
    return session.exec(query).one()


def list_wishes_of_response(session: Session, response_id: str) -> list[tuple[int, bool]]:
    """The wishes this response's words join: (wish id, whether a person decided it), by wish id.

    A person's decision about a text replaces the machine's suggestion for it. Texts held apart for
    the safeguarding lead join nothing here, as everywhere.
    """
    texts = select(Answer.text_id).where(
        Answer.response_id == response_id,
        col(Answer.text_id).is_not(None),
        col(Answer.text_id).not_in(held_text_ids()),
    )
    decided_texts = select(Decision.text_id).where(col(Decision.is_current))
    decided = (
        select(DecidedWish.wish_id)
        .join(Decision, col(Decision.id) == DecidedWish.decision_id)
        .where(col(Decision.text_id).in_(texts), col(Decision.is_current))
    )
    suggested = (
        select(SuggestedWish.wish_id)
        .join(Suggestion, col(Suggestion.id) == SuggestedWish.suggestion_id)
        .join(ClassifierModel, col(ClassifierModel.id) == Suggestion.model_id)
        .where(
            col(ClassifierModel.is_current),
            Suggestion.sorting == Sorting.WISHES,
            col(Suggestion.text_id).in_(texts),
            col(Suggestion.text_id).not_in(decided_texts),
        )
    )
    by_wish = dict.fromkeys(session.exec(suggested), False)
    by_wish |= dict.fromkeys(session.exec(decided), True)
    return sorted(by_wish.items())
