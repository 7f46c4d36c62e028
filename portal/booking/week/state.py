"""Booking, step 2: with whom and when. Going on with a time keeps it for whoever chose it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

import reflex as rx
from pydantic import Field

from portal import clock, db, routes
from portal.booking import service
from portal.booking.choices import Choices, read_choices
from portal.booking.service import Look
from portal.booking.views import DayView, FaceView, SlotView, slot_view
from portal.booking.week.views import (
    PractitionerView,
    WeekView,
    about,
    opens_on,
    period_view,
    zone_sentence,
)
from portal.booking.week.wishes import wishes_for
from portal.errors import Invalid, NotFound, SlotTaken
from portal.ids import Id, IdOrNone
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.shell.state import fill_frame
from portal.web.limits import take
from portal.words import _

WEEK = 7
MOST_NOTED = 20
# Seconds since 1970; the upper end keeps what a browser sends inside what a date can be.
Epoch = Annotated[int, Field(ge=0, le=4_000_000_000)]
Part = Literal["", "morning", "afternoon", "evening"]

NO_SLOT = SlotView(at=0, time="", who="", name="", left="", room="")


class Times(PageState, rx.State):
    """Step 2: with whom and when."""

    shown_for: str = ""
    loaded: bool = False
    title_words: str = _("Choose a time")
    moved_words: str = ""
    service_id: str = ""
    service_name: str = ""
    service_detail: str = ""
    service_href: str = ""
    price_cents: int = 0  # as it is shown; -1: it stays what it was
    faces: list[FaceView] = []
    banner_name: str = ""
    first_names: str = ""
    who_href: str = ""
    wait_href: str = ""
    practitioners: list[PractitionerView] = []
    practitioner_id: str = ""  # empty: anyone
    part: str = ""
    view: str = "week"
    days: list[DayView] = []
    month: list[WeekView] = []
    first_on: str = ""
    period_words: str = ""
    count_words: str = ""
    zone_words: str = ""
    has_earlier: bool = False
    has_later: bool = False
    chosen: SlotView = NO_SLOT
    chosen_words: str = ""
    near: list[SlotView] = []  # after a time was lost: the nearest ones
    refused: str = ""  # why nobody can book for these people any more
    _kind: str = ""  # of the service
    # What was kept from which address of this page, with its order: somebody who comes back to
    # it and goes on with another time wants that one instead.
    _kept: dict[str, tuple[str, tuple[str, ...]]] = {}

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """Open on the week of the first free time."""
        await fill_frame(self, actor)
        self.shown_for, self.loaded, self.refused = here(self), False, ""
        chosen = read_choices(self.router.url.query_parameters)
        board = await db.read(service.read_board, actor, chosen)
        put(self, **about(board, chosen))
        known = {one["id"] for one in self.practitioners}
        self.practitioner_id = chosen.practitioner if chosen.practitioner in known else ""
        self.view, self.part, self._kind = chosen.view or "week", "", board.offered.service.kind
        self.zone_words = zone_sentence(board)
        await self._show(actor, opens_on(board, self.practitioner_id))
        self.loaded = True

    @guarded(quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Say it before the press when somebody no longer lets me book for them."""
        if not self.loaded or not self.faces:
            return
        bookable = {one.id for one in await db.read(service.list_bookable_people, actor)}
        gone = any(one["id"] not in bookable for one in self.faces)
        words = _("You can no longer book for {name}. Nothing was booked.")
        put(self, refused=words.format(name=self.first_names) if gone else "")

    @guarded
    async def choose_practitioner(self, practitioner_id: IdOrNone, *, actor: Actor) -> None:
        """Show the times of one practitioner, or (empty) of anyone."""
        self.practitioner_id = practitioner_id
        await self._show(actor, self._first_day())

    @guarded
    async def choose_part(self, part: Part, *, actor: Actor) -> None:
        """Show the times of one part of the day, or of all of it."""
        self.part = part
        await self._show(actor, self._first_day())

    @guarded
    async def show(self, view: Literal["week", "month"], *, actor: Actor) -> None:
        """Show the times of a week, or how many each day of a month has."""
        self.view = view
        await self._show(actor, self._first_day())

    @guarded
    async def turn(self, by: Annotated[int, Field(ge=-1, le=1)], *, actor: Actor) -> None:
        """Show the week or month before or after."""
        first = self._first_day()
        if self.view == "month":
            first = (first.replace(day=15) + timedelta(days=30 * by)).replace(day=1)
        else:
            first += timedelta(days=WEEK * by)
        await self._show(actor, first)

    @guarded
    async def open_day(self, on: date, *, actor: Actor) -> None:
        """Show the week that begins on a day."""
        self._first_day()
        self.view = "week"
        await self._show(actor, on)

    @guarded
    async def go_next(self, *, actor: Actor) -> None:
        """Show the next free time after the week shown, or if there is none, the first of all."""
        first, now = self._first_day(), clock.now()
        shown = first + timedelta(days=0 if self.view == "month" else WEEK)
        after = max(now, datetime.combine(shown, time(), UTC))
        asked = (service.next_available, actor, self.service_id, self.practitioner_id or None)
        more = {"part": self.part, "people": tuple(one["id"] for one in self.faces)}
        slot = await db.read(*asked, after, **more) or await db.read(*asked, now, **more)
        if slot is None:
            raise Invalid({"": _NEVER})
        self.view = "week"
        await self._show(actor, slot.starts_shown.date())

    @guarded
    def choose(self, at: Epoch, who: Id) -> None:
        """Mark a time as chosen; it is kept when somebody goes on with it."""
        chosen = next(
            (one for one in self._slots() if one[0]["at"] == at and one[0]["who"] == who), None
        )
        if chosen is None:
            raise NotFound
        self.chosen, self.chosen_words = chosen

    @guarded
    async def go_on(
        self, at: Epoch, who: Id, room: IdOrNone, *, actor: Actor
    ) -> rx.event.EventSpec:
        """Keep a time for ten minutes, then ask for whom it is, or to confirm."""
        await take("hold", actor.me)
        chosen, instead = self._asked()
        wishes = wishes_for(chosen, self._kind, at, who, room, self.price_cents)
        try:
            order, new = await db.write(service.keep, actor, wishes, chosen.order, instead)
        except SlotTaken:
            await self._show_near(actor, wishes[0].starts_at)
            raise
        if read_choices(self.router.url.query_parameters).order not in ("", order.id):
            words = _("The times you chose before were kept too long. Only this one is kept now.")
            await announce(self, notice("warning", words), on_next_page=True)
        self._note_kept(order.id, new, instead)
        open_item = next((one.id for one in order.items if not one.people), "")
        asked = Choices(order=order.id)
        if open_item:
            ask_who = asked.href(routes.BOOK_WHO, instead=open_item, people=chosen.people)
            return rx.redirect(ask_who)
        return rx.redirect(asked.href(routes.BOOK_CONFIRM))

    def _asked(self) -> tuple[Choices, tuple[str, ...]]:
        """Return what the address says, and which kept times make room for another."""
        chosen = read_choices(self.router.url.query_parameters)
        order_id, kept = self._kept.get(here(self), ("", ()))
        if kept and chosen.order in ("", order_id):
            return replace(chosen, order=order_id), kept
        return chosen, (chosen.instead,) if chosen.instead else ()

    def _note_kept(self, order_id: str, new: tuple[str, ...], instead: tuple[str, ...]) -> None:
        gone = set(instead)
        before = [
            (at, (order_id, new) if gone & set(one[1]) else one) for at, one in self._kept.items()
        ]
        self._kept = dict([*before[-MOST_NOTED:], (here(self), (order_id, new))])

    def _slots(self) -> list[tuple[SlotView, str]]:
        """Return every time shown, with its full name."""
        words = _("{weekday} {date}, {time}, with {name}")
        found = [
            (slot, words.format(**day, **slot) + (f", {place['name']}" if place["name"] else ""))
            for day in self.days
            for place in day["places"]
            for slot in place["slots"]
        ]
        words = _("{time}, with {name}")
        return found + [(slot, words.format(**slot)) for slot in self.near]

    def _first_day(self) -> date:
        if not self.first_on:  # a browser may call a handler of a page that it has not opened
            raise NotFound
        return date.fromisoformat(self.first_on)

    async def _show(self, actor: Actor, first_on: date) -> None:
        if not self.service_id:
            raise NotFound
        chosen, _instead = self._asked()
        look = Look(
            self.service_id,
            self.practitioner_id or None,
            first_on,
            self.view,
            self.part,
            people=tuple(one["id"] for one in self.faces),
            mine=chosen.order or None,
        )
        period = await db.read(service.read_period, actor, look)
        put(self, **period_view(period), chosen=NO_SLOT, chosen_words="", near=[])

    async def _show_near(self, actor: Actor, starts_at: datetime) -> None:
        """Show what is free now, and the times nearest to one that is gone."""
        await self._show(actor, self._first_day())
        near = await db.read(
            service.nearest, actor, self.service_id, self.practitioner_id or None, starts_at
        )
        self.near = [slot_view(slot, with_day=True) for slot in near]


refreshes(routes.BOOK_TIMES, Times.refresh)

_NEVER = _(
    "Nothing is free as far ahead as one can book. Try another person, or any time of the day."
)
