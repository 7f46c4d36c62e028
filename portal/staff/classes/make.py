"""Make classes: one, or one every week; all of them or none."""

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from sqlmodel import Session

from portal import audit, clock, say
from portal.booking.offered import Offered, lock_practitioners, new_class
from portal.booking.rows import ServiceKind
from portal.booking.shifts import wall_clock_instant
from portal.booking.take import take
from portal.errors import Invalid, NotFound, SlotTaken
from portal.forms import Form
from portal.ids import Id, new_id
from portal.live import touch
from portal.models import Gathering, Location, Offer, Practitioner, Service
from portal.once import first_time
from portal.permissions import Action, Actor
from portal.staff.rights import require_at_clinic
from portal.staff.typed import Day, DayTime, whole
from portal.words import _

MOST_WEEKS = 52
MOST_SEATS = 200
WEEK = timedelta(weeks=1)


class ClassForm(Form):
    """A class and how often it takes place."""

    service_id: Id
    practitioner_id: Id
    place_id: Id
    on: Day
    at: DayTime
    weeks: Annotated[int, whole(1, MOST_WEEKS)] = 1
    seats: Annotated[int | None, whole(1, MOST_SEATS, may_be_blank=True)] = None


def make_classes(session: Session, actor: Actor, form: ClassForm) -> int:
    """Make a class in each of the weeks, at one time on the clock of its place.

    Return how many were made; a form that is sent twice makes them once.

    Raises:
        NotAllowed: the actor does not look after the schedule.
        NotFound: no such class, or the practitioner does not give it.
        Invalid: some of the times are not free, with all of them; then none was made.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)
    service, place = _find(session, form)
    if form.request_key and not first_time(session, actor, form.request_key, form):
        return 0
    lock_practitioners(session, {form.practitioner_id})
    problems: list[str] = []
    for number in range(form.weeks):
        on = form.on + number * WEEK
        starts_at = wall_clock_instant(on, form.at, ZoneInfo(place.zone))
        if problem := _make(session, actor, form, service, place, starts_at):
            problems.append(f"{say.day(on)}: {problem}")
    if problems:
        words = _("Nothing was made. {problems} Choose another time, or fewer weeks.")
        raise Invalid({"on": words.format(problems=" ".join(problems))})
    touch(session, form.practitioner_id)
    return form.weeks


def _find(session: Session, form: ClassForm) -> tuple[Service, Location]:
    service, place = session.get(Service, form.service_id), session.get(Location, form.place_id)
    offer = session.get(Offer, (form.practitioner_id, form.service_id))
    who = session.get(Practitioner, form.practitioner_id)
    there = service and place and offer and who and not (service.ended or place.ended or who.ended)
    if not there or service is None or place is None or service.kind != ServiceKind.CLASS:
        raise NotFound
    return service, place


def _make(
    session: Session,
    actor: Actor,
    form: ClassForm,
    service: Service,
    place: Location,
    starts_at: datetime,
) -> str:
    """Make one class, or say why it cannot be."""
    if starts_at <= clock.now():
        return _("this is in the past.")
    try:
        wanted = new_class(session, actor, service, form.practitioner_id, starts_at)
    except Invalid:
        return _("the practitioner does not work then.")
    if wanted.location_id != place.id:
        return _("the practitioner works at another place then.")
    gathering = _gathering(actor, form, wanted)
    try:
        with session.begin_nested():
            # Before the row says so: PostgreSQL's second guard would else be the first to refuse.
            take(session, wanted, gathering.id)
            session.add(gathering)
            session.flush()
    except SlotTaken:
        return _("the practitioner or the room is taken then.")
    audit.record(session, actor, "class.make", None, gathering=gathering.id)
    return ""


def _gathering(actor: Actor, form: ClassForm, wanted: Offered) -> Gathering:
    return Gathering(
        id=new_id(),
        kind=ServiceKind.CLASS,
        service_id=wanted.service.id,
        practitioner_id=wanted.practitioner_id,
        location_id=wanted.location_id,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        capacity=form.seats or wanted.service.capacity,
        made_by=actor.name,
        made_at=clock.now(),
    )
