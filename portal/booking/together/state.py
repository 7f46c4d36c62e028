"""Several people in one search: how their visits lie to each other, what for, and when."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

import reflex as rx
from pydantic import Field

from portal import db, routes
from portal.booking import service
from portal.booking.choices import Choices, read_choices
from portal.booking.together.rows import Asked, Setting, TogetherRow
from portal.booking.together.rules import Kind
from portal.booking.together.service import MOST_DAYS, find_together, read_setting
from portal.booking.together.views import (
    ComerView,
    WayDayView,
    about,
    comer_views,
    key_of,
    period_view,
)
from portal.booking.views import FaceView
from portal.booking.week.state import Part
from portal.errors import NotFound, SlotTaken
from portal.ids import Id
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, guarded
from portal.shell.live import put, refreshes
from portal.shell.state import fill_frame
from portal.web.limits import take
from portal.words import _


class Together(PageState, rx.State):
    """Times that fit everyone."""

    shown_for: str = ""
    loaded: bool = False
    faces: list[FaceView] = []
    banner_name: str = ""
    who_href: str = ""
    wait_href: str = ""
    comers: list[ComerView] = []
    services: list[tuple[str, str]] = []  # id, and what it is in words
    kind: str = Kind.BACK_TO_BACK.value
    part: str = ""
    days: list[WayDayView] = []  # those with times
    first_on: str = ""
    period_words: str = ""
    count_words: str = ""
    zone_words: str = ""
    has_earlier: bool = False
    has_later: bool = False
    chosen: str = ""  # the key of the times chosen
    chosen_words: str = ""
    refused: str = ""  # why nobody can book for these people any more
    _wanted: dict[str, str] = {}  # patient id -> service id
    _found: dict[str, TogetherRow] = {}
    # What was kept from this very page before: other times take its place.
    _kept_for: str = ""
    _kept_order: str = ""
    _kept: tuple[str, ...] = ()

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """Open on the first days; a page that is loaded again stays as it was set."""
        await fill_frame(self, actor)
        again = self.shown_for == here(self) and bool(self.first_on)
        self.shown_for, self.loaded, self.refused = here(self), False, ""
        asked = read_choices(self.router.url.query_parameters)
        setting = await db.read(read_setting, actor, asked.people)
        put(self, **about(setting, asked))
        if not again:
            self.kind, self.part = Kind.BACK_TO_BACK.value, ""
            self._wanted = dict.fromkeys(asked.people, self._offered(asked.service))
        first_on = self._first_day() if again else setting.window.first_on
        await self._show(actor, first_on, setting)
        self.loaded = True

    @guarded(quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Say it before the press when somebody no longer lets me book for them."""
        if not self.loaded:
            return
        bookable = {one.id for one in await db.read(service.list_bookable_people, actor)}
        gone = any(one["id"] not in bookable for one in self.faces)
        words = _("You can no longer book for {name}. Nothing was booked.")
        put(self, refused=words.format(name=self.banner_name) if gone else "")

    @guarded
    async def choose_kind(self, kind: Kind, *, actor: Actor) -> None:
        """Let the visits lie another way to each other."""
        self._first_day()
        self.kind = kind.value
        await self._show(actor, self._first_day())

    @guarded
    async def choose_part(self, part: Part, *, actor: Actor) -> None:
        """Show the times of one part of the day, or of all of it."""
        first = self._first_day()
        self.part = part
        await self._show(actor, first)

    @guarded
    async def choose_service(self, patient_id: Id, service_id: Id, *, actor: Actor) -> None:
        """Let one person come for something else."""
        first = self._first_day()
        if patient_id not in self._wanted:
            raise NotFound
        self._wanted = {**self._wanted, patient_id: self._offered(service_id)}
        await self._show(actor, first)

    @guarded
    async def turn(self, by: Annotated[int, Field(ge=-1, le=1)], *, actor: Actor) -> None:
        """Show the days before or after."""
        await self._show(actor, self._first_day() + timedelta(days=MOST_DAYS * by))

    @guarded
    def choose(self, key: Id) -> None:
        """Mark times as chosen; they are kept when somebody goes on with them."""
        words = {way["key"]: way["words"] for day in self.days for way in day["ways"]}
        if key not in words:
            raise NotFound
        self.chosen, self.chosen_words = key, words[key]

    @guarded
    async def go_on(self, key: Id, *, actor: Actor) -> rx.event.EventSpec:
        """Keep all these times for ten minutes, then ask for a yes."""
        await take("hold", actor.me)
        found = self._found.get(key)
        if found is None:
            raise NotFound
        asked, instead = self._asked()
        try:
            order, new = await db.write(service.keep, actor, found.wishes, asked.order, instead)
        except SlotTaken:
            await self._show(actor, self._first_day())
            raise
        self._kept_for, self._kept_order, self._kept = here(self), order.id, new
        return rx.redirect(Choices(order=order.id).href(routes.BOOK_CONFIRM))

    def _asked(self) -> tuple[Choices, tuple[str, ...]]:
        """Return what the address says, and which kept times make room for others."""
        asked = read_choices(self.router.url.query_parameters)
        if self._kept_for != here(self):
            return asked, ()
        return replace(asked, order=asked.order or self._kept_order), self._kept

    def _offered(self, service_id: str) -> str:
        if service_id not in {one for one, _words in self.services}:
            raise NotFound
        return service_id

    def _first_day(self) -> date:
        if not self.first_on:  # a browser may call a handler of a page that it has not opened
            raise NotFound
        return date.fromisoformat(self.first_on)

    async def _show(self, actor: Actor, first: date, setting: Setting | None = None) -> None:
        asked, instead = self._asked()
        if setting is None:
            setting = await db.read(read_setting, actor, tuple(self._wanted))
        first = max(setting.window.first_on, min(first, setting.window.last_on))
        # Times kept before count as free where all of them make room for others.
        own = read_choices(self.router.url.query_parameters).order
        found = await db.read(
            find_together,
            actor,
            [Asked(*one) for one in self._wanted.items()],
            Kind(self.kind),
            first,
            MOST_DAYS,
            practitioner_id=asked.practitioner or None,
            part=self.part,
            mine=asked.order if instead and not own else None,
            beside=own or None,
        )
        self._found = {key_of(one): one for one in found}
        put(self, **period_view(found, setting, Kind(self.kind), first, MOST_DAYS))
        put(self, comers=comer_views(setting, self._wanted), chosen="", chosen_words="")


refreshes(routes.BOOK_TOGETHER, Together.refresh)
