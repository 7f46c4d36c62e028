"""What the question before a removal says: what ends and what stays, from what was counted."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from portal import say
from portal.family.wording import short
from portal.permissions import Permission
from portal.sharing.removal import Coming, Removal
from portal.words import _, ngettext

COPIES = frozenset({Permission.NOTIFICATIONS, Permission.FINANCIAL_EMAILS})


def stops(removal: Removal, name: str, zone: str, *, tell_theirs: bool) -> list[str]:
    """List what ends for both.

    ``tell_theirs`` also names what the other one loses; the Family Members page keeps that off, as
    the client's description asks.
    """
    ends: list[str] = []
    if removal.i_lose:
        ends.append(_("For {name} you lose: {list}.").format(name=name, list=_list(removal.i_lose)))
    if removal.booked_by_me.count:
        ends.append(_booked_by_me(removal.booked_by_me, name, zone))
    if COPIES & set(removal.i_lose):
        ends.append(_("You get no more copies of emails about {name}.").format(name=name))
    if not tell_theirs:
        words = _("{name} can no longer do anything for you, or use your cards.")
        ends.append(words.format(name=name))
    else:
        ends += loses_for_you(removal, name)
    if removal.asks:
        words = ngettext(
            "A question that waits for an answer ends.",
            "{count} questions that wait for an answer end.",
            removal.asks,
        )
        ends.append(words.format(count=removal.asks))
    return ends or [_("The link between your profiles.")]


def loses_for_you(removal: Removal, name: str) -> list[str]:
    """List what the other one can no longer do for the reader."""
    if not removal.they_lose:
        return []
    loses = _("{name} loses for you: {list}.").format(name=name, list=_list(removal.they_lose))
    if not COPIES & set(removal.they_lose):
        return [loses]
    return [loses, _("{name} gets no more copies of emails about you.").format(name=name)]


def stays(removal: Removal, name: str) -> list[str]:
    """List what is left as it is."""
    left: list[str] = []
    if removal.their_visits:
        words = ngettext(
            "{name}’s coming visit stays booked, for {name}.",
            "{name}’s {count} coming visits stay booked, for {name}.",
            removal.their_visits,
        )
        left.append(words.format(name=name, count=removal.their_visits))
    if removal.booked_by_them.count:
        words = ngettext(
            "The coming visit that {name} booked for you stays yours.",
            "The {count} coming visits that {name} booked for you stay yours.",
            removal.booked_by_them.count,
        )
        left.append(words.format(name=name, count=removal.booked_by_them.count))
    if removal.their_requests:
        left.append(_("{name} stays on the wait list.").format(name=name))
    if removal.requests_by_them:
        left.append(_("You stay on the wait list where {name} put you on it.").format(name=name))
    return [
        *left,
        _("Bills that are paid stay paid."),
        _("Forms already sent stay with the clinic."),
    ]


def _booked_by_me(coming: Coming, name: str, zone: str) -> str:
    words = ngettext(
        "You can no longer see or change the visit you booked for {name} on {day}.",
        "You can no longer see or change the {count} visits you booked for {name}. "
        "The next is on {day}.",
        coming.count,
    )
    first = coming.first_at.astimezone(ZoneInfo(zone)) if coming.first_at else None
    return words.format(name=name, count=coming.count, day=say.day(first.date()) if first else "")


def _list(permissions: Sequence[Permission]) -> str:
    return ", ".join(short(permission) for permission in permissions)
