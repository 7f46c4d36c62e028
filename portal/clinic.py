"""What every page may know of the clinic."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from portal import clock, db
from portal.forms import Form, read_form
from portal.models import Clinic, Location

F = TypeVar("F", bound=Form)


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


def clinic_info(session: Session) -> ClinicInfo:
    """Return the clinic's settings, read now: a setting takes effect on the next event."""
    clinic = session.get_one(Clinic, "clinic")
    main = session.exec(select(Location).order_by(col(Location.id)).limit(1)).first()
    return ClinicInfo(
        name=clinic.name,
        phone=clinic.phone,
        address=main.address if main else "",
        zone=main.zone if main else "UTC",
        opening=clinic.opening,
        region=clinic.region,
        currency=clinic.currency,
        allow_related_profiles=clinic.allow_related_profiles,
    )


async def read_typed(form: type[F], data: Mapping[str, Any]) -> F:
    """Check what was typed by the clinic's own customs: its country's phone numbers, its date.

    Raises:
        Invalid: one sentence for each field that is wrong.
    """
    info = await db.read(clinic_info)
    return read_form(form, data, region=info.region, today=clock.today(ZoneInfo(info.zone)))
