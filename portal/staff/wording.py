"""How the staff pages say things: roles, flags, people's ages, what will be true after saving."""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta

from babel.lists import format_list

from portal import say
from portal.family.labels import LABEL_WORDS, Label
from portal.family.wording import label, short
from portal.permissions.permission import SIX, Permission
from portal.words import _, ngettext

P = Permission


def absence_words(starts_at: datetime, ends_at: datetime) -> str:
    """Say when somebody is away; both are on the clinic's clock, whole days have no times."""
    whole = starts_at.time() == ends_at.time() == time()
    last = ends_at - timedelta(days=1) if whole else ends_at
    first_day, last_day = (f"{say.weekday(at)} {say.day_year(at)}" for at in (starts_at, last))
    begin, end = say.clock_time(starts_at), say.clock_time(ends_at)
    if first_day == last_day:
        times = _("{start} to {end}").format(start=begin, end=end)
        return first_day if whole else f"{first_day}, {times}"
    if not whole:
        first_day, last_day = f"{first_day}, {begin}", f"{last_day}, {end}"
    return _("{start} to {end}").format(start=first_day, end=last_day)


def role_words(role: str) -> str:
    """Return what a role is called."""
    return {
        "full_access": _("Full access"),
        "front_desk": _("Front desk"),
        "practitioner": _("Practitioner"),
    }[role]


def role_meaning(role: str) -> str:
    """Say what a role may do."""
    return {
        "full_access": _("Everything at the desk, the clinic’s settings, and log-ins of staff."),
        "front_desk": _("All patients, their visits and their family links."),
        "practitioner": _("Only patients they have or had, with their family links."),
    }[role]


def flag_words(flag: str) -> str:
    """Say what somebody should look at; an unknown flag says it itself."""
    known = {
        "email never confirmed": _("The email was never confirmed. Check that they will come."),
        "not me": _("Somebody says this profile has their email by mistake."),
    }
    return known.get(flag, flag[:1].upper() + flag[1:])


def list_of(words: Sequence[str]) -> str:
    """Return "a, b and c"."""
    return format_list(list(words), locale=say.LOCALE) if words else ""


def born(row_birth: str, age: int | None) -> str:
    """Return "Born 14 June 1988, 38 years"."""
    if age is None:
        return ""
    years = ngettext("{count} year", "{count} years", age).format(count=age)
    return _("Born {day}, {years}").format(day=row_birth, years=years)


def somebodys(name: str, what: str, text: str) -> str:
    """Return what somebody is to ``name``: "Rosa’s child"."""
    if what == Label.LOOKED_AFTER:
        return _("{name} looks after this person").format(name=name)
    if what == Label.OTHER:
        return _("{name}: {text}").format(name=name, text=text or _("family member"))
    return _("{name}’s {label}").format(name=name, label=LABEL_WORDS[Label(what)].lower())


def held_words(permissions: Collection[Permission], asked: Collection[Permission] = ()) -> str:
    """List in short what somebody may do: "Book visits, Get reminders", "All six", "Nothing"."""
    if set(SIX) <= set(permissions):
        words = _("All six")
    else:
        words = ", ".join(short(p) for p in P if p in permissions) or _("Nothing")
    if asked:
        asks = ", ".join(short(p) for p in P if p in asked)
        words = _("{held}. Asks for: {asks}").format(held=words, asks=asks)
    return words


def able(permission: Permission, owner: str) -> str:
    """Say what a permission lets its holder do for ``owner``, to go after "will be able to"."""
    return {
        P.VIEW_AND_PAY: _("see and pay {owner}’s bills, and use {owner}’s saved cards"),
        P.BOOK: _("book visits for {owner}"),
        P.INTAKE: _("fill in forms for {owner}"),
        P.NOTIFICATIONS: _("get {owner}’s booking emails too"),
        P.FINANCIAL_EMAILS: _("get {owner}’s receipts by email too"),
        P.CALENDAR: _("see {owner}’s visits in a calendar"),
        P.BILL_TO_ACCOUNT: _("use {owner}’s saved cards"),
    }[permission].format(owner=owner)


def will_be(holder: str, owner: str, held: Collection[Permission]) -> str:
    """Say in one sentence what ``holder`` will be able to do for ``owner`` after saving."""
    shown = [p for p in P if p in held]
    if P.VIEW_AND_PAY in shown:
        shown = [p for p in shown if p is not P.BILL_TO_ACCOUNT]
    if not shown:
        return _("{holder} will not be able to do anything for {owner}.").format(
            holder=holder, owner=owner
        )
    return _("{holder} will be able to {list}.").format(
        holder=holder, list=list_of([able(p, owner) for p in shown])
    )


def mails_after(
    holder: str, owner: str, before: Collection[Permission], after: Collection[Permission]
) -> list[str]:
    """Say which mails saving one direction sends, and why."""
    gained = [label(p) for p in P if p in after and p not in before]
    lost = [label(p) for p in P if p in before and p not in after]
    found: list[str] = []
    if gained:
        found.append(
            _("{owner} gets an email: {holder} gains {list}. Please check that {owner} agreed.")
            .format(owner=owner, holder=holder, list=_quoted(gained))
        )  # fmt: skip
    if lost:
        found.append(
            _("{holder} gets an email: {list} for {owner} ends.")
            .format(owner=owner, holder=holder, list=_quoted(lost))
        )  # fmt: skip
    return found


def _quoted(words: Sequence[str]) -> str:
    return list_of([f"“{one}”" for one in words])
