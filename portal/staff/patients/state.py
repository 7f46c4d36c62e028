"""The patient search, on every staff page that has one."""

from typing import TypedDict

import reflex as rx

from portal import db, routes, say
from portal.clinic import clinic_info
from portal.permissions import Actor
from portal.shell.guard import PageState, guarded
from portal.staff.patients import service
from portal.staff.patients.service import Found, FoundPatient
from portal.staff.state import fill_desk
from portal.staff.wording import born, flag_words
from portal.words import _, ngettext


class PatientLine(TypedDict):
    """One patient in a list."""

    id: str
    name: str
    born: str
    phone: str
    managed: str
    notes: list[str]
    href: str
    joined: str


class Patients(PageState, rx.State):
    """What was typed and whom it found."""

    searched: str = ""
    patients: list[PatientLine] = []
    said: str = ""

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """Open the page of the search; what was found before is found again."""
        await fill_desk(self, actor)
        await find_again(self, actor)

    @guarded(staff=True)
    async def search(self, text: str, *, actor: Actor) -> None:
        """Find whom the text fits."""
        await _find(self, text, actor)


async def find_again(state: rx.State, actor: Actor) -> None:
    """Find anew whom the text of before fits, for a page that opens with the search."""
    patients = await state.get_state(Patients)
    await _find(patients, patients.searched, actor)


async def _find(state: Patients, text: str, actor: Actor) -> None:
    found = await db.read(service.find_patients, actor, text)
    region = (await db.read(clinic_info)).region
    state.patients = [patient_line(row, region) for row in found.patients]
    state.said = _said(text, found)
    state.searched = text


def patient_line(row: FoundPatient, region: str) -> PatientLine:
    """Return a patient as lists show them."""
    notes = [flag_words(row.flag)] if row.flag else []
    if row.unconfirmed:
        notes.append(_("Email not confirmed"))
    joined = _("Now a part of {name}").format(name=row.joined_name) if row.joined_into else ""
    return PatientLine(
        id=row.id,
        name=row.full_name,
        born=born(say.day_year(row.birth_on) if row.birth_on else "", row.age),
        phone=say.phone(row.phone, region),
        managed=_("Managed by {name}").format(name=row.managed_by) if row.managed_by else "",
        notes=notes,
        href=routes.with_query(routes.STAFF_PATIENT, id=row.joined_into or row.id),
        joined=joined,
    )


def _said(text: str, found: Found) -> str:
    if not text.strip():
        return ""
    count = len(found.patients)
    if not count:
        return _("Nobody found. Check the spelling, or try a birth date or phone number.")
    if found.more:
        return _("The first {count} are shown. Type more to find the right one.").format(
            count=count
        )
    words = ngettext("{count} patient found.", "{count} patients found.", count)
    return words.format(count=count)
