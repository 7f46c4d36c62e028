"""The order of a list that is shown in groups, such as services by category."""

from collections.abc import Sequence


def grouped(rows: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Return ids by group from pairs of id and group; a group stands where its first one does."""
    groups: dict[str, list[str]] = {}
    for id_, group in rows:
        groups.setdefault(group, []).append(id_)
    return list(groups.values())


def moved(rows: Sequence[tuple[str, str]], id_: str, *, up: bool) -> list[str]:
    """Return all ids in their new order after one went up or down by one place.

    The first of a group takes its whole group above the one before, the last one below the next.
    """
    groups = grouped(rows)
    at = next((n for n, group in enumerate(groups) if id_ in group), None)
    if at is None:
        return [one for group in groups for one in group]
    group, step = groups[at], -1 if up else 1
    new = group.index(id_) + step
    if 0 <= new < len(group):
        group.remove(id_)
        group.insert(new, id_)
    elif 0 <= at + step < len(groups):
        groups[at], groups[at + step] = groups[at + step], groups[at]
    return [one for group in groups for one in group]
