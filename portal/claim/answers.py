"""The forms of the claim page."""

from typing import Annotated

from pydantic import Field

from portal.forms import Form, required
from portal.words import _

OfOne = Annotated[dict[str, str], Field(max_length=20)]


class Answers(Form):
    """What is kept of what others may do, person by person, and the link's secret."""

    token: str = Field(default="", max_length=200)
    answers: dict[str, OfOne] = Field(default_factory=dict, max_length=100)


class ClaimForm(Answers):
    """Claiming with an account of one's own; the e-mail is the link's."""

    password: str = required(_("Choose a password."))


class JoinForm(Answers):
    """Joining the profile to the account one is signed in to."""
