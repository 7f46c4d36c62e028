"""Sentences of booking that depend on for whom, when and under which rules; pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from portal import say
from portal.booking.rows import HeldRow, ServiceKind, ServiceRow
from portal.booking.terms import Terms
from portal.visits.rows import PersonRow
from portal.words import _, ngettext


def listed(names: Sequence[str]) -> str:
    """Return "Theo", "Theo and Mina" or "Theo, Mina and Ada"."""
    if len(names) < 2:
        return "".join(names)
    return _("{some} and {last}").format(some=", ".join(names[:-1]), last=names[-1])


def first_names(people: Iterable[PersonRow], me: str) -> str:
    """Return the first names of people, each once, with ``me`` for who reads it, at the end."""
    once = list({one.id: one for one in people}.values())
    names = [one.first_name for one in once if not one.is_me]
    return listed([*names, me] if any(one.is_me for one in once) else names)


def banner_name(people: Sequence[PersonRow]) -> str:
    """Return whom the banner names: one in full, several by their first names."""
    if len({one.id for one in people}) == 1:
        return _("yourself") if people[0].is_me else people[0].full_name
    return first_names(people, _("you"))


def book_words(items: Sequence[HeldRow]) -> str:
    """Return what the last button says: it names whoever the visits are for."""
    people = [person for one in items for person in one.people]
    names = first_names(people, _("me"))
    if all(one.moves_id for one in items):
        if len(items) == 1 and people and people[0].is_me:
            return _("Move my visit")
        if len(items) == 1:
            return _("Move {name}’s visit").format(name=names)
        return _("Move {count} visits").format(count=len(items))
    if len(items) == 1:
        return _("Book for {names}").format(names=names)
    return _("Book {count} visits for {names}").format(count=len(items), names=names)


def who_comes(service: ServiceRow) -> str:
    """Return how many people one time of a service is for; nothing for a usual visit."""
    if service.kind == ServiceKind.GROUP:
        return _("For {least} to {most} people who come together").format(
            least=2, most=service.capacity
        )
    if service.kind == ServiceKind.CLASS:
        return _("A class with {count} places").format(count=service.capacity)
    return ""


def seats_words(left: int | None) -> str:
    """Return how many places of a class are left."""
    if left is None:
        return ""
    return ngettext("{count} place left", "{count} places left", left).format(count=left)


def zone_words(places: Iterable[str], mine: str | None) -> str:
    """Say on whose clock times are shown: ``places`` are the zones of where they are."""
    there = sorted(set(places))
    if mine and there != [mine]:
        own = _("Times are {zone}, as you chose in your profile.").format(zone=say.zone(mine))
        if len(there) != 1:
            return own
        return f"{own} " + _("The clinic is on {zone}.").format(zone=say.zone(there[0]))
    if len(there) == 1:
        return _("Times are clinic time ({zone}).").format(zone=say.zone(there[0]))
    return _("Times are the time of each place.") if there else _("Times are clinic time.")


def change_words(
    terms: Terms, starts: Sequence[datetime], now: datetime, zone: str, *, moving: bool = False
) -> str:
    """Say how long what is about to be booked can be undone, moved and cancelled.

    ``starts`` are the times that the late-cancel period counts from, in UTC; ``zone`` is the
    viewer's.
    """
    undo = "" if moving else _("You can undo this for three minutes.") + " "
    verbs = _verbs(terms)
    if not verbs:
        return undo + _("To move or cancel later, call us on {phone}.").format(phone=terms.phone)
    late = timedelta(hours=terms.late_cancel_hours)
    first = min(starts) - late
    if first <= now:
        words = _("It begins soon, so to move or cancel after that call us on {phone}.")
        if moving:
            words = _("It begins soon, so to change it again call us on {phone}.")
        return undo + words.format(phone=terms.phone)
    if len(starts) == 1:
        until = say.day_time(first.astimezone(ZoneInfo(zone)))
        words = (
            _("You can {verbs} until {until}.")
            if moving
            else _("After that, {verbs} until {until}.")
        )
        return undo + words.format(verbs=verbs, until=until)
    words = _("After that, {verbs} each visit until it begins.")
    if terms.late_cancel_hours:
        words = _("After that, {verbs} each visit until {hours} before it.")
    hours = ngettext("{n} hour", "{n} hours", terms.late_cancel_hours)
    return undo + words.format(verbs=verbs, hours=hours.format(n=terms.late_cancel_hours))


def _verbs(terms: Terms) -> str:
    if terms.patients_cancel and terms.patients_reschedule:
        return _("move or cancel")
    if terms.patients_cancel:
        return _("cancel")
    return _("move") if terms.patients_reschedule else ""
