"""The places and their rooms, and the dialog about one of them."""

from typing import Any, TypedDict

import reflex as rx

from portal import db, routes, say
from portal.booking.zones import list_zones
from portal.clinic import read_typed
from portal.forms import Form
from portal.ids import Id, IdOrNone
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.staff.affected.state import AffectedList, change, forget_affected
from portal.staff.places import service
from portal.staff.state import fill_desk, read_desk
from portal.web.limits import take
from portal.words import _


class RoomView(TypedDict):
    """One room or piece of equipment."""

    id: str
    name: str
    kind: str
    ended: bool


class PlaceView(TypedDict):
    """One place."""

    id: str
    name: str
    address: str
    zone: str
    zone_words: str
    directions: str
    join_url: str
    ended: bool
    rooms: list[RoomView]


class EndForm(Form):
    """What ends, and which list of visits was shown."""

    id: Id
    confirmed: IdOrNone = ""


NO_PLACE = PlaceView(
    id="",
    name="",
    address="",
    zone="",
    zone_words="",
    directions="",
    join_url="",
    ended=False,
    rooms=[],
)
NO_ROOM = RoomView(id="", name="", kind="", ended=False)
ZONES = [(name, name.replace("_", " ")) for name in list_zones()]
"""Time zones to choose from, as pairs of value and words."""


class Places(PageState, AffectedList, rx.State):
    """The places, and what a dialog is about."""

    loaded: bool = False
    places: list[PlaceView] = []
    dialog: str = ""  # "", "place", "end place", "room" or "end room"
    place: PlaceView = NO_PLACE
    room: RoomView = NO_ROOM

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """List the places to whoever may change them."""
        await fill_desk(self, actor)
        self.loaded, self.dialog = False, ""
        forget_affected(self)
        await self._read(actor)

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """List them again."""
        await read_desk(self, actor)
        await self._read(actor)

    @guarded(staff=True)
    def new_place(self) -> None:
        """Open the form for a new place."""
        self._open("place", NO_PLACE, NO_ROOM)

    @guarded(staff=True)
    def edit_place(self, place_id: Id) -> None:
        """Open the form of a place."""
        self._open("place", self._find(place_id), NO_ROOM)

    @guarded(staff=True)
    def ask_end_place(self, place_id: Id) -> None:
        """Ask before a place ends."""
        self._open("end place", self._find(place_id), NO_ROOM)

    @guarded(staff=True)
    def new_room(self, place_id: Id) -> None:
        """Open the form for a new room."""
        self._open("room", self._find(place_id), NO_ROOM)

    @guarded(staff=True)
    def edit_room(self, room_id: Id) -> None:
        """Open the form of a room."""
        self._open("room", *self._find_room(room_id))

    @guarded(staff=True)
    def ask_end_room(self, room_id: Id) -> None:
        """Ask before a room ends."""
        self._open("end room", *self._find_room(room_id))

    @guarded(staff=True)
    def close(self) -> None:
        """Close the dialog and change nothing."""
        self.dialog = ""

    @guarded(staff=True)
    async def save_place(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Save a place."""
        form = await read_typed(service.PlaceForm, data)
        await self._change(_("Saved."), service.save_place, actor, form)

    @guarded(staff=True)
    async def save_room(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Save a room."""
        form = await read_typed(service.RoomForm, data)
        await self._change(_("Saved."), service.save_room, actor, form)

    @guarded(staff=True)
    async def end_place(self, data: dict[str, Any], *, actor: Actor) -> None:
        """See nobody there any more."""
        form = await read_typed(EndForm, data)
        await self._change(_("Ended."), service.end_place, actor, form.id, form.confirmed)

    @guarded(staff=True)
    async def end_room(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Use a room no more."""
        form = await read_typed(EndForm, data)
        await self._change(_("Ended."), service.end_room, actor, form.id, form.confirmed)

    @guarded(staff=True)
    async def bring_back_place(self, place_id: Id, *, actor: Actor) -> None:
        """See people there again."""
        await self._change(_("It is used again."), service.bring_back_place, actor, place_id)

    @guarded(staff=True)
    async def bring_back_room(self, room_id: Id, *, actor: Actor) -> None:
        """Use a room again."""
        await self._change(_("It is used again."), service.bring_back_room, actor, room_id)

    async def _change(self, words: str, use_case: Any, actor: Actor, *given: Any) -> None:
        await take("desk", actor.staff_id or "")
        if await change(self, use_case, actor, *given):
            self.dialog = ""
            await self._read(actor)
            await announce(self, notice("success", words))

    def _open(self, dialog: str, place: PlaceView, room: RoomView) -> None:
        forget_affected(self)
        self.dialog, self.place, self.room = dialog, place, room

    def _find(self, place_id: str) -> PlaceView:
        return next((one for one in self.places if one["id"] == place_id), NO_PLACE)

    def _find_room(self, room_id: str) -> tuple[PlaceView, RoomView]:
        for place in self.places:
            for room in place["rooms"]:
                if room["id"] == room_id:
                    return place, room
        return NO_PLACE, NO_ROOM

    async def _read(self, actor: Actor) -> None:
        rows = await db.read(service.list_places, actor)
        put(self, places=[_view(row) for row in rows], loaded=True)


def _view(place: service.PlaceFile) -> PlaceView:
    return PlaceView(
        id=place.id,
        name=place.name,
        address=place.address,
        zone=place.zone,
        zone_words=say.zone(place.zone),
        directions=place.directions,
        join_url=place.join_url,
        ended=place.ended,
        rooms=[
            RoomView(id=room.id, name=room.name, kind=room.kind, ended=room.ended)
            for room in place.rooms
        ],
    )


refreshes(routes.STAFF_PLACES, Places.refresh)
