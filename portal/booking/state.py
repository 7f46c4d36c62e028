"""Booking, step 1: for whom, if that is known already, and what.

The address carries the choices from step to step (`portal.booking.choices`).
"""

from collections.abc import Sequence
from dataclasses import replace

import reflex as rx

from portal import db, routes, say
from portal.booking import service
from portal.booking.choices import MOST_PEOPLE, Choices, read_choices
from portal.booking.start import Start
from portal.booking.views import (
    FaceView,
    GroupView,
    PersonView,
    face_views,
    group_views,
    person_views,
)
from portal.booking.wording import banner_name, first_names
from portal.ids import Id, IdOrNone
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, guarded
from portal.shell.live import put, refreshes
from portal.shell.state import fill_frame
from portal.visits.rows import PersonRow
from portal.words import _, ngettext


class Services(PageState, rx.State):
    """Step 1: for whom, and what."""

    shown_for: str = ""
    loaded: bool = False
    groups: list[GroupView] = []
    people: list[PersonView] = []
    several: bool = False
    may_several: bool = False
    nobody: bool = True  # nobody is chosen yet: that comes after the time
    faces: list[FaceView] = []
    banner_name: str = ""
    what_words: str = ""
    address: str = ""  # says what is chosen, for whoever reloads or comes back
    kept_words: str = ""  # about the times that one more is added to
    kept_href: str = ""
    new_href: str = ""  # where somebody new is added
    _asked: Choices = Choices()

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """List the people and the services."""
        await fill_frame(self, actor)
        self.shown_for = here(self)
        self._asked = read_choices(self.router.url.query_parameters)
        await self._show(actor)

    @guarded(quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """List anew for whom I may book, and what."""
        if self.loaded:
            await self._show(actor)

    @guarded
    async def choose(self, person_id: IdOrNone, *, actor: Actor) -> None:
        """Book for one person, or (empty) decide that later."""
        people = (person_id,) if person_id else ()
        self._asked = replace(self._asked, people=people, several=False)
        await self._show(actor)

    @guarded
    async def toggle(self, person_id: Id, on: bool, *, actor: Actor) -> None:
        """Book for one person more, or less."""
        others = tuple(one for one in self._asked.people if one != person_id)
        people = (*others, person_id)[-MOST_PEOPLE:] if on else others
        self._asked = replace(self._asked, people=people, several=True)
        await self._show(actor)

    @guarded
    async def choose_several(self, on: bool, *, actor: Actor) -> None:
        """Let more than one person be chosen, or one only."""
        people = self._asked.people if on else self._asked.people[:1]
        self._asked = replace(self._asked, people=people, several=on)
        await self._show(actor)

    async def _show(self, actor: Actor) -> None:
        start = await db.read(service.read_start, actor, self._asked.order)
        bookable = {one.id for one in start.party.people}
        self._asked = chosen = _only(self._asked, bookable)
        people = start.party.chosen(chosen.people)
        put(
            self,
            groups=group_views(start.groups, chosen, together=start.terms.several_people),
            people=person_views(start.party.people, start.party.letters, chosen.people),
            several=chosen.several,
            may_several=len(bookable) > 1,
            nobody=not people,
            faces=face_views(people, start.party.letters),
            banner_name=banner_name(people) if people else "",
            what_words=_what_words(people),
            address=chosen.href(routes.BOOK),
            new_href=chosen.href(routes.ACCOUNT_FAMILY_ADD, back=True),
            loaded=True,
            **_kept(start, chosen),
        )


refreshes(routes.BOOK, Services.refresh)


def _only(chosen: Choices, bookable: set[str]) -> Choices:
    """Leave out whom one may not book for any more."""
    people = tuple(one for one in chosen.people if one in bookable)
    return Choices(people=people, several=chosen.several, order=chosen.order)


def _what_words(people: Sequence[PersonRow]) -> str:
    if not people:
        return _("What is it about?")
    if len(people) == 1 and people[0].is_me:
        return _("What do you need?")
    words = ngettext("What does {name} need?", "What do {name} need?", len(people))
    return words.format(name=first_names(people, _("you")))


def _kept(start: Start, chosen: Choices) -> dict[str, str]:
    order = start.order
    if order is None:
        return {"kept_words": "", "kept_href": ""}
    first = order.items[0].starts_shown
    until = say.clock_time(order.expires_at.astimezone(first.tzinfo))
    words = ngettext(
        "We keep one time for you until {until}. Choose what comes beside it.",
        "We keep {count} times for you until {until}. Choose what comes beside them.",
        len(order.items),
    )
    return {
        "kept_words": words.format(count=len(order.items), until=until),
        "kept_href": chosen.href(routes.BOOK_CONFIRM, people=(), several=False),
    }
