"""What every page may know of the clinic."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import true
from sqlmodel import Session, col, select

from portal import clock, db
from portal.forms import Form, read_form
from portal.models import Clinic, Location

F = TypeVar("F", bound=Form)

# Asked at almost every event, so put together once; the main place is the first with an address.
_CLINIC = (
    select(Clinic, Location.address, Location.zone)
    .join(Location, true(), isouter=True)
    .where(Clinic.id == "clinic")
    .order_by(col(Location.address) == "", col(Location.position), col(Location.id))
    .limit(1)
)


@dataclass(frozen=True)
class ClinicInfo:
    """The clinic as patients see it, and the settings that change what they are offered."""

    name: str
    phone: str
    address: str
    zone: str
    opening: str
    region: str
    currency: str
    allow_related_profiles: bool
    patients_manage_sharing: bool


def clinic_info(session: Session) -> ClinicInfo:
    """Return the clinic's settings, read now: a setting takes effect on the next event."""
    clinic, address, zone = session.execute(_CLINIC).one()
    return ClinicInfo(
        name=clinic.name,
        phone=clinic.phone,
        address=address or "",
        zone=zone or "UTC",
        opening=clinic.opening,
        region=clinic.region,
        currency=clinic.currency,
        allow_related_profiles=clinic.allow_related_profiles,
        patients_manage_sharing=clinic.patients_manage_sharing,
    )


async def read_typed(form: type[F], data: Mapping[str, Any]) -> F:
    """Check what was typed by the clinic's own customs: its country's phone numbers, its date.

    Raises:
        Invalid: one sentence for each field that is wrong.
    """
    info = await db.read(clinic_info)
    return read_form(form, data, region=info.region, today=clock.today(ZoneInfo(info.zone)))
