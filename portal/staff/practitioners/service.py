"""The practitioners of the clinic in their order, those who have left last."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from portal import audit
from portal.errors import NotFound
from portal.live import touch_everybody
from portal.models import Practitioner
from portal.permissions import Action, Actor
from portal.staff.affected.service import Scope, carefully
from portal.staff.rights import require_at_clinic
from portal.staff.services.rules import moved

MOST = 300


@dataclass(frozen=True)
class PractitionerLine:
    """A practitioner as the list shows them."""

    id: str
    name: str
    role: str
    online: bool
    ended: bool


def list_all(session: Session, actor: Actor) -> Sequence[PractitionerLine]:
    """List all practitioners in the clinic's order; at most `MOST`.

    Raises:
        NotAllowed: the actor is not at the front desk.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)
    rows = session.exec(
        select(Practitioner)
        .order_by(
            col(Practitioner.ended),
            col(Practitioner.position),
            col(Practitioner.name),
            col(Practitioner.id),
        )
        .limit(MOST)
    ).all()
    return [PractitionerLine(row.id, row.name, row.role, row.online, row.ended) for row in rows]


def move_practitioner(session: Session, actor: Actor, practitioner_id: str, *, up: bool) -> bool:
    """Move a practitioner by one place in the list that people choose from.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such practitioner, or they have left.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    rows = session.exec(
        select(Practitioner)
        .where(col(Practitioner.ended).is_(False))
        .order_by(col(Practitioner.position), col(Practitioner.name), col(Practitioner.id))
        .with_for_update()
    ).all()
    if practitioner_id not in {row.id for row in rows}:
        raise NotFound
    order = moved([(row.id, "") for row in rows], practitioner_id, up=up)
    for row in rows:
        row.position = order.index(row.id)
        session.add(row)
    detail = {"what": "practitioner", "id": practitioner_id, "up": up}
    audit.record(session, actor, "catalogue.save", None, **detail)
    touch_everybody(session)
    return True


def end_practitioner(
    session: Session, actor: Actor, practitioner_id: str, confirmed: str = ""
) -> bool:
    """Let nobody book with a practitioner any more; visits that are booked stay.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such practitioner.
        Affects: they have visits to come, and ``confirmed`` does not name them.
    """
    return _set_ended(session, actor, practitioner_id, ended=True, confirmed=confirmed)


def bring_back_practitioner(session: Session, actor: Actor, practitioner_id: str) -> bool:
    """Let people book with a practitioner again.

    Raises:
        NotAllowed, NotFound: as `end_practitioner`.
    """
    return _set_ended(session, actor, practitioner_id, ended=False, confirmed="")


def _set_ended(
    session: Session, actor: Actor, practitioner_id: str, *, ended: bool, confirmed: str
) -> bool:
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    row = session.get(Practitioner, practitioner_id)
    if row is None:
        raise NotFound
    with carefully(session, Scope(practitioner_id=practitioner_id), confirmed):
        row.ended = ended
        session.add(row)
    detail = {"what": "practitioner", "id": practitioner_id, "ended": ended}
    audit.record(session, actor, "catalogue.save", None, **detail)
    touch_everybody(session)
    return True
