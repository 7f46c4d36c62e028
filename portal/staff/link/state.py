"""The blue pencil: how two patients are related, linking two, making a profile beside one."""

from collections.abc import Mapping
from typing import Any, TypedDict

import reflex as rx

from portal import db, routes
from portal.clinic import read_typed
from portal.errors import NotFound
from portal.family.initials import faces
from portal.family.wording import label
from portal.ids import Id, is_id
from portal.permissions import SIX, Actor, Permission
from portal.sharing.removal import about_removal
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.notice import notice
from portal.staff.link import wording
from portal.staff.link.create import NewRelative, add_relative
from portal.staff.link.edit import Changed, EndForm, LinkForm, end_link, save_link, wanted
from portal.staff.link.links import NEW, Calls, LinkRow, find_link
from portal.staff.patient.service import read_patient
from portal.staff.patients.state import Patients
from portal.staff.state import fill_desk
from portal.web.limits import take
from portal.words import _

# *Bill to my account* stands below what includes it.
ORDER = (SIX[0], Permission.BILL_TO_ACCOUNT, *SIX[1:])


class Ability(TypedDict):
    """One permission in one direction."""

    key: str
    label: str
    on: bool


class Link(PageState, rx.State):
    """The two patients whose link is open."""

    shown_for: str = ""
    loaded: bool = False
    seen: str = ""
    is_new: bool = True
    stale: bool = False
    one_id: str = ""
    one: str = ""  # first name of the patient whose page it was opened from
    one_full: str = ""
    one_face: str = ""
    other_id: str = ""
    other: str = ""
    other_full: str = ""
    other_face: str = ""
    other_colour: int = 2
    member_is: str = ""
    member_is_text: str = ""
    patient_is: str = ""
    patient_is_text: str = ""
    one_may: list[Ability] = []
    other_may: list[Ability] = []
    will_be: list[str] = []
    mails: list[str] = []
    back_href: str = ""
    new_href: str = ""
    at_desk: bool = False
    dialog: str = ""  # "" or "remove"
    stops: list[str] = []
    stays: list[str] = []
    _before: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """Open the link of the two patients that the address names."""
        await fill_desk(self, actor)
        self._begin()
        query = self.router.url.query_parameters
        pair = query.get("id", ""), query.get("with", "")
        if not all(map(is_id, pair)):
            raise NotFound
        self._show(await db.read(find_link, actor, *pair))

    @guarded(staff=True)
    async def load_add(self, *, actor: Actor) -> None:
        """Open the search for somebody to link; it begins empty."""
        await fill_desk(self, actor)
        search = await self.get_state(Patients)
        search.searched, search.patients, search.said = "", [], ""
        await self._begin_from(actor)

    @guarded(staff=True)
    async def load_new(self, *, actor: Actor) -> None:
        """Open the form for a new profile beside a patient."""
        await fill_desk(self, actor)
        await self._begin_from(actor)

    @guarded(staff=True, quiet=True)
    async def preview(self, data: dict[str, Any]) -> None:
        """Say what saving the form as it is now would make true."""
        self._say(_chosen(data.get("patient_may")), _chosen(data.get("member_may")))

    @guarded(staff=True)
    async def save(self, data: dict[str, Any], *, actor: Actor) -> Any:
        """Save both labels and both directions at once."""
        form = await read_typed(LinkForm, data)
        await take("desk", actor.staff_id or "")
        try:
            await db.write(save_link, actor, form)
        except Changed:
            # What is there now takes the place of the form; nothing of it was saved.
            self._show(await db.read(find_link, actor, form.patient_id, form.member_id))
            self.stale = True
            return None
        await announce(self, notice("success", _("Saved.")), on_next_page=True)
        return rx.redirect(routes.with_query(routes.STAFF_PATIENT, id=form.patient_id))

    @guarded(staff=True)
    async def add_new(self, data: dict[str, Any], *, actor: Actor) -> Any:
        """Make the profile; what its relative may do for it comes next."""
        form = await read_typed(NewRelative, data)
        await take("desk", actor.staff_id or "")
        new_id = await db.write(add_relative, actor, form)
        if new_id is None:
            return rx.redirect(routes.with_query(routes.STAFF_PATIENT, id=form.patient_id))
        words = _("The profile is made. Check what each may do for the other.")
        await announce(self, notice("success", words), on_next_page=True)
        ids = {"id": form.patient_id, "with": new_id}
        return rx.redirect(routes.with_query(routes.STAFF_LINK, **ids))

    @guarded(staff=True)
    async def ask_removal(self, patient_id: Id, member_id: Id, *, actor: Actor) -> None:
        """Open the question before the link ends: what stops and what stays."""
        link = await db.read(find_link, actor, patient_id, member_id)
        removal = await db.read(about_removal, actor, member_id, of=patient_id)
        one, other = link.patient.first_name, link.member.first_name
        self.stops = wording.stops(removal, one, other)
        self.stays = wording.stays(other, removal)
        self.dialog = "remove"

    @guarded(staff=True)
    async def remove(self, data: dict[str, Any], *, actor: Actor) -> Any:
        """End the link and every permission in it."""
        form = await read_typed(EndForm, data)
        await take("desk", actor.staff_id or "")
        await db.write(end_link, actor, form)
        self.dialog = ""
        words = _("The link has ended, and everything given in it.")
        await announce(self, notice("success", words), on_next_page=True)
        return rx.redirect(routes.with_query(routes.STAFF_PATIENT, id=form.patient_id))

    @guarded(staff=True)
    def close(self) -> None:
        """Close the dialog and change nothing."""
        self.dialog = ""

    def _begin(self) -> None:
        self.shown_for, self.loaded = here(self), False
        self.stale, self.dialog = False, ""
        self.back_href = routes.STAFF_PATIENTS

    async def _begin_from(self, actor: Actor) -> None:
        self._begin()
        patient_id = self.router.url.query_parameters.get("id", "")
        if not is_id(patient_id):
            raise NotFound
        file = await db.read(read_patient, actor, patient_id)
        self.one_id, self.one, self.one_full = file.who.id, file.who.first_name, file.who.full_name
        self.at_desk = file.may_edit
        self.back_href = routes.with_query(routes.STAFF_PATIENT, id=file.who.id)
        self.new_href = routes.with_query(routes.STAFF_LINK_NEW, id=file.who.id)
        self.loaded = True

    def _show(self, link: LinkRow) -> None:
        one, other = link.patient, link.member
        self.one_id, self.one, self.one_full = one.id, one.first_name, one.full_name
        self.other_id, self.other, self.other_full = other.id, other.first_name, other.full_name
        self.one_face, self.other_face = faces(
            [(one.first_name, one.last_name), (other.first_name, other.last_name)]
        )
        self.other_colour = link.colour
        self.seen, self.is_new = link.seen, link.seen == NEW
        nothing = Calls("", "")
        member_is, patient_is = link.member_is or nothing, link.patient_is or nothing
        self.member_is, self.member_is_text = member_is.label, member_is.text
        self.patient_is, self.patient_is_text = patient_is.label, patient_is.text
        self.one_may = _abilities(link.patient_may)
        self.other_may = _abilities(link.member_may)
        self._before = (link.patient_may, link.member_may)
        self._say(set(link.patient_may), set(link.member_may))
        self.back_href = routes.with_query(routes.STAFF_PATIENT, id=one.id)
        self.loaded = True

    def _say(self, one_may: set[Permission], other_may: set[Permission]) -> None:
        before = tuple({Permission(p) for p in held} for held in self._before)
        one_may = wanted(dict.fromkeys(one_may, True), before[0])
        other_may = wanted(dict.fromkeys(other_may, True), before[1])
        self.will_be = wording.after_saving(self.one, self.other, one_may, other_may)
        self.mails = wording.mails(
            self.one,
            self.other,
            (before[0], before[1]),
            (one_may, other_may),
            new=self.is_new,
        )


def _abilities(held: tuple[Permission, ...]) -> list[Ability]:
    return [Ability(key=p, label=label(p), on=p in held) for p in ORDER]


def _chosen(given: object) -> set[Permission]:
    """Return what is on, of what a browser says: this only changes what is shown to it."""
    if not isinstance(given, Mapping):
        return set()
    return {permission for permission in Permission if given.get(permission) is True}
