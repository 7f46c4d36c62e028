"""The form behind the link in a mail that asks."""

from typing import Literal

from pydantic import Field

from portal.forms import Form
from portal.ids import Id
from portal.sharing.asks import MOST


class AnswerAsks(Form):
    """Yes, no, or nothing yet for each question, by its id."""

    token: str = ""
    answers: dict[Id, Literal["yes", "no", ""]] = Field(default_factory=dict, max_length=MOST)
    password: str = ""

    @property
    def says_yes(self) -> bool:
        """Tell whether anything is accepted."""
        return "yes" in self.answers.values()

    def as_answers(self) -> dict[str, bool]:
        """Return what was answered; a question left open is left out."""
        return {id_: chosen == "yes" for id_, chosen in self.answers.items() if chosen}
