"""My Account: the profile and the security page."""

from typing import Any, TypedDict
from zoneinfo import ZoneInfo

import reflex as rx

from portal import db, say
from portal.account import profile, sessions
from portal.clinic import clinic_info, read_typed
from portal.ids import Id
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.notice import notice
from portal.shell.state import Shell, fill_frame
from portal.shell.tabs import close_tabs
from portal.words import _


class Profile(PageState, rx.State):
    """My own details."""

    loaded: bool = False
    first_name: str = ""
    last_name: str = ""
    preferred_name: str = ""
    pronouns: str = ""
    birth_on: str = ""
    phone: str = ""
    email: str = ""

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
        self.phone, self.email = row.phone, row.email


class Device(TypedDict):
    """One browser that is signed in."""

    id: str
    name: str
    since: str
    is_this: bool


class Security(PageState, rx.State):
    """My password and where I am signed in."""

    loaded: bool = False
    devices: list[Device] = []

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """List where I am signed in."""
        await fill_frame(self, actor)
        if self.router.url.query_parameters.get("said") == "new-password":
            words = _("Your new password is set. You are signed out everywhere else.")
            await announce(self, notice("success", words))
        await self._reload(actor)

    @guarded
    async def end(self, session_id: Id, *, actor: Actor) -> None:
        """Sign one of my browsers out, at once."""
        ended = await db.write(sessions.end_session, actor, session_id)
        await close_tabs(ended)
        await self._reload(actor)

    @guarded
    async def end_others(self, *, actor: Actor) -> None:
        """Sign out everywhere else."""
        await close_tabs(await db.write(sessions.end_other_sessions, actor))
        await self._reload(actor)

    async def _reload(self, actor: Actor) -> None:
        info = await db.read(clinic_info)
        zone = ZoneInfo(info.zone)
        rows = await db.read(sessions.list_sessions, actor)
        self.devices = [
            Device(
                id=row.id,
                name=row.device,
                since=_("Signed in on {day}").format(
                    day=say.day_time(row.started_at.astimezone(zone))
                ),
                is_this=row.is_this,
            )
            for row in rows
        ]
        self.loaded = True
