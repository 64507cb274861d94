"""What a phone posts when somebody votes. Whether the choices fit the paper, the rules say."""

from pydantic import BaseModel


class SentVote(BaseModel):
    """The ticked boxes (`rules.BLANK` for a blank vote) and the id of this send."""

    submission_id: str = ""
    choices: list[str] = []
