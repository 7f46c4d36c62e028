"""What somebody at the desk is about to book, or the visit that they move."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import reflex as rx
from pydantic import Field

from portal import db, routes, say
from portal.booking.rows import ServiceKind, ServiceRow, Slot
from portal.booking.times import nearest
from portal.clinic import clinic_info, read_typed
from portal.errors import Invalid, SlotTaken
from portal.ids import Id, IdOrNone, is_id
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes, watch
from portal.shell.notice import notice
from portal.staff.book import service
from portal.staff.book.service import LATEST, BookForm, Wanted
from portal.staff.book.views import (
    PersonLine,
    TimeLine,
    kind_words,
    names,
    person_lines,
    service_options,
    time_lines,
)
from portal.staff.groups.service import list_groups, read_group
from portal.staff.patients.service import FoundPatient, clinic_today
from portal.staff.patients.state import Patients
from portal.staff.state import Desk, fill_desk, read_desk
from portal.staff.visit.move import move_visit
from portal.staff.visit.service import read_visit
from portal.web.limits import take
from portal.words import _

Second = Annotated[int, Field(ge=0, le=LATEST)]


class Arranging(PageState, rx.State):
    """Who comes to what, with whom and when."""

    shown_for: str = ""
    loaded: bool = False
    people: list[PersonLine] = []
    coming: list[str] = []  # ids, the one who pays first
    coming_names: str = ""
    services: list[tuple[str, str]] = []
    groups: list[tuple[str, str]] = []
    practitioners: list[tuple[str, str]] = []
    service_id: str = ""
    whose: str = ""  # with this practitioner; empty: anyone
    how: str = ""
    in_group: bool = False  # they come together, and one pays
    price_cents: int = 0
    on: str = ""
    day: str = ""
    before: str = ""
    after: str = ""
    times: list[TimeLine] = []
    near: list[TimeLine] = []  # other times, where the day has none or one was just taken
    every: bool = False
    at: int = 0
    who: str = ""
    chosen: str = ""  # the chosen time in words
    adding: bool = False
    moving: str = ""  # the id of the visit that is moved
    moving_words: str = ""
    _people: tuple[FoundPatient, ...] = ()
    _staying: tuple[str, ...] = ()
    _pays: str = ""
    _services: tuple[ServiceRow, ...] = ()

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """Begin with what the address says: who, what, with whom, when, or which visit moves."""
        await fill_desk(self, actor)
        self._begin()
        query = self.router.url.query_parameters
        asked = {
            name: query.get(name, "") for name in ("service", "with", "group", "class", "move")
        }
        known = {name: text if is_id(text) else "" for name, text in asked.items()}
        self.on = (await db.read(clinic_today)).isoformat()
        self._services = await db.read(service.list_offered, actor)
        self.services = service_options(self._services)
        if (await self.get_state(Desk)).at_desk:
            self.groups = [(one.id, one.name) for one in await db.read(list_groups, actor)]
        self.service_id, self.whose = known["service"], known["with"]
        await self._set_time(query.get("at", ""))
        ids = [one for one in query.get("for", "").split(".") if is_id(one)]
        if known["move"]:
            ids = await self._begin_moving(actor, known["move"])
        elif known["class"]:
            self.service_id, self.whose, at = await db.read(
                service.read_class, actor, known["class"]
            )
            await self._set_time(str(int(at.timestamp())))
        elif known["group"]:
            ids = [one.id for one in (await db.read(read_group, actor, known["group"])).members]
        self._people = await db.read(service.read_people, actor, ids)
        self._pays = ids[0] if ids else ""
        if self.service_id not in {one.id for one in self._services}:
            self.service_id = ""
        await self._show(actor)
        self.loaded = True

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Read again who may be booked and which times are free."""
        await read_desk(self, actor)
        if self.loaded:
            ids = [str(one.id) for one in self._people]
            self._people = await db.read(service.read_people, actor, ids)
            await self._show(actor)

    @guarded(staff=True)
    async def ask_add(self) -> None:
        """Open the search for somebody else who comes."""
        put(await self.get_state(Patients), searched="", patients=[], said="")
        self.adding = True

    @guarded(staff=True)
    def close(self) -> None:
        """Close the search."""
        self.adding = False

    @guarded(staff=True)
    async def add(self, patient_id: Id, *, actor: Actor) -> None:
        """Put somebody on the list of who comes."""
        await self._add(actor, [patient_id])

    @guarded(staff=True)
    async def add_group(self, group_id: IdOrNone, *, actor: Actor) -> None:
        """Put everybody of a group on the list."""
        if group_id:
            group = await db.read(read_group, actor, group_id)
            await self._add(actor, [one.id for one in group.members])

    @guarded(staff=True)
    async def toggle(self, patient_id: Id, *, actor: Actor) -> None:
        """Let somebody on the list come, or stay away."""
        there = set(self._staying)
        self._staying = tuple(there ^ {patient_id})
        await self._show(actor)

    @guarded(staff=True)
    async def let_pay(self, patient_id: Id, *, actor: Actor) -> None:
        """Choose who pays for a group visit."""
        self._pays = patient_id
        await self._show(actor)

    @guarded(staff=True)
    async def choose_service(self, service_id: IdOrNone, *, actor: Actor) -> None:
        """Choose what they come for."""
        known = {one.id for one in self._services}
        self.service_id, self.every = service_id if service_id in known else "", False
        await self._show(actor)

    @guarded(staff=True)
    async def choose_practitioner(self, practitioner_id: IdOrNone, *, actor: Actor) -> None:
        """Choose with whom, or anyone."""
        self.whose = practitioner_id
        await self._show(actor)

    @guarded(staff=True)
    async def go(self, on: str, *, actor: Actor) -> None:
        """Turn to a day."""
        self.on = _day(on).isoformat()
        self.at, self.who = 0, ""
        await self._show(actor)

    @guarded(staff=True)
    async def show_every(self, *, actor: Actor) -> None:
        """Show each start of the day, also those close to another."""
        self.every = True
        await self._show(actor)

    @guarded(staff=True)
    async def choose(self, at: Second, who: Id, *, actor: Actor) -> None:
        """Choose a time."""
        self.at, self.who = at, who
        zone = ZoneInfo((await db.read(clinic_info)).zone)
        on = datetime.fromtimestamp(at, UTC).astimezone(zone).date().isoformat()
        if on != self.on:
            self.on = on
        await self._show(actor)

    @guarded(staff=True)
    async def book(self, data: dict[str, Any], *, actor: Actor) -> Any:
        """Book for everybody who comes."""
        form = await read_typed(BookForm, data)
        await take("desk", actor.staff_id or "")
        try:
            visits = await db.write(service.book_for, actor, form)
        except (SlotTaken, Invalid):
            await self._show_near(actor)
            raise
        words = _("Booked for {names}. The email goes out in three minutes.")
        said = words.format(names=self.coming_names)
        return await self._leave(said, visits[0].id, visits[0].starts_local.date())

    @guarded(staff=True)
    async def move(self, visit_id: Id, who: Id, at: Second, *, actor: Actor) -> Any:
        """Give the visit its new time."""
        await take("desk", actor.staff_id or "")
        starts_at = datetime.fromtimestamp(at, UTC)
        try:
            moved = await db.write(move_visit, actor, visit_id, who, starts_at)
        except (SlotTaken, Invalid):
            await self._show_near(actor)
            raise
        words = _("Moved to {when}. An email says so.")
        said = words.format(when=say.day_time(moved.starts_local))
        return await self._leave(said, moved.id, moved.starts_local.date())

    def _begin(self) -> None:
        """Forget what was arranged on this page before."""
        self.shown_for, self.loaded, self.adding = here(self), False, False
        self.people, self.coming, self.times, self.near = [], [], [], []
        self._people, self._staying, self._pays = (), (), ""
        self.moving, self.moving_words, self.every, self.groups = "", "", False, []
        self.at, self.who, self.chosen, self.practitioners = 0, "", "", []

    async def _begin_moving(self, actor: Actor, visit_id: str) -> list[str]:
        file = await db.read(read_visit, actor, visit_id)
        self.moving, self.service_id = file.id, file.service_id
        self.whose = self.whose or file.practitioner_id
        local = file.starts_at.astimezone(ZoneInfo(file.zone))
        words = _("{name}, {service}, now on {when}")
        self.moving_words = words.format(
            name=file.patient_name, service=file.service_name, when=say.day_time(local)
        )
        if not self.at:
            self.on = max(local.date().isoformat(), self.on)
        return [file.patient_id]

    async def _set_time(self, text: str) -> None:
        """Choose the time that an address names, if it is one."""
        if text.isascii() and text.isdecimal() and int(text) <= LATEST:
            zone = ZoneInfo((await db.read(clinic_info)).zone)
            self.at, self.who = int(text), self.whose
            self.on = datetime.fromtimestamp(self.at, zone).date().isoformat()

    async def _add(self, actor: Actor, ids: list[str]) -> None:
        there = [str(one.id) for one in self._people]
        self._people = await db.read(service.read_people, actor, [*there, *ids])
        self._pays = self._pays or (str(self._people[0].id) if self._people else "")
        self._staying = tuple(one for one in self._staying if one not in ids)
        self.adding = False
        await self._show(actor)

    def _row(self) -> ServiceRow | None:
        return next((one for one in self._services if one.id == self.service_id), None)

    async def _show(self, actor: Actor) -> None:
        """Show who comes, and the times at which they can."""
        coming = [str(one.id) for one in self._people if one.id not in self._staying]
        self._pays = self._pays if self._pays in coming else next(iter(coming), "")
        self.coming = sorted(coming, key=lambda one: one != self._pays)
        self.people = person_lines(self._people, self._staying, self._pays)
        self.coming_names = names(self.people)
        row = self._row()
        self.how, self.price_cents = kind_words(row, len(coming)), row.price_cents if row else 0
        self.in_group = row is not None and row.kind is ServiceKind.GROUP
        self._show_day()
        self.near = []
        await self._show_times(actor)

    def _show_day(self) -> None:
        on = _day(self.on)
        self.day = say.day(on)
        self.before = (on - timedelta(days=1)).isoformat()
        self.after = (on + timedelta(days=1)).isoformat()

    async def _show_times(self, actor: Actor) -> None:
        if not self.service_id:
            self.times, self.chosen = [], ""
            return
        people = () if self.moving else tuple(self.coming)
        keep = self.at or None
        wanted = Wanted(self.service_id, self.whose, _day(self.on), people, keep, self.every)
        try:
            found = await db.read(service.find_starts, actor, wanted)
        except Invalid as error:  # the day is too far away
            self.times, self.chosen, self.message = [], "", error.message
            return
        self.practitioners = list(found.practitioners)
        watch(self, *(id_ for id_, _name in found.practitioners), *self.coming)
        self.times = self._lines(found.slots)
        chosen = [one for one in self.times if one["at"] == self.at and self._is_with(one)]
        self.who = chosen[0]["who"] if chosen else ""
        self.chosen = f"{self.day}, {chosen[0]['time']}" if chosen else ""
        if not self.times:
            await self._show_near(actor)

    def _is_with(self, line: TimeLine) -> bool:
        return not self.who or line["who"] == self.who

    def _lines(self, slots: tuple[Slot, ...]) -> list[TimeLine]:
        places = len({slot.location_id for slot in slots}) > 1
        return time_lines(slots, anyone=not self.whose, places=places)

    async def _show_near(self, actor: Actor) -> None:
        """Offer the times nearest to one that was taken, or to a day without any."""
        if not self.service_id:
            return
        info = await db.read(clinic_info)
        noon = datetime.combine(_day(self.on), datetime.min.time(), ZoneInfo(info.zone))
        at = datetime.fromtimestamp(self.at, UTC) if self.at else noon + timedelta(hours=12)
        people = [] if self.moving or len(self.coming) > 1 else self.coming
        found = await db.read(
            nearest, actor, self.service_id, self.whose or None, at, people=people
        )
        lines = self._lines(found)
        for line, slot in zip(lines, found, strict=True):
            line["time"] = say.day_time(slot.starts_local)
        self.near = lines

    async def _leave(self, said: str, visit_id: str, on: date) -> Any:
        href = routes.with_query(routes.STAFF_VISIT, id=visit_id)
        what = notice("success", said, label=_("Open the visit"), href=href)
        await announce(self, what, on_next_page=True)
        return rx.redirect(routes.with_query(routes.STAFF_SCHEDULE, on=on.isoformat()))


def _day(text: str) -> date:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise Invalid({"": _("This is not a date. Choose a day.")}) from None
    if not 2000 <= on.year <= 2100:
        raise Invalid({"": _("This date is too far away. Check the year.")})
    return on


refreshes(routes.STAFF_BOOK, Arranging.refresh)
