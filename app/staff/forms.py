"""What staff type about themselves: signing in, changing a password."""

from pydantic import BaseModel, Field


class SignInForm(BaseModel):
    """The sign-in page. `code` is six digits from the phone, or a recovery code."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=1000)
    code: str = Field(max_length=40)
    next: str = Field(default="", max_length=500)


class CurrentPassword(BaseModel):
    """The password typed again before something that matters."""

    current_password: str = Field(max_length=1000)


class NewPassword(CurrentPassword):
    """A change of password. How strong it is, is the rules' business."""

    password: str = Field(max_length=1000)
