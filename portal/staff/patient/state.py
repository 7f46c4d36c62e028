"""One patient's page."""

from typing import Any

import reflex as rx

from portal import db, routes
from portal.claim.service import send_by_staff
from portal.clinic import clinic_info, read_typed
from portal.errors import AccessRefused, NotFound
from portal.ids import Id, is_id
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes, watch
from portal.shell.notice import notice
from portal.staff.link.links import list_links
from portal.staff.patient import service
from portal.staff.patient.contact import ContactForm, save_contact
from portal.staff.patient.guardian import GuardianForm, set_guardian
from portal.staff.patient.online import bar_online
from portal.staff.patient.service import PatientFile
from portal.staff.patient.views import (
    NO_FILE,
    FileView,
    LinkView,
    VisitView,
    file_view,
    link_views,
    visit_view,
)
from portal.staff.state import fill_desk, read_desk
from portal.visits.hand_over import HandOverForm, hand_over
from portal.web.limits import take
from portal.words import _


class File(PageState, rx.State):
    """The patient whose page is open."""

    shown_for: str = ""
    loaded: bool = False
    file: FileView = NO_FILE
    coming: list[VisitView] = []
    past: list[VisitView] = []
    links: list[LinkView] = []
    guardians: list[tuple[str, str]] = []  # id and name of who could decide for the patient
    add_href: str = ""
    others: list[tuple[str, str]] = []  # id and name of who a visit may have been meant for
    moving: str = ""  # the id of the visit that was booked for the wrong person
    moving_when: str = ""
    dialog: str = ""  # "", "contact", "guardian" or "hand over"

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """Open a patient's page; the patient sees that it was opened."""
        await fill_desk(self, actor)
        self.shown_for, self.loaded, self.file, self.dialog = here(self), False, NO_FILE, ""
        patient_id = self.router.url.query_parameters.get("id", "")
        if not is_id(patient_id):
            raise NotFound
        await self._show(actor, await db.write(service.open_patient, actor, patient_id))
        watch(self, patient_id)

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Read the page again."""
        await read_desk(self, actor)
        if self.file["id"]:
            watch(self, self.file["id"])  # before it is read: nothing in between is missed
            try:
                await self._reload(actor)
            except AccessRefused:
                watch(self)
                raise

    @guarded(staff=True)
    def edit(self) -> None:
        """Open the form with the details."""
        self.dialog = "contact"

    @guarded(staff=True)
    def choose_guardian(self) -> None:
        """Open the question who decides for the patient."""
        self.dialog = "guardian"

    @guarded(staff=True)
    def ask_hand_over(self, visit_id: Id) -> None:
        """Open the question whose visit it should have been."""
        for visit in self.coming:
            if visit["id"] == visit_id:
                self.moving, self.moving_when = visit_id, visit["when"]
                self.dialog = "hand over"

    @guarded(staff=True)
    async def hand_over(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Give a visit that was booked for the wrong person to the right one."""
        form = await read_typed(HandOverForm, data)
        await take("desk", actor.staff_id or "")
        await db.write(hand_over, actor, form)
        await self._done(_("Moved. Both get an email about it."), actor)

    @guarded(staff=True)
    def close(self) -> None:
        """Close the dialog and change nothing."""
        self.dialog = ""

    @guarded(staff=True)
    async def save(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Correct the details."""
        form = await read_typed(ContactForm, data)
        await db.write(save_contact, actor, form)
        await self._done(_("Saved."), actor)

    @guarded(staff=True)
    async def save_guardian(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Name who decides for the patient."""
        form = await read_typed(GuardianForm, data)
        await take("desk", actor.staff_id or "")
        await db.write(set_guardian, actor, form)
        await self._done(_("Saved."), actor)

    @guarded(staff=True)
    async def seen(self, patient_id: Id, *, actor: Actor) -> None:
        """Note that somebody has seen to what the profile is flagged for."""
        await db.write(service.clear_flag, actor, patient_id)
        await self._done(_("Noted: it is seen to."), actor)

    @guarded(staff=True)
    async def seen_visit(self, visit_id: Id, *, actor: Actor) -> None:
        """Note that somebody has seen to what a visit is flagged for."""
        await db.write(service.clear_visit_flag, actor, visit_id)
        await self._done(_("Noted: it is seen to."), actor)

    @guarded(staff=True)
    async def bar_online(self, patient_id: Id, barred: bool, *, actor: Actor) -> None:
        """Let nobody book online for the patient, or let them again."""
        await take("desk", actor.staff_id or "")
        await db.write(bar_online, actor, patient_id, barred=barred)
        words = _("From now on the clinic books for this patient.")
        await self._done(words if barred else _("This patient can be booked online again."), actor)

    @guarded(staff=True)
    async def send_claim(self, patient_id: Id, *, actor: Actor) -> None:
        """Send the link with which the profile gets an account of its own."""
        await take("desk", actor.staff_id or "")
        await db.write(send_by_staff, actor, patient_id)
        await self._done(_("Sent. The link works for 14 days; older ones do not any more."), actor)

    async def _done(self, words: str, actor: Actor) -> None:
        self.dialog = ""
        if self.file["id"]:
            await self._reload(actor)
        await announce(self, notice("success", words))

    async def _reload(self, actor: Actor) -> None:
        await self._show(actor, await db.read(service.read_patient, actor, self.file["id"]))

    async def _show(self, actor: Actor, file: PatientFile) -> None:
        rows = await db.read(list_links, actor, file.who.id)
        region = (await db.read(clinic_info)).region
        initials, links = link_views(file.who, rows)
        put(
            self,
            file=file_view(file, region, initials),
            coming=[visit_view(line) for line in file.coming],
            past=[visit_view(line) for line in file.past],
            links=links,
            guardians=[
                (row.member.id, row.member.full_name) for row in rows if row.member.log_in == "open"
            ],
            others=[(row.member.id, row.member.full_name) for row in rows],
            add_href=routes.with_query(routes.STAFF_LINK_ADD, id=file.who.id),
            loaded=True,
        )


refreshes(routes.STAFF_PATIENT, File.refresh)
