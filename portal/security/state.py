"""The Security page of whoever is signed in, patient or member of staff."""

from datetime import datetime
from typing import Any, Literal, TypedDict
from zoneinfo import ZoneInfo

import reflex as rx

from portal import db, routes, say
from portal.account import sessions
from portal.account.fresh import require_fresh
from portal.account.new_email import NewEmail, ask_new_email
from portal.account.overview import security_overview
from portal.account.passkeys import PasskeyRow, remove_passkey
from portal.account.second_step import turn_off
from portal.account.sessions import SessionRow
from portal.clinic import clinic_info, read_typed
from portal.ids import Id
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.shell.state import fill_frame
from portal.staff.state import fill_desk
from portal.web.limits import take
from portal.words import _, ngettext

What = Literal["app", "codes", "off", "passkey"]


class Device(TypedDict):
    """One browser that is signed in."""

    id: str
    name: str
    since: str
    used: str
    is_this: bool


class Passkey(TypedDict):
    """One passkey."""

    id: str
    name: str
    used: str


class Security(PageState, rx.State):
    """My password and e-mail, my codes and passkeys, and where I am signed in."""

    loaded: bool = False
    email: str = ""
    confirmed: bool = False
    codes_on: bool = False
    codes_left: str = ""
    passkeys: list[Passkey] = []
    devices: list[Device] = []
    dialog: str = ""  # a `What`, while its dialog is open

    @guarded(staff=None)
    async def load(self, *, actor: Actor) -> rx.event.EventSpec | None:
        """Show my locks, on the page of patients or of staff."""
        staff = actor.kind == "staff"
        await (fill_desk if staff else fill_frame)(self, actor)
        other = routes.ACCOUNT_SECURITY if staff else routes.STAFF_SECURITY
        if self.router.url.path.rstrip("/") == other:
            mine = routes.STAFF_SECURITY if staff else routes.ACCOUNT_SECURITY
            return rx.redirect(mine, replace=True)
        # The page loads anew with each connection: codes that are shown once must not go with it.
        if self.dialog not in ("app", "codes"):
            self.dialog = ""
        if self.router.url.query_parameters.get("said") == "new-password":
            words = _("Your new password is set. You are signed out everywhere else.")
            await announce(self, notice("success", words))
        await self._read(actor)
        return None

    @guarded(staff=None, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Read my locks again; something may have changed in another browser."""
        await self._read(actor)

    @guarded(staff=None)
    async def end(self, session_id: Id, *, actor: Actor) -> None:
        """Sign one of my browsers out, at once."""
        await db.write(sessions.end_session, actor, session_id)
        await self._read(actor)

    @guarded(staff=None)
    async def end_others(self, *, actor: Actor) -> None:
        """Sign out everywhere else."""
        await db.write(sessions.end_other_sessions, actor)
        await self._read(actor)

    @guarded(staff=None)
    async def begin(self, what: What, *, actor: Actor) -> None:
        """Open the dialog of a change that lasts, once it is sure who asks for it."""
        await db.read(require_fresh, actor)
        self.dialog = what

    @guarded(staff=None)
    async def close(self, *, actor: Actor) -> None:
        """Close the dialog and show what has come of it."""
        self.dialog = ""
        await self._read(actor)

    @guarded(staff=None)
    async def turn_codes_off(self, *, actor: Actor) -> None:
        """Ask me for no code any more."""
        await db.write(turn_off, actor)
        self.dialog = ""
        await self._read(actor)
        await announce(self, notice("success", _("Sign-in codes are off.")))

    @guarded(staff=None)
    async def remove_passkey(self, passkey_id: Id, *, actor: Actor) -> None:
        """Let one of my passkeys sign in no more."""
        await db.write(remove_passkey, actor, passkey_id)
        await self._read(actor)
        words = _("The passkey is removed. You may delete it on your device too.")
        await announce(self, notice("success", words))

    @guarded(staff=None)
    async def change_email(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Send a link to the address I want to sign in with from now on."""
        form = await read_typed(NewEmail, data)
        await take("new_email", actor.account_id or "")
        await db.write(ask_new_email, actor, form)
        words = _("We sent an email to your new address. Your email changes when you use its link.")
        await announce(self, notice("success", words))

    async def _read(self, actor: Actor) -> None:
        info = await db.read(clinic_info)
        zone = ZoneInfo(info.zone)
        found = await db.read(security_overview, actor)
        left = found.second_step.codes_left
        put(
            self,
            email=found.email,
            confirmed=found.verified,
            codes_on=found.second_step.on,
            codes_left=ngettext(
                "{n} recovery code is left.", "{n} recovery codes are left.", left
            ).format(n=left),
            passkeys=[_passkey(row, zone) for row in found.passkeys],
            devices=[_device(row, zone) for row in found.sessions],
            loaded=True,
        )


def _device(row: SessionRow, zone: ZoneInfo) -> Device:
    return Device(
        id=row.id,
        name=row.device,
        since=_("Signed in on {day}").format(day=_day(row.started_at, zone)),
        used=_("Last used on {day}").format(day=_day(row.last_seen_at, zone)),
        is_this=row.is_this,
    )


def _passkey(row: PasskeyRow, zone: ZoneInfo) -> Passkey:
    used = _("Added on {day}, not used yet").format(day=_day(row.created_at, zone))
    if row.last_used_at:
        used = _("Last used on {day}").format(day=_day(row.last_used_at, zone))
    return Passkey(id=row.id, name=row.name, used=used)


def _day(at: datetime, zone: ZoneInfo) -> str:
    return say.day_time(at.astimezone(zone))


refreshes(routes.ACCOUNT_SECURITY, Security.refresh)
refreshes(routes.STAFF_SECURITY, Security.refresh)
