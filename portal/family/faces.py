"""Whose initials stand on whose face: the same on every screen that one person looks at."""

from sqlalchemy import String, bindparam, exists
from sqlmodel import Session, col, select

from portal.family.initials import faces
from portal.family.service import PAGE, SHOWN_IN_PORTAL
from portal.models import Grant, Patient, RelationshipSide
from portal.permissions import Actor

# Asked whenever a page opens, so put together once: that takes longer than to answer them.
_ME = bindparam("me", type_=String)
_NAME = select(Patient.preferred_name, Patient.first_name, Patient.last_name)
_MINE = _NAME.where(Patient.id == _ME)
# A last name is known only of those who show in the portal (`portal.family.service.MemberRow`).
_SHOWN = exists().where(
    col(Grant.holder_id) == _ME,
    col(Grant.owner_id) == col(Patient.id),
    col(Grant.ended_at).is_(None),
    col(Grant.permission).in_(sorted(SHOWN_IN_PORTAL)),
)
_FAMILY = (
    _NAME.add_columns(col(Patient.id), _SHOWN)
    .join(RelationshipSide, col(RelationshipSide.member_id) == col(Patient.id))
    .where(col(RelationshipSide.patient_id) == _ME, col(RelationshipSide.ended_at).is_(None))
    .order_by(col(Patient.created_at), col(Patient.id))
    .limit(PAGE)
)


def family_faces(session: Session, actor: Actor) -> dict[str, str]:
    """Return the initials of the actor and of each family member, by patient id.

    Always told apart among all of them, whoever of them a screen shows.
    """
    preferred, first, last = session.execute(_MINE, {"me": actor.me}).one()
    ids, names = [str(actor.me)], [(preferred or first, last)]
    for preferred, first, last, id_, shown in session.execute(_FAMILY, {"me": actor.me}):
        ids.append(id_)
        names.append((preferred or first, last if shown else ""))
    return dict(zip(ids, faces(names), strict=True))
