"""Back to back: at which starts one after the other can come, with the same practitioner. Pure."""

from collections.abc import Iterable, Sequence

from portal.booking.rows import Slot
from portal.booking.units import UNIT_MINUTES, unit_of

HALF_HOUR = 30 // UNIT_MINUTES


def starts_of_run(slots: Iterable[Slot], each: int, count: int) -> list[Slot]:
    """Return the starts at which ``count`` visits of ``each`` units can follow one another."""
    found = list(slots)
    free = {(slot.practitioner_id, unit_of(slot.starts_at)) for slot in found}
    return [
        slot
        for slot in found
        if all(
            (slot.practitioner_id, unit_of(slot.starts_at) + number * each) in free
            for number in range(count)
        )
    ]


def thinned(slots: Sequence[Slot], keep: int | None) -> list[Slot]:
    """Leave only half hours, the first start after each gap, and the one at second ``keep``.

    So that a time that fits between two visits is always there.
    """
    kept: list[Slot] = []
    last: dict[tuple[str, str], int] = {}
    for slot in slots:
        unit, where = unit_of(slot.starts_at), (slot.location_id, slot.practitioner_id)
        after_gap = last.get(where) != unit - 1
        last[where] = unit
        if after_gap or unit % HALF_HOUR == 0 or slot.starts_at.timestamp() == keep:
            kept.append(slot)
    return kept
