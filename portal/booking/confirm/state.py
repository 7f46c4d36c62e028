"""Booking, the last step: everything that is kept, and yes."""

from typing import Any

import reflex as rx
from pydantic import Field

from portal import clock, db, routes, say
from portal.booking import service
from portal.booking.choices import Choices, read_choices
from portal.booking.confirm.views import ItemView, LostView, confirm_view, lost_view
from portal.booking.rows import HeldRow, OrderRow, Slot
from portal.booking.service import HoldLost
from portal.booking.views import FaceView
from portal.booking.wording import first_names, listed
from portal.clinic import read_typed
from portal.errors import NotFound, SlotTaken
from portal.forms import Form
from portal.ids import Id
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.shell.state import fill_frame
from portal.visits.rows import VisitRow
from portal.web.limits import take
from portal.words import _

MOST_NOTE = 500  # characters


class Yes(Form):
    """What the last button sends: the order and its sum as they were shown, and the note."""

    order_id: Id
    shown_cents: int = Field(ge=0)
    note: str = Field(default="", max_length=MOST_NOTE)


class Confirm(PageState, rx.State):
    """The last step: yes."""

    shown_for: str = ""
    loaded: bool = False
    order_id: str = ""
    items: list[ItemView] = []
    faces: list[FaceView] = []
    banner_name: str = ""
    first_names: str = ""
    person_ids: list[str] = []
    total_cents: int = 0
    total_words: str = ""
    several: bool = False
    moving: bool = False
    kept_words: str = ""
    kept_until: int = 0  # seconds since 1970
    seconds_left: int = 0
    can_extend: bool = False
    zone_words: str = ""
    change_words: str = ""
    policy_text: str = ""
    button_words: str = ""
    more_href: str = ""
    repeat_href: str = ""
    who_href: str = ""
    refused: str = ""  # why this cannot be booked for these people any more
    lost: list[LostView] = []  # what was kept too long
    all_chosen: bool = False  # for each of them another time
    _lost_items: tuple[HeldRow, ...] = ()
    _near: tuple[tuple[Slot, ...], ...] = ()

    @guarded
    async def load(self, *, actor: Actor) -> rx.event.EventSpec | None:
        """Show what is about to be booked, for whom."""
        await fill_frame(self, actor)
        self.shown_for, self.loaded, self.refused, self.lost = here(self), False, "", []
        open_item = await self._show(actor)
        if open_item:
            asked = Choices(order=self.order_id, instead=open_item)
            return rx.redirect(asked.href(routes.BOOK_WHO), replace=True)
        self.loaded = True
        return None

    @guarded(quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Say it before the press when somebody no longer lets me book, or the time is up."""
        if not self.loaded or self.lost:
            return
        before, name = set(self.person_ids), self.first_names
        may = {one.id for one in await db.read(service.list_bookable_people, actor)}
        if before <= may:
            await self._show(actor)
            return
        words = _("You can no longer book for {name}. Nothing was booked.")
        # What was kept for them is let go; something for others may still be there.
        gone = [one for one in self.items if not {face["id"] for face in one["faces"]} <= may]
        if len(gone) < len(self.items) and not await self._show(actor):
            await announce(self, notice("warning", words.format(name=_names(gone))))
        else:
            put(self, refused=words.format(name=name))

    @guarded
    async def extend(self, *, actor: Actor) -> None:
        """Keep everything ten minutes longer, once."""
        try:
            await db.write(service.extend, actor, self._known_order())
        except HoldLost as lost:
            await self._show_lost(actor, lost.order)
            raise
        await self._show(actor)

    @guarded
    async def let_go(self, hold_id: Id, *, actor: Actor) -> rx.event.EventSpec | None:
        """Let go of one of several times."""
        left = await db.write(service.take_off, actor, self._known_order(), hold_id)
        if left is None:
            return rx.redirect(routes.BOOK)
        await self._show(actor)
        return None

    @guarded
    async def book(self, data: dict[str, Any], *, actor: Actor) -> rx.event.EventSpec:
        """Book what the page showed, for the people it named and at the price it named."""
        form = await read_typed(Yes, data)
        await take("book", actor.me)
        try:
            visits = await db.write(
                service.book_order,
                actor,
                form.order_id,
                form.request_key,
                note=form.note,
                shown_cents=form.shown_cents,
            )
        except HoldLost as lost:
            await self._show_lost(actor, lost.order)
            raise
        self.loaded = False  # whoever comes back to this page chooses anew
        # Only what is new can be undone; a visit that was moved has been booked before.
        undo = {} if self.moving else {"label": _("Undo"), "key": visits[0].id}
        place = {one: at for at, one in enumerate(self.person_ids)}
        visits = tuple(sorted(visits, key=lambda one: place.get(one.person.id, 0)))
        done = notice("success", _done_words(visits, moving=self.moving), **undo)
        await announce(self, done, on_next_page=True)
        return rx.redirect(routes.APPOINTMENTS)

    @guarded
    def pick(self, hold_id: Id, chosen: str) -> None:
        """Choose another time for one that was lost."""
        known = {one["id"]: {f"{s['at']}:{s['who']}" for s in one["slots"]} for one in self.lost}
        if chosen not in known.get(hold_id, ()):
            return
        self.lost = [
            LostView(**{**one, "chosen": chosen}) if one["id"] == hold_id else one
            for one in self.lost
        ]
        self.all_chosen = all(one["chosen"] for one in self.lost)

    @guarded
    async def keep_again(self, *, actor: Actor) -> rx.event.EventSpec | None:
        """Keep the times chosen in place of those that were lost, all or none."""
        if not self.lost:
            return None
        await take("hold", actor.me)
        items, slots = self._lost_items, self._picked()
        try:
            order = await db.write(service.keep_again, actor, items, slots)
        except SlotTaken:
            await self._show_near(actor, items)
            raise
        return rx.redirect(Choices(order=order.id).href(routes.BOOK_CONFIRM), replace=True)

    def _known_order(self) -> str:
        if not self.order_id:  # a browser may call a handler of a page that it has not opened
            raise NotFound
        return self.order_id

    def _picked(self) -> list[Slot]:
        """Return the time chosen for each that was lost."""
        by_name = [
            {f"{int(slot.starts_at.timestamp())}:{slot.practitioner_id}": slot for slot in near}
            for near in self._near
        ]
        picked = [slots.get(one["chosen"]) for one, slots in zip(self.lost, by_name, strict=True)]
        if not all(picked):
            raise NotFound
        return [slot for slot in picked if slot is not None]

    async def _show(self, actor: Actor) -> str:
        """Show the order; return the first of its times that is for nobody yet."""
        order_id = read_choices(self.router.url.query_parameters).order
        try:
            kept = await db.read(service.read_kept, actor, order_id)
        except HoldLost as lost:
            await self._show_lost(actor, lost.order)
            return ""
        except NotFound:
            raise NotFound(_GONE) from None
        put(self, **confirm_view(kept, clock.now()))
        return next((one.id for one in kept.order.items if not one.people), "")

    async def _show_lost(self, actor: Actor, order: OrderRow | None) -> None:
        await self._show_near(actor, order.items if order else ())

    async def _show_near(self, actor: Actor, items: tuple[HeldRow, ...]) -> None:
        """Show the free times nearest to those that were lost."""
        found = await db.read(service.read_lost, actor, items)
        self._lost_items, self._near = items, tuple(one.near for one in found)
        put(self, lost=lost_view(found), items=[], faces=[], refused="")
        self.all_chosen = all(one["chosen"] for one in self.lost)


refreshes(routes.BOOK_CONFIRM, Confirm.refresh)

_GONE = _(
    "This is not kept for you any more. If you have just booked it, you find it in Appointments. "
    "If not, choose a time again."
)


def _names(items: list[ItemView]) -> str:
    return listed(list(dict.fromkeys(one["names"] for one in items)))


def _done_words(visits: tuple[VisitRow, ...], *, moving: bool) -> str:
    first = min(visits, key=lambda one: one.starts_at)
    names = first_names([one.person for one in visits], _("you"))
    when = say.day_time(first.starts_shown)
    if moving:
        return _("Moved for {name}: {when}. We send you an email.").format(name=names, when=when)
    times = {one.starts_at for one in visits}
    if len(times) == 1:
        words = _("Booked for {name}: {when}. We send you an email in three minutes.")
        return words.format(name=names, when=when)
    words = _("{count} visits booked for {name}. We send you an email in three minutes.")
    return words.format(name=names, count=len(visits))
