"""What the Family Members page shows of a member: plain values for its state."""

from collections.abc import Sequence
from typing import TypedDict
from zoneinfo import ZoneInfo

from portal.family.labels import your
from portal.family.service import MemberRow
from portal.family.wording import label as permission_label
from portal.family.wording import short, told_to_holder
from portal.permissions import SIX, Permission
from portal.sharing.asks import MyAsk
from portal.sharing.views import short_day
from portal.words import _


class Ability(TypedDict):
    """One of the six, always in the same place: what it is called and whether I hold it."""

    key: str
    short: str
    label: str
    opens: str
    does_not_open: str
    held: bool
    asked: str  # what became of asking for it; empty where nobody has asked
    may_ask: bool


class Waiting(TypedDict):
    """Something I asked for and that waits for an answer."""

    id: str
    text: str


class Member(TypedDict):
    """One family member on screen."""

    id: str
    name: str
    first_name: str
    initials: str
    colour: int
    relation: str
    label: str
    label_text: str
    managed_by_me: bool
    sharing_href: str
    may_ask: bool
    waiting: list[Waiting]
    abilities: list[Ability]


NOBODY = Member(
    id="",
    name="",
    first_name="",
    initials="",
    colour=1,
    relation="",
    label="",
    label_text="",
    managed_by_me=False,
    sharing_href="",
    may_ask=False,
    waiting=[],
    abilities=[],
)


def member_view(
    row: MemberRow,
    initials: str,
    asks: Sequence[MyAsk],
    zone: ZoneInfo,
    *,
    may_ask: bool,
    sharing_href: str,
) -> Member:
    """Show a family member; ``asks`` are mine, ``may_ask`` is whether the clinic lets me."""
    relation = your(row.label, row.label_text)
    if row.managed_by_me:
        relation = _("{relation}. Managed by you.").format(relation=relation)
    mine = {one.permission: one for one in asks if one.owner_id == row.id}
    may_ask = may_ask and not row.managed_by_me
    abilities = [_ability(p, row, mine.get(p), zone, may_ask=may_ask) for p in SIX]
    return Member(
        id=row.id,
        name=f"{row.first_name} {row.last_name}".strip(),
        first_name=row.first_name,
        initials=initials,
        colour=row.colour,
        relation=relation,
        label=row.label,
        label_text=row.label_text or "",
        managed_by_me=row.managed_by_me,
        sharing_href=sharing_href if row.managed_by_me else "",
        may_ask=any(one["may_ask"] for one in abilities),
        waiting=[
            Waiting(id=one.id, text=_asked(one, zone)) for one in mine.values() if one.waiting
        ],
        abilities=abilities,
    )


def _ability(
    permission: Permission, row: MemberRow, ask: MyAsk | None, zone: ZoneInfo, *, may_ask: bool
) -> Ability:
    meaning = told_to_holder(permission, row.first_name)
    held = permission in row.held
    asked = ""
    if ask and not held:
        # A no is said without its day: it would only invite to count.
        day = short_day(ask.asked_at, zone)
        asked = _("Waiting since {day}.").format(day=day) if ask.waiting else _("Not given.")
    return Ability(
        key=permission,
        short=short(permission),
        label=permission_label(permission),
        opens=meaning.opens,
        does_not_open=meaning.does_not_open,
        held=held,
        asked=asked,
        may_ask=may_ask and not held and ask is None,
    )


def _asked(ask: MyAsk, zone: ZoneInfo) -> str:
    return _("On {day} you asked for: {what}.").format(
        day=short_day(ask.asked_at, zone), what=short(ask.permission)
    )
