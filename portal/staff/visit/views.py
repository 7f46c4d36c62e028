"""One visit in words."""

from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from portal import routes, say
from portal.booking.rows import ServiceKind
from portal.staff.visit.service import VisitFile
from portal.staff.wording import flag_words
from portal.words import _, ngettext


class Details(TypedDict):
    """What the page of a visit shows."""

    id: str
    patient_id: str
    practitioner_id: str
    name: str
    patient_href: str
    phone: str
    unconfirmed: bool
    when: str
    what: str
    who: str
    place: str
    price: str
    note: str
    flag: str
    booked: str
    first: str  # the time it had first
    cancelled: str
    reason: str
    mark: str
    together: str
    unnamed: str
    in_group: bool
    pays: bool
    may_cancel: bool
    may_edit: bool
    can_arrive: bool
    can_miss: bool
    move_href: str
    again_href: str
    day_href: str


NO_VISIT = Details(
    id="",
    patient_id="",
    practitioner_id="",
    name="",
    patient_href="",
    phone="",
    unconfirmed=False,
    when="",
    what="",
    who="",
    place="",
    price="",
    note="",
    flag="",
    booked="",
    first="",
    cancelled="",
    reason="",
    mark="",
    together="",
    unnamed="",
    in_group=False,
    pays=False,
    may_cancel=False,
    may_edit=False,
    can_arrive=False,
    can_miss=False,
    move_href="",
    again_href="",
    day_href="",
)


def details_view(file: VisitFile, region: str) -> Details:
    """Return a visit in words."""
    zone = ZoneInfo(file.zone)
    start, end = file.starts_at.astimezone(zone), file.ends_at.astimezone(zone)
    together = {
        ServiceKind.INDIVIDUAL: "",
        ServiceKind.GROUP: _("In the same group visit"),
        ServiceKind.CLASS: _("In the same class"),
    }
    again = {"for": file.patient_id, "service": file.service_id, "with": file.practitioner_id}
    return Details(
        id=file.id,
        patient_id=file.patient_id,
        practitioner_id=file.practitioner_id,
        name=file.patient_name,
        patient_href=routes.with_query(routes.STAFF_PATIENT, id=file.patient_id),
        phone=say.phone(file.phone, region),
        unconfirmed=file.unconfirmed,
        when=_("{day}, {start} to {end}").format(
            day=f"{say.weekday(start.date())} {say.day_year(start.date())}",
            start=say.clock_time(start),
            end=say.clock_time(end),
        ),
        what=file.service_name,
        who=file.practitioner_name,
        place=file.place,
        price=say.money(file.price_cents, file.currency),
        note=file.note,
        flag=flag_words(file.flag) if file.flag else "",
        booked=_on(file.booked_at, file.booked_by, zone),
        first=say.day_time(file.first_starts_at.astimezone(zone)) if file.first_starts_at else "",
        cancelled=_on(file.cancelled_at, file.cancelled_by, zone) if file.cancelled_at else "",
        reason=file.cancel_reason,
        mark=file.mark,
        together=together[file.kind],
        unnamed=_more(file.unnamed),
        in_group=file.kind is ServiceKind.GROUP,
        pays=file.pays,
        may_cancel=file.may_cancel,
        may_edit=file.may_edit,
        can_arrive=file.can_arrive,
        can_miss=file.can_miss,
        move_href=routes.with_query(routes.STAFF_BOOK, move=file.id),
        again_href=routes.with_query(routes.STAFF_BOOK, **again),
        day_href=routes.with_query(routes.STAFF_SCHEDULE, on=start.date().isoformat()),
    )


def _on(at: datetime, by: str, zone: ZoneInfo) -> str:
    when = say.day_time(at.astimezone(zone))
    return _("{when}, by {name}").format(when=when, name=by) if by else when


def _more(count: int) -> str:
    words = ngettext("And {n} other person.", "And {n} other people.", count)
    return words.format(n=count) if count else ""
