"""Asking a family member for more: the boxes of the form, as what is asked for."""

from typing import Self

from pydantic import model_validator

from portal.forms import Form
from portal.ids import Id
from portal.permissions import SIX, Permission
from portal.sharing.asks import AskForm
from portal.words import _


class AskChoices(Form):
    """One box for each of the six; those that are held already have none."""

    member_id: Id
    view_and_pay: bool = False
    book: bool = False
    intake: bool = False
    notifications: bool = False
    financial_emails: bool = False
    calendar: bool = False

    @model_validator(mode="after")
    def _something_is_chosen(self) -> Self:
        if not self.chosen:
            raise ValueError(_("Choose what you would like to do."))
        return self

    @property
    def chosen(self) -> list[Permission]:
        """Return what was ticked."""
        return [permission for permission in SIX if getattr(self, permission.value)]

    def as_ask(self) -> AskForm:
        """Return what is asked for."""
        return AskForm(member_id=self.member_id, permissions=self.chosen)
