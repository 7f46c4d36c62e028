"""Whose initials stand on whose face: the same on every screen that one person looks at."""

from sqlmodel import Session, select

from portal.family.initials import faces
from portal.family.service import list_members
from portal.models import Patient
from portal.permissions import Actor


def family_faces(session: Session, actor: Actor) -> dict[str, str]:
    """Return the initials of the actor and of each family member, by patient id.

    Always told apart among all of them, whoever of them a screen shows.
    """
    first, preferred, last = session.exec(
        select(Patient.first_name, Patient.preferred_name, Patient.last_name).where(
            Patient.id == actor.me
        )
    ).one()
    members = list_members(session, actor)
    names = [(preferred or first, last), *((one.first_name, one.last_name) for one in members)]
    ids = [actor.me, *(one.id for one in members)]
    return dict(zip(ids, faces(names), strict=True))
