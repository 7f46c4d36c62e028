"""What is asked to be kept when somebody goes on with a time; pure."""

from datetime import UTC, datetime

from portal.booking.choices import Choices
from portal.booking.rows import ServiceKind
from portal.booking.service import Wish


def wishes_for(
    chosen: Choices, kind: str, at: int, who: str, room: str, shown_cents: int
) -> list[Wish]:
    """Return one time, or in a class a place for each person.

    ``at`` is in seconds since 1970, ``room`` a class or empty; ``shown_cents`` is below 0 where
    the price stays what it was.
    """
    people: list[tuple[str, ...]] = [chosen.people]
    if chosen.move:
        people = [()]  # the visit says whose it is
    elif kind == ServiceKind.CLASS:
        people = [(one,) for one in chosen.people] or [()]
    elif kind == ServiceKind.GROUP and len(chosen.people) < 2:
        people = [()]  # who else comes is asked next
    return [
        Wish(
            chosen.service,
            who,
            datetime.fromtimestamp(at, UTC),
            people=one,
            gathering_id=room or None,
            moves_id=chosen.move or None,
            shown_price_cents=shown_cents if shown_cents >= 0 else None,
        )
        for one in people
    ]
