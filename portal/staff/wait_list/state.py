"""The wait list at the desk."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypedDict
from zoneinfo import ZoneInfo

import reflex as rx
from pydantic import Field

from portal import clock, db, routes, say
from portal.clinic import read_typed
from portal.ids import Id
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes, watch
from portal.shell.notice import notice
from portal.staff.state import fill_desk, read_desk
from portal.staff.wait_list import service
from portal.staff.wait_list.service import Outcome
from portal.waitlist.answer import accept
from portal.waitlist.ask import AskForm, ask, withdraw
from portal.waitlist.rows import Answer
from portal.waitlist.state import USUAL_WAIT
from portal.waitlist.views import RequestView, request_view
from portal.web.limits import take
from portal.words import _

Epoch = Annotated[int, Field(ge=0, le=4_000_000_000)]
NO_NAMES: dict[str, str] = {}


class OutcomeView(TypedDict):
    """One offer and what became of it."""

    id: str
    name: str
    href: str
    what: str
    when: str
    answer: str


class FreeView(TypedDict):
    """A free time to offer."""

    at: int
    who: str
    words: str


class Waiting(PageState, rx.State):
    """Who waits, what was offered, and the dialog about one request."""

    loaded: bool = False
    service_id: str = ""
    practitioner_id: str = ""
    services: list[tuple[str, str]] = []
    practitioners: list[tuple[str, str]] = []
    requests: list[RequestView] = []
    offers: list[OutcomeView] = []
    page: int = 1
    has_more: bool = False
    dialog: str = ""  # "", "offer", "withdraw"
    chosen_id: str = ""
    chosen_about: str = ""
    free: list[FreeView] = []

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """List who waits."""
        await fill_desk(self, actor)
        self.dialog, self.page, self.service_id, self.practitioner_id = "", 1, "", ""
        services, self.practitioners = await db.read(service.choices, actor)
        self.services = [(one.id, one.name) for one in services]
        await self._read(actor)

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Read the list again."""
        await read_desk(self, actor)
        await self._read(actor)

    @guarded(staff=True)
    async def show_service(self, service_id: Id | Literal[""], *, actor: Actor) -> None:
        """Show who waits for one service, or (empty) for any."""
        self.service_id, self.page = service_id, 1
        await self._read(actor)

    @guarded(staff=True)
    async def show_practitioner(self, practitioner_id: Id | Literal[""], *, actor: Actor) -> None:
        """Show who would come to one practitioner, or (empty) to any."""
        self.practitioner_id, self.page = practitioner_id, 1
        await self._read(actor)

    @guarded(staff=True)
    async def turn(self, page: Annotated[int, Field(ge=1, le=400)], *, actor: Actor) -> None:
        """Show another page."""
        self.page = page
        await self._read(actor)

    @guarded(staff=True)
    async def choose_time(self, request_id: Id, *, actor: Actor) -> None:
        """Show the free times that suit a request."""
        found = await db.write(service.free_times, actor, request_id)
        view = request_view(found.request, NO_NAMES)
        self.chosen_id, self.chosen_about, self.dialog = request_id, view["about"], "offer"
        words = _("{when}, with {name}")
        self.free = [
            FreeView(
                at=int(slot.starts_at.timestamp()),
                who=slot.practitioner_id,
                words=words.format(
                    when=say.day_time(slot.starts_local), name=slot.practitioner_name
                ),
            )
            for slot in found.slots
        ]

    @guarded(staff=True)
    async def offer(self, request_id: Id, at: Epoch, who: Id, *, actor: Actor) -> None:
        """Keep a time for a request and tell whoever waits."""
        self.dialog = ""
        await take("desk", actor.staff_id or "")
        starts_at = datetime.fromtimestamp(at, UTC)
        await db.write(service.offer_by_hand, actor, request_id, who, starts_at)
        await self._done(_("Offered. The time is kept until they answer."), actor)

    @guarded(staff=True)
    async def accept(self, offer_id: Id, *, actor: Actor) -> None:
        """Book what is kept, for a patient who has called."""
        await take("desk", actor.staff_id or "")
        visit = await db.write(accept, actor, offer_id)
        words = _("Booked for {name}: {when}.").format(
            name=visit.person.full_name, when=say.day_time(visit.starts_local)
        )
        await self._done(words, actor)

    @guarded(staff=True)
    def ask_withdraw(self, request_id: Id) -> None:
        """Ask before a request is taken off the list."""
        found = (one for one in self.requests if one["id"] == request_id)
        if one := next(found, None):
            self.chosen_id, self.chosen_about = request_id, one["about"]
            self.dialog = "withdraw"

    @guarded(staff=True)
    async def withdraw(self, request_id: Id, *, actor: Actor) -> None:
        """Take a request off the list."""
        self.dialog = ""
        await take("desk", actor.staff_id or "")
        await db.write(withdraw, actor, request_id)
        await self._done(_("Taken off the wait list."), actor)

    @guarded(staff=True)
    def close(self) -> None:
        """Close the dialog and change nothing."""
        self.dialog = ""

    async def _done(self, words: str, actor: Actor) -> None:
        await self._read(actor)
        await announce(self, notice("success", words))

    async def _read(self, actor: Actor) -> None:
        narrowed = (self.service_id, self.practitioner_id, self.page)
        found = await db.read(service.list_waiting, actor, *narrowed)
        offers = await db.read(service.list_offers, actor)
        watch(self, *{one.person.id for one in found.requests})
        put(
            self,
            requests=[request_view(row, NO_NAMES) for row in found.requests],
            offers=[_outcome(one) for one in offers],
            page=found.page,
            has_more=found.has_more,
            loaded=True,
        )


class AddWaiting(PageState, rx.State):
    """The form that puts a patient on the list who has called."""

    loaded: bool = False
    patient_id: str = ""
    patient_name: str = ""
    service_id: str = ""
    service_name: str = ""
    services: list[tuple[str, str]] = []  # name, address
    practitioners: list[tuple[str, str]] = []
    first_on: str = ""
    until_on: str = ""

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """Open the form for the patient in the address, after the service was chosen."""
        await fill_desk(self, actor)
        self.loaded = False
        query = self.router.url.query_parameters
        self.patient_id, self.service_id = query.get("for", ""), query.get("service", "")
        if self.patient_id:
            await self._open(actor)
        self.loaded = True

    @guarded(staff=True)
    async def add(self, data: dict[str, Any], *, actor: Actor) -> rx.event.EventSpec:
        """Put the patient on the list."""
        form = await read_typed(AskForm, data)
        await take("desk", actor.staff_id or "")
        await db.write(ask, actor, form)
        await announce(self, notice("success", _("Added to the wait list.")), on_next_page=True)
        return rx.redirect(routes.STAFF_WAIT_LIST)

    async def _open(self, actor: Actor) -> None:
        found = await db.read(service.for_patient, actor, self.patient_id, self.service_id)
        self.patient_name = found.person.full_name
        services, _practitioners = await db.read(service.choices, actor)
        self.services = [(one.name, _add_href(self.patient_id, one.id)) for one in services]
        if found.service:
            self.service_name = found.service.name
            self.practitioners = [(one.id, one.name) for one in found.practitioners]
            today = clock.today(ZoneInfo(found.zone))
            self.first_on, self.until_on = today.isoformat(), (today + USUAL_WAIT).isoformat()


refreshes(routes.STAFF_WAIT_LIST, Waiting.refresh)


def _add_href(patient_id: str, service_id: str) -> str:
    query = {"service": service_id, "for": patient_id}
    return routes.with_query(routes.STAFF_WAIT_LIST_ADD, **query)


def _outcome(one: Outcome) -> OutcomeView:
    offer = one.offer
    starts = offer.starts_at.astimezone(ZoneInfo(offer.zone))
    return OutcomeView(
        id=offer.id,
        name=one.name,
        href=routes.with_query(routes.STAFF_PATIENT, id=one.patient_id),
        what=_("{service} with {name}").format(
            service=one.service_name, name=offer.practitioner_name
        ),
        when=say.day_time(starts),
        answer=_answer_words(one),
    )


def _answer_words(one: Outcome) -> str:
    if one.offer.answer:
        return {
            Answer.ACCEPTED: _("Booked"),
            Answer.DECLINED: _("Said no"),
            Answer.EXPIRED: _("No answer in time"),
            Answer.WITHDRAWN: _("Taken off the list"),
        }[one.offer.answer]
    zone = ZoneInfo(one.offer.zone)
    until = say.day_time(one.offer.expires_at.astimezone(zone))
    if one.offer.told_at > clock.now():
        told = say.clock_time(one.offer.told_at.astimezone(zone))
        return _("Told at {time}, kept until {until}").format(time=told, until=until)
    return _("Kept until {until}").format(until=until)
