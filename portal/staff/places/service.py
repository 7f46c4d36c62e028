"""Places, and the rooms and equipment of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator
from sqlmodel import Session, col, select

from portal import audit
from portal.booking.zones import is_zone
from portal.errors import Invalid, NotFound
from portal.forms import Form, ShortText, required
from portal.ids import Id, IdOrNone, new_id
from portal.live import touch_everybody
from portal.models import Location, Room
from portal.once import first_time
from portal.permissions import Action, Actor
from portal.staff.affected.service import Scope, carefully
from portal.staff.rights import require_at_clinic
from portal.staff.typed import Link, long_text
from portal.words import _

MOST_PLACES = 50
MOST_ROOMS = 500


def _zone(value: str) -> str:
    if value and not is_zone(value):
        raise ValueError(_("Choose a time zone from the list."))
    return value


class PlaceForm(Form):
    """A place, new where it has no id."""

    place_id: IdOrNone = ""
    confirmed: IdOrNone = ""
    name: ShortText = required(_("Enter a name."))
    address: Annotated[str, long_text(200)] = ""
    zone: Annotated[str, AfterValidator(_zone)] = required(_("Choose a time zone."))
    directions: Annotated[str, long_text(500)] = ""
    join_url: Link = ""


class RoomForm(Form):
    """A room or a piece of equipment, new where it has no id."""

    room_id: IdOrNone = ""
    confirmed: IdOrNone = ""
    place_id: Id
    name: ShortText = required(_("Enter a name."))
    kind: ShortText = required(_("Enter a kind, such as “Treatment room”."))


@dataclass(frozen=True)
class RoomLine:
    """A room or a piece of equipment."""

    id: str
    name: str
    kind: str
    ended: bool


@dataclass(frozen=True)
class PlaceFile:
    """A place with its rooms."""

    id: str
    name: str
    address: str
    zone: str
    directions: str
    join_url: str
    ended: bool
    rooms: tuple[RoomLine, ...]


def list_places(session: Session, actor: Actor) -> Sequence[PlaceFile]:
    """List the places in the clinic's order, those that have ended last.

    Raises:
        NotAllowed: the actor has no full access.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    rooms: dict[str, list[RoomLine]] = {}
    for room in session.exec(
        select(Room)
        .order_by(col(Room.ended), col(Room.kind), col(Room.name), col(Room.id))
        .limit(MOST_ROOMS)
    ).all():
        line = RoomLine(room.id, room.name, room.kind, room.ended)
        rooms.setdefault(room.location_id, []).append(line)
    places = session.exec(
        select(Location)
        .order_by(col(Location.ended), col(Location.position), col(Location.id))
        .limit(MOST_PLACES)
    ).all()
    return [
        PlaceFile(
            id=place.id,
            name=place.name,
            address=place.address,
            zone=place.zone,
            directions=place.directions,
            join_url=place.join_url or "",
            ended=place.ended,
            rooms=tuple(rooms.get(place.id, ())),
        )
        for place in places
    ]


def save_place(session: Session, actor: Actor, form: PlaceForm) -> bool:
    """Save all of a place. Of two who save at once the last one wins.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such place.
        Affects: another time zone moves the working times away from visits to come.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    place = session.get(Location, form.place_id) if form.place_id else _new_place(session)
    if place is None:
        raise NotFound
    if not form.address and not form.join_url:
        raise Invalid(
            {"address": _("Enter the address, or the link to the video room for a video call.")}
        )
    if not form.place_id and not _is_first(session, actor, form):
        return True
    with carefully(session, Scope(location_id=place.id), form.confirmed):
        place.sqlmodel_update(
            {
                "name": form.name,
                "address": form.address,
                "zone": form.zone,
                "directions": form.directions,
                "join_url": form.join_url or None,
            }
        )
        session.add(place)
    return _saved(session, actor, "place", place.id)


def end_place(session: Session, actor: Actor, place_id: str, confirmed: str = "") -> bool:
    """See nobody at a place any more; visits that are booked there stay.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such place.
        Invalid: it is the last one.
        Affects: there are visits to come.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    # Locked in one order, so that two who each end another one do not end the last two.
    places = session.exec(select(Location).order_by(col(Location.id)).with_for_update()).all()
    place = next((one for one in places if one.id == place_id), None)
    if place is None:
        raise NotFound
    if not any(not one.ended for one in places if one is not place):
        raise Invalid({"": _("This is the only place. Add another one first.")})
    with carefully(session, Scope(location_id=place_id), confirmed):
        place.ended = True
        session.add(place)
    return _saved(session, actor, "place", place_id, ended=True)


def bring_back_place(session: Session, actor: Actor, place_id: str) -> bool:
    """See people at a place again.

    Raises:
        NotAllowed, NotFound: as `end_place`.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    place = session.get(Location, place_id)
    if place is None:
        raise NotFound
    place.ended = False
    session.add(place)
    return _saved(session, actor, "place", place_id)


def save_room(session: Session, actor: Actor, form: RoomForm) -> bool:
    """Save a room or a piece of equipment; it stays at its place.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such room, or no such place.
        Affects: visits to come need the kind of room that it was.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    if session.get(Location, form.place_id) is None:
        raise NotFound
    room = session.get(Room, form.room_id) if form.room_id else None
    if form.room_id and (room is None or room.location_id != form.place_id):
        raise NotFound
    if room is None:
        if not _is_first(session, actor, form):
            return True
        room = Room(id=new_id(), location_id=form.place_id, name="", kind=form.kind)
    with carefully(session, Scope(location_id=form.place_id), form.confirmed):
        room.name, room.kind = form.name, form.kind
        session.add(room)
    return _saved(session, actor, "room", room.id)


def end_room(session: Session, actor: Actor, room_id: str, confirmed: str = "") -> bool:
    """Use a room no more; visits that are booked in it stay.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such room.
        Affects: visits to come have this room and need one of its kind.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    room = session.get(Room, room_id)
    if room is None:
        raise NotFound
    with carefully(session, Scope(location_id=room.location_id), confirmed):
        room.ended = True
        session.add(room)
    return _saved(session, actor, "room", room_id, ended=True)


def bring_back_room(session: Session, actor: Actor, room_id: str) -> bool:
    """Use a room again.

    Raises:
        NotAllowed, NotFound: as `end_room`.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    room = session.get(Room, room_id)
    if room is None:
        raise NotFound
    room.ended = False
    session.add(room)
    return _saved(session, actor, "room", room_id)


def _new_place(session: Session) -> Location:
    places = session.exec(select(Location.position)).all()
    return Location(
        id=new_id(), name="", address="", zone="UTC", position=max(places, default=-1) + 1
    )


def _is_first(session: Session, actor: Actor, form: Form) -> bool:
    return not form.request_key or first_time(session, actor, form.request_key, form)


def _saved(session: Session, actor: Actor, what: str, id_: str, *, ended: bool = False) -> bool:
    audit.record(session, actor, "catalogue.save", None, what=what, id=id_, ended=ended)
    touch_everybody(session)
    return True
