"""On whose clock times are shown: that of the place, or the one that the viewer prefers."""

from functools import cache
from zoneinfo import available_timezones

from sqlmodel import Session, col, select

from portal.models import Patient
from portal.permissions import Actor

# Others name offsets ("Etc/GMT+8"), countries ("Cuba") or what was used before 1970.
REGIONS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe")
) | {"Indian", "Pacific"}


def viewer_zone(session: Session, actor: Actor | None) -> str | None:
    """Return the zone in which somebody wants to see times; ``None`` means that of each place."""
    if actor is None or actor.kind != "patient":
        return None
    zone = session.exec(select(Patient.zone).where(col(Patient.id) == actor.me)).first()
    return zone if zone and is_zone(zone) else None


def is_zone(name: str) -> bool:
    """Say whether it is one of the zones that can be chosen."""
    return name in list_zones()


@cache
def list_zones() -> tuple[str, ...]:
    """List the zones that somebody may choose, by name: regions and cities, and UTC."""
    cities = (name for name in available_timezones() if name.split("/")[0] in REGIONS)
    return (*sorted(name for name in cities if "/" in name), "UTC")


def zone_choices() -> list[tuple[str, str]]:
    """Return zones with words for them, by city: whoever looks for theirs types its first letters.

    "Buenos Aires (America, Argentina)".
    """
    words = [(zone, _words(zone)) for zone in list_zones()]
    return sorted(words, key=lambda pair: pair[1].casefold())


def _words(zone: str) -> str:
    *regions, city = zone.replace("_", " ").split("/")
    return f"{city} ({', '.join(regions)})" if regions else city
