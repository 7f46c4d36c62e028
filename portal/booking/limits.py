"""How much may be booked, and for whom not online; staff are not bound by any of it."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func
from sqlmodel import Session, col, select

from portal import clock
from portal.booking.policy import read_policy
from portal.errors import Invalid, NotAllowed
from portal.models import Account, Clinic, Patient, Visit
from portal.permissions import Actor
from portal.words import _

# What an account may hold before its address is confirmed (product.md, section 4).
MOST_UNVERIFIED = 3


def refuse_limits(session: Session, actor: Actor, people: Iterable[str]) -> None:
    """Refuse visits for ``people``, one for each time that somebody is named.

    Raises:
        Invalid: one of them cannot be booked online, or would have too many visits to come.
        NotAllowed: the actor's address is not confirmed, and they booked as many as that allows.
    """
    if actor.kind != "patient":
        return
    more = Counter(people)
    refuse_barred(session, more)
    _refuse_too_many(session, more)
    _refuse_unverified(session, actor, more.total())


def refuse_barred(session: Session, people: Iterable[str]) -> None:
    """Refuse people for whom only the clinic books.

    Raises:
        Invalid: one of them is such a person.
    """
    barred = session.exec(
        select(Patient.id).where(col(Patient.id).in_(people), col(Patient.online_barred))
    ).first()
    if barred is not None:
        phone = session.exec(select(Clinic.phone)).first()
        words = _("Online booking is not open for this person. Call us on {phone} to book.")
        raise Invalid({"patient_id": words.format(phone=phone)})


def _refuse_too_many(session: Session, more: Counter[str]) -> None:
    """Count each patient's visits to come, whoever booked them.

    The patients' rows are locked, so that bookings at the same time count each other.
    """
    most = read_policy(session).most_upcoming
    if most is None:
        return
    rows = select(Patient.id).where(col(Patient.id).in_(more)).order_by(col(Patient.id))
    session.exec(rows.with_for_update(key_share=True)).all()
    there = session.exec(
        select(Visit.patient_id, func.count())
        .where(
            col(Visit.patient_id).in_(more),
            col(Visit.starts_at) > clock.now(),
            col(Visit.cancelled_at).is_(None),
        )
        .group_by(col(Visit.patient_id))
    ).all()
    more.update(dict(there))
    if any(count > most for count in more.values()):
        words = _(
            "One person can have {most} visits to come, and this would be more. Cancel one that is "
            "not needed, or call the clinic."
        )
        raise Invalid({"patient_id": words.format(most=most)})


def _refuse_unverified(session: Session, actor: Actor, more: int) -> None:
    """Refuse a fourth upcoming visit to an account whose address is not confirmed.

    Its row is locked, so that bookings at the same time count each other.
    """
    unverified = session.exec(
        select(Account.id)
        .where(Account.patient_id == actor.me, col(Account.verified_at).is_(None))
        .with_for_update(key_share=True)
    ).first()
    if unverified is None:
        return
    upcoming = session.exec(
        select(func.count())
        .select_from(Visit)
        .where(
            Visit.booked_by == actor.name,
            col(Visit.cancelled_at).is_(None),
            col(Visit.starts_at) > clock.now(),
        )
    ).one()
    if upcoming + more > MOST_UNVERIFIED:
        raise NotAllowed(
            _(
                "You can have three visits before you confirm your email. Open the link in the "
                "email we sent you, then book this one."
            )
        )
