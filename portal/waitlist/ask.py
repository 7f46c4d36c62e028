"""Put somebody on the wait list, and take them off it."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, model_validator
from sqlalchemy import func
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.booking.catalogue import offered_by
from portal.booking.policy import read_policy
from portal.booking.rows import ServiceKind
from portal.clinic import clinic_info
from portal.errors import Invalid, NotFound
from portal.forms import Form, ShortText, required
from portal.ids import Id, IdOrNone, is_id, new_id
from portal.models import Patient, Service, Visit, WaitOffer, WaitRequest
from portal.once import first_time
from portal.permissions import Action, Actor, require, require_row
from portal.waitlist.offer import end_offer
from portal.waitlist.rows import Answer, Ended
from portal.waitlist.rules import days_to_mask
from portal.waitlist.tell import touch_watchers
from portal.words import _

MOST_OPEN = 10  # requests of one patient
FURTHEST = timedelta(days=366)
DAY_BEGINS, DAY_ENDS = time(0), time(23, 59)
ASKED = "wait.ask"
WITHDRAWN = "wait.withdraw"
DAYS = tuple(f"day_{number}" for number in range(7))
"""The boxes of the form, Monday first."""


def _date(value: Any) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(_("This is not a date. Choose a day from the calendar.")) from None


def _time(value: Any) -> time | None:
    if not value:
        return None
    try:
        return time.fromisoformat(str(value)).replace(tzinfo=None)
    except ValueError:
        raise ValueError(_("This is not a time. Choose one from the list.")) from None


Day = Annotated[date | None, BeforeValidator(_date)]
ClockTime = Annotated[time | None, BeforeValidator(_time)]


class AskForm(Form):
    """For whom, what, with whom, when somebody can come; with ``visit_id`` instead of that one."""

    patient_id: Id = required(_("Choose who this is for."))
    service_id: Id
    practitioner_id: IdOrNone = ""
    visit_id: IdOrNone = ""
    days: tuple[int, ...] = ()
    from_time: ClockTime = None
    until_time: ClockTime = None
    from_on: Day = None
    until_on: Day = None
    note: ShortText = ""

    @model_validator(mode="before")
    @classmethod
    def _join_days(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        rest = {name: value for name, value in data.items() if name not in (*DAYS, "days")}
        return {**rest, "days": tuple(n for n, name in enumerate(DAYS) if data.get(name) is True)}


def ask(session: Session, actor: Actor, form: AskForm) -> str:
    """Put a patient on the wait list and return the request's id; sent again it changes nothing.

    Raises:
        NotFound, NotAllowed: the actor may not book for the patient, or nobody gives the service.
        Invalid: the wait list is closed, too much is waited for already, or the days make no sense.
    """
    patient_id = require(session, actor, Action.VISIT_BOOK, form.patient_id)
    if not first_time(session, actor, form.request_key, form):
        return ""
    service = _service(session, actor, form)
    _refuse_closed(session, actor, patient_id)
    _refuse_many(session, patient_id)
    zone = ZoneInfo(clinic_info(session).zone)
    visit = _visit(session, patient_id, form) if form.visit_id else None
    last = visit.starts_at.astimezone(zone).date() if visit else None
    first_on, until_on = _dates(form, clock.today(zone), last)
    request = WaitRequest(
        id=new_id(),
        patient_id=patient_id,
        service_id=service.id,
        practitioner_id=form.practitioner_id or None,
        weekdays=_weekdays(form),
        from_time=form.from_time or DAY_BEGINS,
        until_time=form.until_time or DAY_ENDS,
        from_on=first_on,
        until_on=until_on,
        note=form.note,
        visit_id=visit.id if visit else None,
        asked_by=actor.name,
        asked_at=clock.now(),
    )
    session.add(request)
    session.flush()
    audit.record(session, actor, ASKED, patient_id, request=request.id)
    touch_watchers(session, patient_id)
    return request.id


def withdraw(session: Session, actor: Actor, request_id: str) -> None:
    """Take a request off the list; what was kept for it goes to the next. Twice is fine.

    Raises:
        NotFound: there is no such request, or it is not the actor's to withdraw.
    """
    if not is_id(request_id):
        raise NotFound
    # Whoever answers locks the offer first, and so does this.
    offer = session.exec(
        select(WaitOffer)
        .where(WaitOffer.request_id == request_id, col(WaitOffer.answered_at).is_(None))
        .with_for_update()
    ).first()
    request = require_row(session, actor, Action.VISIT_CANCEL, WaitRequest, request_id)
    if request.ended_at:
        return
    request.ended_at, request.ended_by = clock.now(), actor.name
    request.ended_why = Ended.WITHDRAWN
    session.add(request)
    audit.record(session, actor, WITHDRAWN, request.patient_id, request=request.id)
    session.flush()
    if offer and offer.answered_at is None:
        end_offer(session, offer, Answer.WITHDRAWN, actor)
    touch_watchers(session, request.patient_id)


def _service(session: Session, actor: Actor, form: AskForm) -> Service:
    service = session.get(Service, form.service_id)
    given = offered_by(session, actor, form.service_id, form.practitioner_id or None)
    # A group visit takes several people to agree; nobody can wait for it alone.
    if service is None or not given or service.kind == ServiceKind.GROUP:
        raise NotFound
    return service


def _refuse_closed(session: Session, actor: Actor, patient_id: str) -> None:
    """Refuse what only the clinic may do; staff are not bound by it."""
    if actor.kind != "patient":
        return
    phone = clinic_info(session).phone
    if not read_policy(session).wait_list:
        words = _("The wait list is closed at the moment. Call us on {phone}, please.")
        raise Invalid({"": words.format(phone=phone)})
    if session.get_one(Patient, patient_id).online_barred:
        words = _("Online booking is not open for this person. Call us on {phone} to book.")
        raise Invalid({"patient_id": words.format(phone=phone)})


def _refuse_many(session: Session, patient_id: str) -> None:
    """Bound what one person waits for; their row is locked, so that two at once count each other.

    Raises:
        Invalid: it would be more than `MOST_OPEN`.
    """
    session.get_one(Patient, patient_id, with_for_update={"key_share": True})
    open_ = (WaitRequest.patient_id == patient_id, col(WaitRequest.ended_at).is_(None))
    if session.exec(select(func.count()).select_from(WaitRequest).where(*open_)).one() >= MOST_OPEN:
        words = _("One person can wait for {most} things at once. Take one off the list first.")
        raise Invalid({"": words.format(most=MOST_OPEN)})


def _visit(session: Session, patient_id: str, form: AskForm) -> Visit:
    """Return the visit that is to be earlier."""
    visit = session.get(Visit, form.visit_id)
    if visit is None or visit.patient_id != patient_id or visit.service_id != form.service_id:
        raise NotFound
    if visit.cancelled_at or visit.starts_at <= clock.now():
        raise Invalid({"": _("This visit cannot be moved any more. Ask for a new one instead.")})
    waits = (WaitRequest.visit_id == visit.id, col(WaitRequest.ended_at).is_(None))
    if session.exec(select(WaitRequest.id).where(*waits)).first():
        raise Invalid({"": _("An earlier time was asked for already. It is on the wait list.")})
    return visit


def _dates(form: AskForm, today: date, last: date | None) -> tuple[date, date]:
    first_on = form.from_on or today
    until_on = form.until_on or last
    if until_on is None:
        raise Invalid({"until_on": _("Say until which day you would come.")})
    if first_on < today:
        raise Invalid({"from_on": _("This day has gone by. Choose today or a later day.")})
    if until_on < first_on:
        raise Invalid({"until_on": _("This is before the first day. Choose a later one.")})
    if until_on > today + FURTHEST:
        raise Invalid({"until_on": _("This is too far away. Choose a day within a year.")})
    return first_on, until_on


def _weekdays(form: AskForm) -> int:
    if not form.days:
        raise Invalid({DAYS[0]: _("Choose one day of the week at least.")})
    if (form.from_time or DAY_BEGINS) >= (form.until_time or DAY_ENDS):
        raise Invalid({"until_time": _("This is not later than the first time. Choose another.")})
    return days_to_mask(form.days)
