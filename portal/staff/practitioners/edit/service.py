"""Make a practitioner or change one: names, role, switches, what they give and where."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col, select

from portal import audit
from portal.errors import Invalid, NotFound
from portal.forms import Form, PersonName, ShortText, required
from portal.ids import Id, IdOrNone, new_id
from portal.live import touch_everybody
from portal.models import Location, Offer, Practitioner, Service
from portal.once import first_time
from portal.permissions import Action, Actor, may_at_clinic
from portal.staff.affected.service import Scope, carefully
from portal.staff.practitioners.service import MOST
from portal.staff.rights import require_at_clinic
from portal.staff.typed import whole
from portal.words import _


class OfferForm(BaseModel):
    """Whether somebody gives a service, and if only at one place."""

    model_config = ConfigDict(extra="forbid")

    given: bool
    place: IdOrNone = ""


class PractitionerForm(Form):
    """A practitioner, new where there is no id; all of it, as the form shows it."""

    practitioner_id: IdOrNone = ""
    confirmed: IdOrNone = ""
    name: PersonName = required(_("Enter the name."))
    short_name: PersonName = ""
    role: ShortText = required(_("Enter what they are, such as “Nurse”."))
    step_minutes: Annotated[int | None, whole(5, 60, step=5, may_be_blank=True)] = None
    online: bool
    offers: dict[Id, OfferForm] = Field(default_factory=dict)  # by service


@dataclass(frozen=True)
class OfferLine:
    """A service, and whether somebody gives it."""

    service_id: str
    name: str
    category: str
    given: bool
    place_id: str  # only there; empty: wherever they work


@dataclass(frozen=True)
class PractitionerFile:
    """A practitioner with all services and places there are."""

    id: str
    name: str
    short_name: str
    role: str
    step_minutes: int | None
    online: bool
    ended: bool
    offers: tuple[OfferLine, ...]
    places: tuple[tuple[str, str], ...]
    may_edit: bool


def read_practitioner(session: Session, actor: Actor, practitioner_id: str) -> PractitionerFile:
    """Return a practitioner; without an id a new one.

    Raises:
        NotAllowed: the actor is not at the front desk, or for a new one has no full access.
        NotFound: there is no such practitioner.
    """
    action = Action.SCHEDULE_EDIT if practitioner_id else Action.SETTINGS_EDIT
    require_at_clinic(session, actor, action)
    row = session.get(Practitioner, practitioner_id) if practitioner_id else _new()
    if row is None:
        raise NotFound
    return PractitionerFile(
        id=row.id,
        name=row.name,
        short_name=row.short_name,
        role=row.role,
        step_minutes=row.step_minutes,
        online=row.online,
        ended=row.ended,
        offers=_offers(session, row.id),
        places=_places(session),
        may_edit=may_at_clinic(session, actor, Action.SETTINGS_EDIT),
    )


def save_practitioner(session: Session, actor: Actor, form: PractitionerForm) -> str:
    """Save all of a practitioner but the hours; return the id, empty where it is a repetition.

    Of two who save at once the last one wins: the form shows all that they save.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such practitioner.
        Invalid: a place is none of the clinic's.
        Affects: visits to come are of a service that they would not give there any more.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    row = session.get(Practitioner, form.practitioner_id) if form.practitioner_id else _new()
    if row is None:
        raise NotFound
    if not row.id:
        if form.request_key and not first_time(session, actor, form.request_key, form):
            return ""
        row.id, row.position = new_id(), MOST
    with carefully(session, Scope(practitioner_id=row.id), form.confirmed):
        row.sqlmodel_update(
            {
                "name": form.name,
                "short_name": form.short_name or form.name,
                "role": form.role,
                "step_minutes": form.step_minutes,
                "online": form.online,
            }
        )
        session.add(row)
        session.flush()
        _set_offers(session, row.id, form.offers)
    audit.record(session, actor, "catalogue.save", None, what="practitioner", id=row.id)
    touch_everybody(session)
    return row.id


def _new() -> Practitioner:
    return Practitioner(id="", name="", short_name="", role="")


def _offers(session: Session, practitioner_id: str) -> tuple[OfferLine, ...]:
    rows = session.exec(
        select(Service, Offer)
        .join(
            Offer,
            (col(Offer.service_id) == col(Service.id))
            & (col(Offer.practitioner_id) == practitioner_id),
            isouter=True,
        )
        .where(col(Service.ended).is_(False))
        .order_by(col(Service.position), col(Service.name), col(Service.id))
        .limit(MOST)
    ).all()
    return tuple(
        OfferLine(
            service.id,
            service.name,
            service.category,
            offer is not None,
            (offer.location_id or "") if offer else "",
        )
        for service, offer in rows
    )


def _places(session: Session) -> tuple[tuple[str, str], ...]:
    rows = session.exec(
        select(Location.id, Location.name)
        .where(col(Location.ended).is_(False))
        .order_by(col(Location.position), col(Location.id))
    ).all()
    return tuple((id_, name) for id_, name in rows)


def _set_offers(session: Session, practitioner_id: str, wanted: dict[str, OfferForm]) -> None:
    """Add, change and take away; services that the form does not show stay as they are."""
    places = {id_ for id_, _name in _places(session)}
    for line in _offers(session, practitioner_id):
        form = wanted.get(line.service_id)
        if form is None:
            continue
        if form.given and form.place and form.place not in {*places, line.place_id}:
            field = f"offers.{line.service_id}.place"
            raise Invalid({field: _("Choose a place from the list.")})
        offer = session.get(Offer, (practitioner_id, line.service_id))
        if not form.given:
            if offer:
                session.delete(offer)
            continue
        offer = offer or Offer(practitioner_id=practitioner_id, service_id=line.service_id)
        offer.location_id = form.place or None
        session.add(offer)
    session.flush()
