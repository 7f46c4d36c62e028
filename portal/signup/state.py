"""The family step of sign-up."""

from typing import Any

import reflex as rx

from portal import db, routes
from portal.clinic import clinic_info, read_typed
from portal.errors import Invalid
from portal.family.add import NewFamily, add_family_members
from portal.permissions import Actor
from portal.shell.guard import PageState, guarded
from portal.shell.state import fill_frame
from portal.web.limits import take
from portal.words import _


class FamilyStep(PageState, rx.State):
    """The question whether the account is for a family, and the family."""

    @guarded
    async def load(self, *, actor: Actor) -> rx.event.EventSpec | None:
        """Go straight on to booking where the clinic has no such step."""
        await fill_frame(self, actor)
        info = await db.read(clinic_info)
        return None if info.allow_related_profiles else rx.redirect(routes.BOOK, replace=True)

    @guarded
    async def go_on(self, data: dict[str, Any], *, actor: Actor) -> rx.event.EventSpec:
        """Save the whole family or nothing, then go on to booking."""
        answer = data.pop("for_family", "")
        if answer not in ("yes", "no"):  # whatever it is, also nothing that can be hashed
            raise Invalid({"for_family": _("Choose yes or no.")})
        if answer == "yes":
            form = await read_typed(NewFamily, data)
            await take("family_add", actor.me)
            await db.write(add_family_members, actor, form)
        return rx.redirect(routes.BOOK)
