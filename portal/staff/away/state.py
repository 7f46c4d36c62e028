"""The time off whose page is open, and how far telling everyone has come."""

from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from portal import db, routes
from portal.clinic import clinic_info, read_typed
from portal.errors import NotFound
from portal.ids import is_id
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.staff.affected.state import AffectedView, view_of
from portal.staff.away import service
from portal.staff.away.service import TellForm
from portal.staff.state import fill_desk, read_desk
from portal.staff.wording import absence_words
from portal.web.limits import take
from portal.words import _, ngettext


class Absence(PageState, rx.State):
    """Somebody's time off and the visits in it."""

    shown_for: str = ""
    loaded: bool = False
    away_id: str = ""
    name: str = ""
    when: str = ""
    why: str = ""
    visits: list[AffectedView] = []
    progress: str = ""  # while visits are being cancelled
    asking: bool = False
    _total: int = 0
    _reason: str = ""

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """Open the page of a time off."""
        await fill_desk(self, actor)
        self.shown_for, self.loaded, self.visits, self.asking = here(self), False, [], False
        self.progress, self.away_id, self._total = "", "", 0
        away_id = self.router.url.query_parameters.get("id", "")
        if not is_id(away_id):
            raise NotFound
        await self._read(actor, away_id)

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Read it again."""
        await read_desk(self, actor)
        if self.away_id:
            await self._read(actor, self.away_id)

    @guarded(staff=True)
    def ask(self) -> None:
        """Ask what everybody is told."""
        self.asking = True

    @guarded(staff=True)
    def close(self) -> None:
        """Close the question and change nothing."""
        self.asking = False

    @guarded(staff=True)
    async def tell(self, data: dict[str, Any], *, actor: Actor) -> Any:
        """Begin to cancel the visits and to tell everyone."""
        form = await read_typed(TellForm, data)
        await take("desk", actor.staff_id or "")
        before = await db.read(service.read_time_off, actor, form.time_off_id)
        self.asking, self._reason, self._total = False, form.reason, len(before.visits)
        self.away_id = form.time_off_id
        return await self._some(actor)

    @guarded(staff=True)
    async def go_on(self, *, actor: Actor) -> Any:
        """Cancel the next ones; the page asks for it until none is left."""
        if not self.progress:
            return None
        return await self._some(actor)

    async def _some(self, actor: Actor) -> Any:
        form = TellForm(time_off_id=self.away_id, reason=self._reason)
        left = await db.write(service.cancel_some, actor, form)
        await self._read(actor, self.away_id)
        done = max(self._total - left, 0)
        if left:
            words = _("{done} of {total} visits are cancelled. Keep this page open.")
            self.progress = words.format(done=done, total=self._total)
            return Absence.go_on
        self.progress = ""
        words = ngettext(
            "{n} visit is cancelled. An email offers other times.",
            "{n} visits are cancelled. Emails offer other times.",
            done,
        )
        await announce(self, notice("success", words.format(n=done)))
        return None

    async def _read(self, actor: Actor, away_id: str) -> None:
        file = await db.read(service.read_time_off, actor, away_id)
        zone = ZoneInfo((await db.read(clinic_info)).zone)
        start, end = file.starts_at.astimezone(zone), file.ends_at.astimezone(zone)
        put(
            self,
            away_id=file.id,
            name=file.practitioner_name,
            when=absence_words(start, end),
            why=file.reason,
            visits=[view_of(visit) for visit in file.visits],
            loaded=True,
        )


refreshes(routes.STAFF_TIME_OFF, Absence.refresh)
