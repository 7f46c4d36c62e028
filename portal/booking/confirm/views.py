"""What the last step shows of each kept time, and of those that were lost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from portal import routes, say
from portal.booking.choices import Choices
from portal.booking.rows import HeldRow, ServiceKind
from portal.booking.service import Kept, Lost
from portal.booking.views import FaceView, SlotView, face_views, slot_view
from portal.booking.who.views import kept_words
from portal.booking.wording import (
    banner_name,
    book_words,
    change_words,
    first_names,
    listed,
    zone_words,
)
from portal.visits.rows import PersonRow
from portal.words import _


class ItemView(TypedDict):
    """One kept time."""

    id: str
    faces: list[FaceView]
    colour: int
    when: str
    what: str
    names: str
    place: str
    price: str
    before: str  # when the visit is now that would be moved here
    who_href: str
    time_href: str


class LostView(TypedDict):
    """One time that was not kept, and those near it."""

    id: str
    words: str
    slots: list[SlotView]
    chosen: str  # "<at>:<who>" of the one that is to be kept instead


def confirm_view(kept: Kept, now: datetime) -> dict[str, Any]:
    """Return everything that the page says about an order."""
    items = kept.order.items
    people = tuple(person for one in items for person in one.people)
    first = items[0]
    zone = first.shown_zone or first.zone
    total = sum(one.price_cents for one in items)
    currency = first.service.currency
    moving = all(one.moves_id for one in items)
    return {
        "order_id": kept.order.id,
        "items": [_item(kept, one, several=len(items) > 1) for one in items],
        "faces": face_views(people, kept.party.letters),
        "banner_name": banner_name(people) if people else "",
        "first_names": first_names(people, _("you")),
        "person_ids": [one.id for one in people],
        "total_cents": total,
        "total_words": "" if moving else say.money(total, currency),
        "several": len(items) > 1,
        "moving": moving,
        "kept_words": kept_words(kept),
        "kept_until": int(kept.order.expires_at.timestamp()),
        "seconds_left": max(0, int((kept.order.expires_at - now).total_seconds())),
        "can_extend": kept.order.can_extend,
        "zone_words": zone_words((one.zone for one in items), first.shown_zone),
        "change_words": change_words(kept.terms, _counted_from(kept), now, zone, moving=moving),
        "policy_text": kept.terms.policy_text,
        "button_words": book_words(items),
        "more_href": "" if moving else Choices(order=kept.order.id).href(routes.BOOK),
        "repeat_href": _repeat_href(kept),
        "who_href": _who_href(kept.order.id, first) if len(items) == 1 else "",
    }


def lost_view(lost: Sequence[Lost]) -> list[LostView]:
    """Show what was lost; the nearest time is chosen beforehand, if it is the very same."""
    return [
        LostView(
            id=one.item.id,
            words=_lost_words(one.item),
            slots=[slot_view(slot, with_day=True) for slot in one.near],
            chosen=_same(one),
        )
        for one in lost
    ]


def names_of(people: Sequence[PersonRow]) -> str:
    """Return full names, with "you" for who reads it."""
    return listed([_("you") if one.is_me else one.full_name for one in people])


def _item(kept: Kept, one: HeldRow, *, several: bool) -> ItemView:
    service, moved = one.service, kept.moved.get(one.moves_id or "")
    before = ""
    if moved:
        was = moved.starts_at.astimezone(one.starts_shown.tzinfo)
        before = _("Until now: {when}").format(when=say.day_time(was))
    what = _("{service} with {name}, {length}").format(
        service=service.name, name=one.practitioner_name, length=say.minutes(service.minutes)
    )
    change = Choices(
        service=service.id,
        practitioner=one.practitioner_id,
        people=() if one.moves_id else tuple(person.id for person in one.people),
        order=kept.order.id,
        instead=one.id,
        move=one.moves_id or "",
    )
    return ItemView(
        id=one.id,
        faces=face_views(one.people, kept.party.letters),
        colour=one.people[0].colour if one.people else 8,
        when=say.day_time(one.starts_shown),
        what=what,
        names=_names(one),
        place=", ".join(filter(None, (one.location_name, one.location_address))),
        price=say.money(one.price_cents, service.currency) if several and not moved else "",
        before=before,
        who_href=_who_href(kept.order.id, one),
        time_href=change.href(routes.BOOK_TIMES),
    )


def _names(one: HeldRow) -> str:
    names = names_of(one.people)
    if one.service.kind != ServiceKind.GROUP or len(one.people) < 2:
        return names
    payer = _("you pay") if one.people[0].is_me else _("{name} pays")
    return f"{names} ({payer.format(name=one.people[0].first_name)})"


def _who_href(order_id: str, one: HeldRow) -> str:
    if one.moves_id:
        return ""
    return Choices(order=order_id, instead=one.id).href(routes.BOOK_WHO)


def _repeat_href(kept: Kept) -> str:
    items = kept.order.items
    one = items[0]
    alone = len(items) == 1 and one.service.kind == ServiceKind.INDIVIDUAL and not one.moves_id
    return (
        Choices(order=kept.order.id).href(routes.BOOK_REPEAT)
        if alone and kept.terms.recurring
        else ""
    )


def _counted_from(kept: Kept) -> list[datetime]:
    """Return what the late-cancel period of each counts from: a visit's first time, if it moves."""
    return [
        min(one.starts_at, kept.moved[one.moves_id].starts_at) if one.moves_id else one.starts_at
        for one in kept.order.items
    ]


def _lost_words(one: HeldRow) -> str:
    words = _("{service}, {when}, with {name}").format(
        service=one.service.name,
        when=say.day_time(one.starts_shown),
        name=one.practitioner_name,
    )
    return (
        f"{words}. " + _("For {names}.").format(names=names_of(one.people)) if one.people else words
    )


def _same(one: Lost) -> str:
    item = one.item
    same = (
        slot
        for slot in one.near
        if slot.starts_at == item.starts_at and slot.practitioner_id == item.practitioner_id
    )
    slot = next(same, None)
    return f"{int(slot.starts_at.timestamp())}:{slot.practitioner_id}" if slot else ""
