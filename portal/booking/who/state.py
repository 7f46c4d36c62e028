"""Booking, step 3: for whom a kept time is."""

from typing import Any

import reflex as rx

from portal import clock, db, routes
from portal.booking import service
from portal.booking.choices import Choices, read_choices
from portal.booking.rows import HeldRow, ServiceKind
from portal.booking.service import HoldLost, Kept
from portal.booking.views import PersonView, person_views
from portal.booking.who.views import about_time
from portal.clinic import read_typed
from portal.errors import Invalid, NotFound
from portal.family.add import NewFamily, add_family_members
from portal.ids import Id, IdOrNone
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, guarded
from portal.shell.live import put, refreshes
from portal.shell.state import fill_frame
from portal.web.limits import take
from portal.words import _


class Who(PageState, rx.State):
    """Step 3: for whom."""

    shown_for: str = ""
    loaded: bool = False
    order_id: str = ""
    hold_id: str = ""
    people: list[PersonView] = []
    in_group: bool = False
    most: int = 1
    payers: list[list[str]] = []  # id and name of those who come
    payer: str = ""  # empty: the first of them
    go_words: str = ""
    when_words: str = ""
    kept_words: str = ""
    kept_until: int = 0  # seconds since 1970
    seconds_left: int = 0
    service_name: str = ""
    change_href: str = ""
    adding: bool = False
    _chosen: tuple[str, ...] = ()

    @guarded
    async def load(self, *, actor: Actor) -> rx.event.EventSpec | None:
        """List for whom I may book."""
        await fill_frame(self, actor)
        self.shown_for, self.loaded, self.adding = here(self), False, False
        self._chosen = read_choices(self.router.url.query_parameters).people
        self.payer = ""
        try:
            await self._show(actor, begin=True)
        except HoldLost:
            return self._to_lost()
        self.loaded = True
        return None

    @guarded(quiet=True)
    async def refresh(self, *, actor: Actor) -> rx.event.EventSpec | None:
        """List anew for whom I may book, or go on to what is said when the time is up."""
        if not self.loaded:
            return None
        try:
            await self._show(actor)
        except HoldLost:
            return self._to_lost()
        return None

    @guarded
    async def choose(self, person_id: Id, *, actor: Actor) -> rx.event.EventSpec:
        """Keep the time for one person."""
        return await self._keep_for(actor, (person_id,))

    @guarded
    async def toggle(self, person_id: Id, on: bool, *, actor: Actor) -> None:
        """Let one person more, or less, come to a group visit."""
        others = tuple(one for one in self._chosen if one != person_id)
        self._chosen = (*others, person_id) if on else others
        await self._show(actor)

    @guarded
    async def choose_payer(self, person_id: IdOrNone, *, actor: Actor) -> None:
        """Say who pays for a group visit; empty: the first of those who come."""
        self.payer = person_id
        await self._show(actor)

    @guarded
    async def choose_all(self, *, actor: Actor) -> rx.event.EventSpec:
        """Keep the time for everybody chosen; who pays comes first."""
        if not self._chosen:
            raise Invalid({"": _("Choose who comes, please.")})
        rest = tuple(one for one in self._chosen if one != self.payer)
        return await self._keep_for(actor, ((self.payer,) if self.payer else ()) + rest)

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
        added = await db.write(add_family_members, actor, form)
        self.adding = False
        if self.in_group:
            self._chosen = (*self._chosen, *added)
        await self._show(actor)

    def _to_lost(self) -> rx.event.EventSpec:
        """Go on to the page that says what was kept too long, and what is near it."""
        order = read_choices(self.router.url.query_parameters).order
        return rx.redirect(Choices(order=order).href(routes.BOOK_CONFIRM), replace=True)

    async def _keep_for(self, actor: Actor, people: tuple[str, ...]) -> rx.event.EventSpec:
        order = await db.write(service.choose_people, actor, self.hold_id, people)
        other = next((one.id for one in order.items if not one.people), "")
        asked = Choices(order=order.id, instead=other)
        return rx.redirect(asked.href(routes.BOOK_WHO if other else routes.BOOK_CONFIRM))

    async def _show(self, actor: Actor, *, begin: bool = False) -> None:
        asked = read_choices(self.router.url.query_parameters)
        kept = await db.read(service.read_kept, actor, asked.order)
        item = _item(kept, asked.instead)
        bookable = {one.id for one in kept.party.people}
        if begin:
            self._chosen = self._chosen or tuple(one.id for one in item.people)
        self._chosen = tuple(one for one in self._chosen if one in bookable)
        coming = kept.party.chosen(self._chosen)
        in_group = item.service.kind == ServiceKind.GROUP
        put(
            self,
            order_id=kept.order.id,
            hold_id=item.id,
            in_group=in_group,
            most=item.service.capacity,
            people=person_views(
                kept.party.people, kept.party.letters, self._chosen if in_group else ()
            ),
            payers=[[one.id, one.full_name] for one in coming],
            payer=self.payer if self.payer in self._chosen else "",
            **about_time(kept, item, coming, clock.now()),
        )


refreshes(routes.BOOK_WHO, Who.refresh)


def _item(kept: Kept, hold_id: str) -> HeldRow:
    """Return the kept time that is asked about: that one, or the first without people."""
    items = kept.order.items
    wanted = next((one for one in items if one.id == hold_id), None)
    found = wanted or next((one for one in items if not one.people), items[0])
    if found.moves_id:
        raise NotFound
    return found
