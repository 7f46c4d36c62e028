"""Locks for what changes several people at once, in the order in which every other change locks."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from portal.claim.invitation import relatives
from portal.errors import Invalid, NotFound
from portal.models import Patient
from portal.sharing.change import find_relationship
from portal.sharing.relate import linked
from portal.words import _


def lock_family(session: Session, profile_id: str, *others: str) -> None:
    """Lock a profile with its relationships, and others with theirs to the same people.

    Giving, withdrawing and removing lock a relationship and then touch its people, so it is the
    relationships first, by member; then the people, by id. Nobody books for them meanwhile.

    Raises:
        Invalid: a relationship came to be between the two; trying again helps.
    """
    before = relatives(session, profile_id)
    known = _pairs(session, before, profile_id, *others)
    lock_pairs(session, known)
    lock_people(session, {*before, profile_id, *others})
    if _pairs(session, relatives(session, profile_id), profile_id, *others) - known:
        raise Invalid(
            {"": _("Something changed in the same moment. Nothing has happened. Press again.")}
        )


def lock_pairs(session: Session, pairs: Iterable[tuple[str, str]]) -> None:
    """Lock the live relationships of these pairs; one that has just ended is left out."""
    for member_id, patient_id in sorted(pairs):
        try:
            find_relationship(session, patient_id, member_id)
        except NotFound:
            continue


def lock_people(session: Session, patient_ids: Iterable[str]) -> None:
    """Lock patients, so that nothing new is attached to them until the transaction ends."""
    session.exec(
        select(Patient)
        .where(col(Patient.id).in_(set(patient_ids)))
        .order_by(col(Patient.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _pairs(session: Session, member_ids: Iterable[str], *patient_ids: str) -> set[tuple[str, str]]:
    return {
        (member_id, patient_id)
        for member_id in member_ids
        for patient_id in patient_ids
        if linked(session, member_id, patient_id)
    }
