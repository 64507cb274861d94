"""Verbs of the pages floor."""

import secrets
from datetime import datetime

from sqlmodel import Session

from app.core.clock import leeds_day
from app.pages.models import PageFeedback
from app.safeguarding.service import screen_text


def leave_feedback(
    session: Session, *, path: str, found_it: bool, comment: str, now: datetime
) -> PageFeedback:
    """Keep an answer to "Did you find what you were looking for?".

    The comment is screened like every free text: one that may hold a worry goes to the
    safeguarding lead and is in no list before it is released.
    """
    feedback = PageFeedback(
        id=secrets.token_hex(16),
        path=path,
        found_it=found_it,
        comment=comment.strip(),
        left_on=leeds_day(now),
    )
    session.add(feedback)
    session.flush()
    if feedback.comment:
        screen_text(
            session,
            feedback.comment,
            text_id=feedback.id,
            sitting_id=None,
            place_id=None,
            now=now,
            occasion=f"Comment left on the public page {path}",
        )
    return feedback
