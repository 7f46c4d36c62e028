"""What the pages of the blue pencil say: what saving will make true, what removing ends."""

from collections.abc import Collection, Sequence

from portal import say
from portal.family.wording import short
from portal.permissions.permission import Permission
from portal.sharing.removal import Coming, Removal
from portal.staff.wording import list_of, mails_after, will_be
from portal.words import _, ngettext

Held = Collection[Permission]


def after_saving(one: str, other: str, one_may: Held, other_may: Held) -> list[str]:
    """Say what will be true of both directions; ``one_may`` is what ``one`` may do."""
    return [will_be(one, other, one_may), will_be(other, one, other_may)]


def mails(
    one: str, other: str, before: tuple[Held, Held], after: tuple[Held, Held], *, new: bool
) -> list[str]:
    """Say which mails saving sends: pairs are what ``one`` may do and what ``other`` may do."""
    told = _("{name} gets an email: the two are linked now.")
    sent = [
        *mails_after(one, other, before[0], after[0]),
        *mails_after(other, one, before[1], after[1]),
        *(
            told.format(name=name)
            for name, held in ((one, after[1]), (other, after[0]))
            if new and not held
        ),
    ]
    return sent or [_("Saving sends no email.")]


def stops(removal: Removal, one: str, other: str) -> list[str]:
    """List what ends for both when the link of ``one`` (whose page it is) and ``other`` ends."""
    ends = [*_loses(one, other, removal.i_lose), *_loses(other, one, removal.they_lose)]
    for by, of, visits in (
        (one, other, removal.booked_by_me),
        (other, one, removal.booked_by_them),
    ):
        ends += _booked(by, of, visits)
    if removal.asks:
        words = ngettext(
            "A question that waits for an answer ends.",
            "{count} questions that wait for an answer end.",
            removal.asks,
        )
        ends.append(words.format(count=removal.asks))
    return ends or [_("The link between the two profiles.")]


def stays(other: str, removal: Removal) -> list[str]:
    """List what is left as it is."""
    left = [_("Bills that are paid stay paid."), _("Forms already sent stay with the clinic.")]
    if removal.their_visits:
        words = ngettext(
            "{name}’s coming visit stays booked.",
            "{name}’s {count} coming visits stay booked.",
            removal.their_visits,
        )
        left.insert(0, words.format(name=other, count=removal.their_visits))
    return left


def _loses(holder: str, owner: str, lost: Sequence[Permission]) -> list[str]:
    if not lost:
        return []
    words = _("{holder} loses for {owner}: {list}.")
    listed = list_of([short(permission) for permission in lost])
    return [words.format(holder=holder, owner=owner, list=listed)]


def _booked(by: str, of: str, visits: Coming) -> list[str]:
    if not visits.count or visits.first_at is None:
        return []
    words = ngettext(
        "{by} can no longer change the visit booked for {of} on {day}.",
        "{by} can no longer change the {count} visits booked for {of}. The next is on {day}.",
        visits.count,
    )
    day = say.day(visits.first_at.date())
    return [words.format(by=by, of=of, count=visits.count, day=day)]
