"""Mails about visits: to the patients, those with a copy, and whoever booked or cancelled them."""

from collections.abc import Sequence

from sqlmodel import Session

from portal import routes
from portal.booking.policy import read_policy
from portal.config import settings
from portal.notifications.letter import Letter, Link
from portal.notifications.visit_parts import Told, may_see, part_of, told_of
from portal.notifications.visit_readers import About, readers_now
from portal.outbox.claim import Claimed
from portal.words import _, ngettext


def visit_mail(session: Session, message: Claimed) -> Letter | None:
    """Write to one mailbox of what somebody there may still know; the address is today's."""
    payload, about = message.payload, About(message.payload["about"])
    told = told_of(session, payload, readers_now(session, payload["to_ids"]))
    if not told:
        return None
    hidden = read_policy(session).hide_services
    parts = [part_of(session, one, payload, hide_service=hidden, besides=told) for one in told]
    shown = [one for one in told if may_see(session, one)]
    subject, heading = _titles(told, about)
    how = _("To move or cancel it, sign in or call us.")
    return Letter(
        to=told[0].readers[0].address or "",
        subject=subject,
        heading=heading,
        opening=(_whose(told),),
        parts=tuple(parts),
        button=_button(shown, offer=payload.get("offer", False)) if shown else None,
        closing=(how,) if shown and about is not About.CANCELLED else (),
        why=_(
            "You get this email because the visit is yours, because you booked, moved or cancelled "
            "it, or because you get a copy."
        ),
    )


def _button(shown: Sequence[Told], *, offer: bool) -> Link:
    """Lead to the visit, or to all of them; ``offer``: that is where another time is chosen."""
    words = _("Choose another time") if offer else _("See the visits")
    path = routes.APPOINTMENTS_PAST if offer else routes.APPOINTMENTS
    if len(shown) == 1:
        path = routes.with_query(routes.VISIT, id=shown[0].visit.id)
        words = words if offer else _("See the visit")
    return Link(words, settings().origin + path)


def _titles(told: Sequence[Told], about: About) -> tuple[str, str]:
    """Return subject and heading; a subject says when, and never what for."""
    n, one = len(told), told[0]
    subject = {
        About.BOOKED: ngettext("Visit booked: {when}", "{n} visits booked, from {when}", n),
        About.CANCELLED: ngettext("Visit cancelled: {when}", "{n} visits cancelled: {when}", n),
        About.MOVED: ngettext("Visit moved: {when}", "{n} visits moved, from {when}", n),
    }[about]
    heading = {
        About.BOOKED: _("Your visit is booked"),
        About.CANCELLED: _("Your visit is cancelled"),
        About.MOVED: _("Your visit has a new time"),
    }[about]
    if n > 1 or not one.is_own:
        heading = {
            About.BOOKED: ngettext("The visit for {name} is booked", "{n} visits are booked", n),
            About.CANCELLED: ngettext(
                "The visit for {name} is cancelled", "{n} visits are cancelled", n
            ),
            About.MOVED: ngettext(
                "The visit for {name} has a new time", "{n} visits have a new time", n
            ),
        }[about]
    return subject.format(when=one.when, n=n), heading.format(name=one.patient.full, n=n)


def _whose(told: Sequence[Told]) -> str:
    """Begin with whose matter it is."""
    people = {one.patient.id: one.patient for one in told}
    *others, last = people.values()
    if others:
        words = _("This email is about visits of {names} and {last}.")
        return words.format(names=", ".join(one.full for one in others), last=last.full)
    words = ngettext(
        "This email is about a visit of {name}.", "This email is about visits of {name}.", len(told)
    )
    if all(one.is_own for one in told):
        words = ngettext(
            "Hello {first}, this email is about your own visit, {name}.",
            "Hello {first}, this email is about your own visits, {name}.",
            len(told),
        )
    return words.format(first=last.first, name=last.full)
