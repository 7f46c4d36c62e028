"""What is kept of what others may do, by the answers on the claim page."""

from collections.abc import Mapping, Sequence

from portal.permissions.permission import Permission
from portal.words import _

KEEP, DROP = "keep", "drop"
CHANGED = _(
    "Something changed since you opened this page. Nothing has happened yet. Reload the page and "
    "answer again, please."
)

Held = dict[str, list[Permission]]
"""Holder -> what they may do, in the order of the enumeration."""


def decide(
    live: Mapping[str, Sequence[Permission]], answers: Mapping[str, Mapping[str, str]]
) -> tuple[Held, dict[str, str]]:
    """Return what is kept, and the mistakes by field.

    What is live now counts, not what the page showed: an answer to what has ended meanwhile means
    nothing, and what was not asked yet has to be asked first.
    """
    kept: Held = {}
    mistakes: dict[str, str] = {}
    for holder_id, permissions in live.items():
        given = answers.get(holder_id, {})
        kept[holder_id] = [p for p in permissions if given.get(p) == KEEP]
        for permission in permissions:
            if permission not in given:
                mistakes[""] = CHANGED
            elif given[permission] not in (KEEP, DROP):
                mistakes[field_of(holder_id, permission)] = _("Choose keep or drop.")
    return kept, mistakes


def field_of(holder_id: str, permission: str) -> str:
    """Return the name of the two radios about one permission of one holder."""
    return f"answers.{holder_id}.{permission}"


def ended(live: Mapping[str, Sequence[Permission]], kept: Held) -> Held:
    """Return what is not kept, of those who lose something."""
    lost = {h: [p for p in permissions if p not in kept[h]] for h, permissions in live.items()}
    return {holder_id: permissions for holder_id, permissions in lost.items() if permissions}
