"""Which visits belong together: those of one order, and those of one group visit."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlmodel import Session, col

from portal import clock
from portal.booking.rows import ServiceKind
from portal.models import Gathering, Visit
from portal.permissions import Action, Actor, can, visible
from portal.visits.rows import Together


@dataclass(frozen=True)
class Company:
    """What else was booked with one visit and is still to come."""

    in_group: bool  # a group visit with somebody else in it
    only_for_all: bool  # it is the visit of the one who pays for the others
    speaks_for_all: bool  # the actor acts for the one who pays
    group: tuple[Visit, ...] = ()
    order: tuple[Visit, ...] = ()  # those that the actor may cancel

    def together(self, can_cancel: Callable[[Visit], bool]) -> Together:
        """Return what can be cancelled in one go."""
        if self.in_group and self.speaks_for_all:
            return Together("gathering", len(self.group), alone=not self.only_for_all)
        count = sum(map(can_cancel, self.order))
        return Together("order", count) if count > 1 else Together()


def company_of(session: Session, actor: Actor, visits: Sequence[Visit]) -> Mapping[str, Company]:
    """Return the company of each of these visits that has any; one query for all of them."""
    standing = [one for one in visits if one.cancelled_at is None]
    orders = {one.order_id for one in standing if one.order_id}
    gatherings = {one.gathering_id for one in standing if one.gathering_id}
    if not orders and not gatherings:
        return {}
    in_group = col(Gathering.kind) == ServiceKind.GROUP
    mine = col(Visit.patient_id).in_(visible(actor, Action.VISIT_CANCEL))
    rows = session.execute(
        select(Visit, Gathering, mine)
        .join(Gathering, col(Gathering.id) == col(Visit.gathering_id), isouter=True)
        .where(
            or_(
                col(Visit.order_id).in_(orders),
                col(Visit.gathering_id).in_(gatherings) & in_group,
            ),
            col(Visit.cancelled_at).is_(None),
            col(Visit.starts_at) > clock.now(),
        )
        .order_by(col(Visit.starts_at), col(Visit.id))
    ).all()
    by_order: dict[str, list[Visit]] = defaultdict(list)
    by_group: dict[str, list[Visit]] = defaultdict(list)
    primaries: dict[str, str] = {}
    for visit, gathering, may in rows:
        if may and visit.order_id:
            by_order[visit.order_id].append(visit)
        if gathering and gathering.kind == ServiceKind.GROUP and gathering.primary_id:
            by_group[gathering.id].append(visit)
            primaries[gathering.id] = gathering.primary_id
    speaks = {
        id_: can(session, actor, Action.VISIT_CANCEL, primary) for id_, primary in primaries.items()
    }
    found: dict[str, Company] = {}
    for visit in standing:
        group = by_group.get(visit.gathering_id or "", [])
        is_group = len(group) > 1
        found[visit.id] = Company(
            in_group=is_group,
            only_for_all=is_group and primaries[group[0].gathering_id or ""] == visit.patient_id,
            speaks_for_all=speaks.get(visit.gathering_id or "", False),
            group=tuple(group),
            order=tuple(by_order.get(visit.order_id or "", [])),
        )
    return found
