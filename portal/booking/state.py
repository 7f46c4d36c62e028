"""Booking in four steps: what, when, for whom, yes. The address carries the choices.

So a reload, the back button or a lost connection never loses them; each step checks them anew.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

import reflex as rx
from pydantic import Field

from portal import db, routes, say
from portal.booking import service
from portal.booking.choice import Choice, look_up_choice, look_up_service
from portal.booking.views import (
    DayView,
    GroupView,
    PersonView,
    SlotView,
    day_views,
    group_views,
    person_views,
)
from portal.clinic import read_typed
from portal.errors import NotFound
from portal.family.add import NewFamily, add_family_members
from portal.family.faces import family_faces
from portal.ids import Id, new_id
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.shell.state import fill_frame
from portal.web.limits import take
from portal.words import _, ngettext

WEEK = 7
# Seconds since 1970; the upper end keeps what a browser sends inside what a date can be.
Epoch = Annotated[int, Field(ge=0, le=4_000_000_000)]

NO_SLOT = SlotView(at=0, time="", who="", name="")
NOBODY = PersonView(
    id="", name="", first_name="", is_me=True, initials="", colour=1, relation="", href=""
)


class Services(PageState, rx.State):
    """Step 1: what."""

    groups: list[GroupView] = []

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """List the services."""
        await fill_frame(self, actor)
        self.groups = group_views(await db.read(service.list_services, actor))


class Times(PageState, rx.State):
    """Step 2: with whom and when."""

    shown_for: str = ""
    loaded: bool = False
    service_id: str = ""
    service_name: str = ""
    service_detail: str = ""
    practitioners: list[tuple[str, str, str]] = []  # id, name, role
    practitioner_id: str = ""  # empty: anyone
    days: list[DayView] = []
    first_on: str = ""
    week_words: str = ""
    count_words: str = ""
    has_earlier: bool = False
    has_later: bool = False
    chosen: SlotView = NO_SLOT
    chosen_words: str = ""
    next_href: str = ""

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """Open on the week of the first free time."""
        await fill_frame(self, actor)
        self.shown_for, self.loaded = here(self), False
        query = self.router.url.query_parameters
        offered = await db.read(look_up_service, actor, query.get("service", ""))
        self.service_id, self.service_name = offered.service.id, offered.service.name
        price = say.money(offered.service.price_cents, offered.service.currency)
        self.service_detail = f"{say.minutes(offered.service.minutes)}, {price}"
        self.practitioners = [(one.id, one.name, one.role) for one in offered.practitioners]
        wanted = query.get("with", "")
        self.practitioner_id = wanted if wanted in {p[0] for p in self.practitioners} else ""
        window = await db.read(service.booking_window, actor)
        soonest = await db.read(service.find_soonest, actor, self.service_id)
        starts = [
            slot.starts_local.date()
            for id_, slot in soonest.items()
            if self.practitioner_id in ("", id_)
        ]
        await self._show_week(actor, min(starts, default=window.first_on))
        self.loaded = True

    @guarded
    async def choose_practitioner(self, practitioner_id: Id | Literal[""], *, actor: Actor) -> None:
        """Show the times of one practitioner, or (empty) of anyone."""
        self.practitioner_id = practitioner_id
        await self._show_week(actor, self._first_day())

    @guarded
    async def turn(self, weeks: Annotated[int, Field(ge=-1, le=1)], *, actor: Actor) -> None:
        """Show the week before or after."""
        await self._show_week(actor, self._first_day() + timedelta(weeks * WEEK))

    @guarded
    def choose(self, at: Epoch, who: Id) -> None:
        """Mark a time as chosen; it is checked again at each later step."""
        found = (
            (day, place, slot)
            for day in self.days
            for place in day["places"]
            for slot in place["slots"]
            if slot["at"] == at and slot["who"] == who
        )
        chosen = next(found, None)
        if chosen is None:
            raise NotFound
        day, place, self.chosen = chosen
        words = _("{weekday} {date}, {time}, with {name}").format(**day, **self.chosen)
        self.chosen_words = f"{words}, {place['name']}" if place["name"] else words
        self.next_href = routes.with_query(
            routes.BOOK_WHO, service=self.service_id, at=str(at), **{"with": who}
        )

    def _first_day(self) -> date:
        if not self.first_on:  # a browser may call a handler of a page that it has not opened
            raise NotFound
        return date.fromisoformat(self.first_on)

    async def _show_week(self, actor: Actor, first_day: date) -> None:
        if not self.service_id:
            raise NotFound
        window = await db.read(service.booking_window, actor)
        first_day = max(window.first_on, min(first_day, window.last_on))
        found = await db.read(
            service.find_times,
            actor,
            self.service_id,
            self.practitioner_id or None,
            first_day,
            WEEK,
        )
        self.first_on = first_day.isoformat()
        self.week_words = say.days(first_day, first_day + timedelta(days=WEEK - 1))
        self.has_earlier = first_day > window.first_on
        self.has_later = first_day + timedelta(days=WEEK) <= window.last_on
        self.days = day_views(found)
        count = sum(len(one.slots) for one in found)
        self.count_words = ngettext("One time free", "{count} times free", count).format(
            count=count
        )
        if not count:
            self.count_words = _("No times free this week")
        self.chosen, self.chosen_words, self.next_href = NO_SLOT, "", ""


class Who(PageState, rx.State):
    """Step 3: for whom."""

    shown_for: str = ""
    loaded: bool = False
    people: list[PersonView] = []
    when_words: str = ""
    service_name: str = ""
    change_href: str = ""
    adding: bool = False

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """List for whom I may book."""
        await fill_frame(self, actor)
        self.shown_for, self.loaded, self.adding = here(self), False, False
        self.change_href = _times_href(self)
        self._show(await _look_up(self, actor))

    @guarded(quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """List anew for whom I may book; whether the time is still free says the next step."""
        if self.loaded:
            await self._show_people(actor)

    @guarded
    def ask_new(self) -> None:
        """Open the form for somebody new."""
        self.adding = True

    @guarded
    def close(self) -> None:
        """Close the form and add nobody."""
        self.adding = False

    @guarded
    async def add(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Add a family member in place, then list for whom I may book."""
        form = await read_typed(NewFamily, data)
        await take("family_add", actor.me)
        await db.write(add_family_members, actor, form)
        self.adding = False
        self._show(await _look_up(self, actor))

    def _show(self, choice: Choice) -> None:
        self.service_name = choice.service.name
        self.when_words = _("{when}, with {name}").format(
            when=say.day_time(choice.slot.starts_local), name=choice.slot.practitioner_name
        )
        put(self, people=person_views(choice.people, choice.letters, **_chosen(self)), loaded=True)

    async def _show_people(self, actor: Actor) -> None:
        people = await db.read(service.list_bookable_people, actor)
        letters = await db.read(family_faces, actor)
        put(self, people=person_views(people, letters, **_chosen(self)))


class Confirm(PageState, rx.State):
    """Step 4: yes."""

    shown_for: str = ""
    loaded: bool = False
    person: PersonView = NOBODY
    service_id: str = ""
    service_words: str = ""
    price_words: str = ""
    price_cents: int = 0
    practitioner_id: str = ""
    at: int = 0
    when_words: str = ""
    place_words: str = ""
    who_href: str = ""
    times_href: str = ""
    request_key: str = ""
    refused: str = ""  # why this person's visit cannot be booked any more

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """Show what is about to be booked, for whom."""
        await fill_frame(self, actor)
        self.shown_for, self.loaded, self.person = here(self), False, NOBODY
        self.refused = ""
        self.times_href = _times_href(self)
        self.who_href = routes.with_query(routes.BOOK_WHO, **_chosen(self))
        choice = await _look_up(self, actor)
        wanted = choice.person(self.router.url.query_parameters.get("for", ""))
        views = person_views(choice.people, choice.letters)
        self.person = next(view for view in views if view["id"] == wanted.id)
        self.service_id, self.practitioner_id = choice.service.id, choice.slot.practitioner_id
        self.at = int(choice.slot.starts_at.timestamp())
        self.when_words = say.day_time(choice.slot.starts_local)
        self.service_words = _("{service} with {name}, {length}").format(
            service=choice.service.name,
            name=choice.slot.practitioner_name,
            length=say.minutes(choice.service.minutes),
        )
        self.price_cents = choice.service.price_cents
        self.price_words = say.money(choice.service.price_cents, choice.service.currency)
        self.place_words = choice.slot.location_name
        # A browser that reconnects sends the same press again, with the same key: one visit.
        self.request_key = new_id()
        self.loaded = True

    @guarded(quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Say it before the press when the person no longer lets me book for them."""
        if not self.loaded:
            return
        people = await db.read(service.list_bookable_people, actor)
        may = any(one.id == self.person["id"] for one in people)
        words = _("You can no longer book for {name}. Nothing was booked.")
        put(self, refused="" if may else words.format(name=self.person["first_name"]))

    @guarded
    async def book(
        self,
        patient_id: Id,
        service_id: Id,
        practitioner_id: Id,
        at: Epoch,
        price_cents: Annotated[int, Field(ge=0)],
        request_key: Id,
        *,
        actor: Actor,
    ) -> rx.event.EventSpec:
        """Book what the page showed, for the person it named and at the price it named."""
        await take("book", actor.me)
        visit = await db.write(
            service.book_visit,
            actor,
            patient_id,
            service_id,
            practitioner_id,
            datetime.fromtimestamp(at, UTC),
            request_key,
            shown_price_cents=price_cents,
        )
        # Whoever comes back to this page chooses anew.
        self.loaded, self.request_key = False, ""
        words = _("Booked for {name}: {when}. We sent you an email.").format(
            name=_("you") if visit.person.is_me else visit.person.first_name,
            when=say.day_time(visit.starts_local),
        )
        await announce(
            self, notice("success", words, label=_("Undo"), key=visit.id), on_next_page=True
        )
        return rx.redirect(routes.APPOINTMENTS)


refreshes(routes.BOOK_WHO, Who.refresh)
refreshes(routes.BOOK_CONFIRM, Confirm.refresh)


def _chosen(state: rx.State) -> dict[str, str]:
    query = state.router.url.query_parameters
    return {name: query.get(name, "") for name in ("service", "with", "at")}


def _times_href(state: rx.State) -> str:
    chosen = _chosen(state)
    return routes.with_query(
        routes.BOOK_TIMES, service=chosen["service"], **{"with": chosen["with"]}
    )


async def _look_up(state: rx.State, actor: Actor) -> Choice:
    """Look up what the address says, none of it trusted."""
    chosen = _chosen(state)
    at = chosen["at"]
    if not (at.isascii() and at.isdecimal() and len(at) <= len("4000000000")):
        raise NotFound
    starts_at = datetime.fromtimestamp(int(at), UTC)
    return await db.read(look_up_choice, actor, chosen["service"], chosen["with"], starts_at)
