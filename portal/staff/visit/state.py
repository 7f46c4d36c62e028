"""The visit whose page is open."""

from typing import Annotated, Any, Literal

import reflex as rx

from portal import db, routes
from portal.clinic import clinic_info, read_typed
from portal.errors import AccessRefused, NotFound
from portal.forms import Form
from portal.ids import Id, is_id
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes, watch
from portal.shell.notice import notice
from portal.staff.patient.service import clear_visit_flag
from portal.staff.state import fill_desk, read_desk
from portal.staff.typed import long_text
from portal.staff.visit import service
from portal.staff.visit.service import Mark
from portal.staff.visit.views import NO_VISIT, Details, details_view
from portal.visits.cancel import MOST_REASON, cancel_visit
from portal.visits.hand_over import HandOverForm, hand_over
from portal.web.limits import take
from portal.words import _


class CancelForm(Form):
    """Which visit is cancelled, whether for the whole group, and what the patient is told."""

    visit_id: Id
    reason: Annotated[str, long_text(MOST_REASON)] = ""
    everybody: bool = False


class OneVisit(PageState, rx.State):
    """One visit, and the dialog about it."""

    shown_for: str = ""
    loaded: bool = False
    visit: Details = NO_VISIT
    relatives: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []  # address and name
    dialog: str = ""  # "", "cancel" or "hand over"

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """Open the page of a visit."""
        await fill_desk(self, actor)
        self.shown_for, self.loaded, self.visit, self.dialog = here(self), False, NO_VISIT, ""
        visit_id = self.router.url.query_parameters.get("id", "")
        if not is_id(visit_id):
            raise NotFound
        await self._read(actor, visit_id)

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Read it again."""
        await read_desk(self, actor)
        if self.visit["id"]:
            watch(self, self.visit["patient_id"], self.visit["practitioner_id"])
            try:
                await self._read(actor, self.visit["id"])
            except AccessRefused:
                watch(self)
                raise

    @guarded(staff=True)
    async def mark(
        self, visit_id: Id, mark: Literal["arrived", "no_show", ""], *, actor: Actor
    ) -> None:
        """Note that somebody arrived, or did not come."""
        await db.write(service.mark_visit, actor, visit_id, mark)
        await self._done(_SAID[mark], actor, visit_id)

    @guarded(staff=True)
    def ask_cancel(self) -> None:
        """Ask why the visit is cancelled."""
        self.dialog = "cancel"

    @guarded(staff=True)
    def ask_hand_over(self) -> None:
        """Ask whose visit it should have been."""
        self.dialog = "hand over"

    @guarded(staff=True)
    def close(self) -> None:
        """Close the dialog and change nothing."""
        self.dialog = ""

    @guarded(staff=True)
    async def cancel(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Cancel the visit and tell the patient why."""
        form = await read_typed(CancelForm, data)
        await take("desk", actor.staff_id or "")
        all_of = "gathering" if form.everybody else ""
        await db.write(cancel_visit, actor, form.visit_id, reason=form.reason, all_of=all_of)
        await self._done(
            _("Cancelled. An email says so, with a link to other times."), actor, form.visit_id
        )

    @guarded(staff=True)
    async def hand_over(self, data: dict[str, Any], *, actor: Actor) -> Any:
        """Give the visit to whom it was meant for."""
        form = await read_typed(HandOverForm, data)
        await take("desk", actor.staff_id or "")
        right = await db.write(hand_over, actor, form)
        self.dialog = ""
        words = notice("success", _("Moved. Both get an email about it."))
        await announce(self, words, on_next_page=True)
        return rx.redirect(routes.with_query(routes.STAFF_VISIT, id=right.id))

    @guarded(staff=True)
    async def seen(self, visit_id: Id, *, actor: Actor) -> None:
        """Note that somebody has seen to what the visit is flagged for."""
        await db.write(clear_visit_flag, actor, visit_id)
        await self._done(_("Noted: it is seen to."), actor, visit_id)

    async def _done(self, words: str, actor: Actor, visit_id: str) -> None:
        self.dialog = ""
        await self._read(actor, visit_id)
        await announce(self, notice("success", words))

    async def _read(self, actor: Actor, visit_id: str) -> None:
        file = await db.read(service.read_visit, actor, visit_id)
        watch(self, file.patient_id, file.practitioner_id)
        region = (await db.read(clinic_info)).region
        put(
            self,
            visit=details_view(file, region),
            relatives=[(one.id, one.name) for one in file.relatives],
            others=[
                (routes.with_query(routes.STAFF_VISIT, id=one.id), one.name) for one in file.others
            ],
            loaded=True,
        )


_SAID: dict[Mark, str] = {
    "arrived": _("Noted: arrived."),
    "no_show": _("Noted: did not come."),
    "": _("Noted: neither arrived nor missed."),
}

refreshes(routes.STAFF_VISIT, OneVisit.refresh)
