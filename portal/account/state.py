"""My Account: the profile."""

from typing import Any

import reflex as rx

from portal import db
from portal.account import profile
from portal.booking.zones import zone_choices
from portal.clinic import read_typed
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.notice import notice
from portal.shell.state import Shell, fill_frame
from portal.words import _

ZONES = zone_choices()
"""What "Show times in" offers: zone and words."""


class Profile(PageState, rx.State):
    """My own details."""

    loaded: bool = False
    first_name: str = ""
    last_name: str = ""
    preferred_name: str = ""
    pronouns: str = ""
    birth_on: str = ""
    phone: str = ""
    zone: str = ""

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """Show my details."""
        await fill_frame(self, actor)
        self._show(await db.read(profile.get_profile, actor, actor.me))
        self.loaded = True

    @guarded
    async def save(self, data: dict[str, Any], *, actor: Actor) -> Any:
        """Save my details."""
        form = await read_typed(profile.ProfileForm, data)
        self._show(await db.write(profile.save_profile, actor, actor.me, form))
        await announce(self, notice("success", _("Your details are saved.")), on_next_page=True)
        return Shell.load

    def _show(self, row: profile.ProfileRow) -> None:
        self.first_name, self.last_name = row.first_name, row.last_name
        self.preferred_name, self.pronouns = row.preferred_name, row.pronouns
        self.birth_on = row.birth_on.isoformat() if row.birth_on else ""
        self.phone, self.zone = row.phone, row.zone
