"""Everything about one visit, for its own page."""

from sqlmodel import Session

from portal.models import Location, Visit
from portal.notifications.facts import maker
from portal.permissions import Actor
from portal.visits.companions import companions
from portal.visits.rows import VisitDetail
from portal.visits.service import get_visit


def read_detail(session: Session, actor: Actor, visit_id: str) -> VisitDetail:
    """Return a visit with where it is, who booked it and who comes along.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    row = get_visit(session, actor, visit_id)
    visit = session.get_one(Visit, row.id)
    place = session.get_one(Location, visit.location_id)
    named, unnamed = companions(session, visit, [actor.me])
    moved = visit.moved_at is not None and visit.first_starts_at != visit.starts_at
    return VisitDetail(
        visit=row,
        directions=place.directions,
        # It was said to the clinic, not to everybody who may book.
        note=visit.note if row.person.is_me or row.booked_by_me else "",
        booked_by=maker(session, visit.booked_by, actor.me, visit.patient_id),
        others=tuple(f"{one.called} {one.last_name}" for one in named),
        unnamed=unnamed,
        has_video=bool(place.join_url),
        moved_from=visit.first_starts_at if moved else None,
    )
