"""What the Sharing page shows of people, switches and asks: plain values for its state."""

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from portal import clock, routes, say
from portal.activity.wording import TRIED
from portal.family import wording
from portal.family.initials import initials
from portal.family.labels import LABEL_WORDS, Label, your
from portal.family.service import MemberRow
from portal.permissions import SIX, Permission
from portal.sharing.answers import OpenAsk
from portal.sharing.service import GrantRow, HolderRow
from portal.sharing.wording import asks_about, asks_you
from portal.words import _, ngettext

Face = tuple[str, int]

# In the order of the six; using cards is the smaller half of "View and pay", so it stands below.
ORDER = (Permission.VIEW_AND_PAY, Permission.BILL_TO_ACCOUNT, *SIX[1:])
# These are used by mails and feeds, which leave no trace of a use.
SILENT = {Permission.NOTIFICATIONS, Permission.FINANCIAL_EMAILS, Permission.CALENDAR}


class SwitchView(TypedDict):
    """One permission of one person."""

    key: str
    id: str
    label: str
    opens: str
    does_not_open: str
    history: str
    on: bool
    is_part: bool  # the smaller half of the one before


class PersonView(TypedDict):
    """One relative of the owner."""

    id: str
    name: str
    first_name: str
    initials: str
    colour: int
    about: str
    can_act: bool
    is_me: bool
    open: bool
    switches: list[SwitchView]


class AskView(TypedDict):
    """Something that waits for an answer."""

    id: str
    holder: str
    initials: str
    colour: int
    title: str
    opens: str
    does_not_open: str
    asked: str


class Owner(TypedDict):
    """For whom it is decided: oneself, or a profile one manages."""

    id: str
    name: str
    initials: str
    colour: int
    href: str


def owners(me: str, members: Sequence[MemberRow], faces: Mapping[str, Face]) -> list[Owner]:
    """List for whom one person decides, themselves first; nobody where that is all."""
    managed = [one for one in members if one.managed_by_me]
    if not managed:
        return []
    names = {me: _("Me"), **{one.id: one.first_name for one in managed}}
    return [
        Owner(
            id=id_,
            name=name,
            initials=faces[id_][0],
            colour=faces[id_][1],
            href=routes.with_query(routes.ACCOUNT_SHARING, **{"for": "" if id_ == me else id_}),
        )
        for id_, name in names.items()
    ]


def people_views(
    rows: Sequence[HolderRow],
    shown: Sequence[PersonView],
    owner: str,
    faces: Mapping[str, Face],
    zone: ZoneInfo,
    *,
    me: str,
    known: Container[str],
) -> list[PersonView]:
    """Show the relatives of an owner, those who can act first; ``known`` as in `_person_view`.

    Whoever is ``shown`` already stays where and as they are: somebody may have a finger on it.
    """
    places = {one["id"]: place for place, one in enumerate(shown)}
    was_open = {one["id"]: one["open"] for one in shown}
    ordered = sorted(rows, key=lambda row: (places.get(row.id, len(places)), not row.can_act))
    return [
        _person_view(
            row,
            owner,
            faces.get(row.id, (initials(row.first_name, ""), row.colour)),
            zone,
            is_me=row.id == me,
            is_open=was_open.get(row.id, row.can_act),
            known=row.id in known,
        )
        for row in ordered
        if not row.blocked
    ]


def _person_view(
    row: HolderRow,
    owner: str,
    face: Face,
    zone: ZoneInfo,
    *,
    is_me: bool,
    is_open: bool,
    known: bool,
) -> PersonView:
    """Show a relative; ``owner`` is the first name of a managed profile, or empty for oneself.

    ``known`` is somebody whose full name the reader sees on other pages too.
    """
    # A relationship in which nothing was given shows the first name and the label.
    name = f"{row.first_name} {row.last_name}" if row.can_act or known else row.first_name
    by_key = {grant.permission: grant for grant in row.grants}
    # Nobody uses the cards of a managed profile: it has agreed to nothing.
    shown = [p for p in ORDER if not owner or p is not Permission.BILL_TO_ACCOUNT]
    return PersonView(
        id=row.id,
        name=_("You") if is_me else name,
        first_name=_("You") if is_me else row.first_name,
        initials=face[0],
        colour=face[1],
        about=_about(row, owner, is_me=is_me),
        can_act=row.can_act,
        is_me=is_me,
        open=is_open,
        switches=[_switch(row, by_key[p], by_key, owner, zone, is_me=is_me) for p in shown],
    )


def ask_view(ask: OpenAsk, owner: str, faces: Mapping[str, Face], zone: ZoneInfo) -> AskView:
    """Show an ask to whoever answers it; ``owner`` is empty where that is the owner."""
    holder = ask.holder_first_name
    face = faces.get(ask.holder_id, (initials(holder, ""), 0))
    if owner:
        title = asks_about(ask.permission, holder, owner)
        meaning = wording.told_about(ask.permission, holder, owner)
    else:
        title = asks_you(ask.permission, holder)
        meaning = wording.told_to_owner(ask.permission, holder)
    asked = _("Asked on {day}.").format(day=short_day(ask.asked_at, zone))
    return AskView(
        id=ask.id,
        holder=holder,
        initials=face[0],
        colour=face[1],
        title=title,
        opens=meaning.opens,
        does_not_open=meaning.does_not_open,
        asked=asked,
    )


def short_day(at: datetime, zone: ZoneInfo) -> str:
    """Return "3 January", with the year where it is not this one."""
    on: date = at.astimezone(zone).date()
    this_year = clock.today(zone).year
    return say.day_month(on) if on.year == this_year else say.day_year(on)


def _about(row: HolderRow, owner: str, *, is_me: bool) -> str:
    on = [grant.permission for grant in row.grants if grant.on]
    count = len([p for p in on if p in SIX])
    if not on and is_me:
        sums = _("You cannot do anything for {whom}.").format(whom=owner)
    elif not on:
        sums = _("{name} cannot do anything for {whom}.").format(
            name=row.first_name, whom=owner or _("you")
        )
    elif not count:
        sums = _("Card use is on.")
    else:
        sums = ngettext("{count} of 6 is on.", "{count} of 6 are on.", count).format(count=count)
        if Permission.BILL_TO_ACCOUNT in on and Permission.VIEW_AND_PAY not in on:
            sums = _("{sums} Card use is on too.").format(sums=sums)
    return sums if is_me else f"{_relation(row, owner)}. {sums}"


def _relation(row: HolderRow, owner: str) -> str:
    if not owner:
        return your(row.label, row.label_text)
    if row.label in (Label.OTHER, Label.LOOKED_AFTER):
        return row.label_text or _("Family member of {name}").format(name=owner)
    words = LABEL_WORDS[Label(row.label)].lower()
    return _("{name}’s {label}").format(name=owner, label=words)


def _switch(
    row: HolderRow,
    grant: GrantRow,
    grants: Mapping[Permission, GrantRow],
    owner: str,
    zone: ZoneInfo,
    *,
    is_me: bool,
) -> SwitchView:
    permission = grant.permission
    if is_me:
        meaning = wording.told_to_holder(permission, owner)
    elif owner:
        meaning = wording.told_about(permission, row.first_name, owner)
    else:
        meaning = wording.told_to_owner(permission, row.first_name)
    is_part = permission is Permission.BILL_TO_ACCOUNT
    history = _history(grant, owner, zone)
    if is_part and grants[Permission.VIEW_AND_PAY].on:
        history = _("“View and pay” includes this. {history}").format(history=history).strip()
    return SwitchView(
        key=permission,
        id=f"{row.id}-{permission}",
        label=wording.label(permission),
        opens=meaning.opens,
        does_not_open=meaning.does_not_open,
        history=history,
        on=grant.on,
        is_part=is_part,
    )


def _history(grant: GrantRow, owner: str, zone: ZoneInfo) -> str:
    if not grant.on or grant.since is None:
        return ""
    since = _("On since {day}, given by {name}.").format(
        day=short_day(grant.since, zone), name=grant.given_by
    )
    if grant.used_at is None:
        return since if grant.permission in SILENT else f"{since} {_('Not used yet.')}"
    used = _("Last used on {day}.")
    tried = TRIED.get(grant.used_for)
    what = ""
    if tried:
        what = tried.theirs.format(whom=owner) if owner else tried.mine
        used = _("Last used on {day}, to {what}.")
    return f"{since} {used.format(day=short_day(grant.used_at, zone), what=what)}"
