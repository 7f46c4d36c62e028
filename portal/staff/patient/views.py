"""What the page of a patient shows, in words."""

from collections.abc import Sequence
from typing import TypedDict

from portal import routes, say
from portal.family.initials import faces
from portal.staff.briefs import Brief
from portal.staff.link.links import LinkRow
from portal.staff.patient.service import PatientFile, VisitLine
from portal.staff.wording import born, flag_words, held_words, somebodys
from portal.words import _


class FileView(TypedDict):
    """The patient's details."""

    id: str
    name: str
    first_name: str
    legal_first_name: str
    preferred_name: str
    last_name: str
    initials: str
    born: str
    birth_on: str
    phone: str
    email: str
    pronouns: str
    log_in: str
    has_account: bool
    manager_id: str
    manager_name: str
    mailbox: str
    joined: str
    joined_href: str
    flag: str
    may_edit: bool
    online_barred: bool


class VisitView(TypedDict):
    """One visit."""

    id: str
    when: str
    what: str
    flag: str
    is_cancelled: bool


class LinkView(TypedDict):
    """One relative."""

    id: str
    name: str
    first_name: str
    href: str
    initials: str
    colour: int
    relation: str
    shares: bool
    patient_may: str
    member_may: str
    edit_href: str


NO_FILE = FileView(
    id="",
    name="",
    first_name="",
    legal_first_name="",
    preferred_name="",
    last_name="",
    initials="",
    born="",
    birth_on="",
    phone="",
    email="",
    pronouns="",
    log_in="",
    has_account=False,
    manager_id="",
    manager_name="",
    mailbox="",
    joined="",
    joined_href="",
    flag="",
    may_edit=False,
    online_barred=False,
)


def file_view(file: PatientFile, region: str, initials: str) -> FileView:
    """Return the details in words."""
    who = file.who
    shares = _("Mail about {name} goes to the mailbox of {other}.")
    return FileView(
        id=who.id,
        name=who.full_name,
        first_name=who.first_name,
        legal_first_name=file.first_name,
        preferred_name=file.preferred_name,
        last_name=who.last_name,
        initials=initials,
        born=born(say.day_year(who.birth_on) if who.birth_on else "", who.age),
        birth_on=who.birth_on.isoformat() if who.birth_on else "",
        phone=say.phone(file.phone, region),
        email=who.email,
        pronouns=file.pronouns,
        log_in=_log_in(who),
        has_account=bool(who.log_in),
        manager_id=who.manager_id,
        manager_name=who.manager_name,
        mailbox=shares.format(name=who.first_name, other=file.mailbox_with)
        if file.mailbox_with
        else "",
        joined=file.joined_name,
        joined_href=routes.with_query(routes.STAFF_PATIENT, id=who.joined_into),
        flag=flag_words(file.flag) if file.flag else "",
        may_edit=file.may_edit,
        online_barred=file.online_barred,
    )


def _log_in(who: Brief) -> str:
    if who.joined_into:
        return ""
    return {
        "open": _("Has an account. The email is confirmed."),
        "unconfirmed": _("Has an account. The email is not confirmed yet."),
        "closed": _("The account is closed."),
        "": _("Has no account."),
    }[who.log_in]


def visit_view(line: VisitLine) -> VisitView:
    """Return one visit in words."""
    parts = [line.service_name, line.practitioner_name, line.location_name]
    day = line.starts_at.date()
    return VisitView(
        id=line.id,
        when=f"{say.weekday(day)} {say.day_year(day)}, {say.clock_time(line.starts_at)}",
        what=", ".join(parts),
        flag=flag_words(line.flag) if line.flag else "",
        is_cancelled=line.is_cancelled,
    )


def link_views(who: Brief, rows: Sequence[LinkRow]) -> tuple[str, list[LinkView]]:
    """Return the patient's initials and the relatives, all told apart."""
    names = [(who.first_name, who.last_name)]
    names += [(row.member.first_name, row.member.last_name) for row in rows]
    mine, *theirs = faces(names)
    return mine, [_link(row, face) for row, face in zip(rows, theirs, strict=True)]


def _link(row: LinkRow, face: str) -> LinkView:
    ids = {"id": row.patient.id, "with": row.member.id}
    return LinkView(
        id=row.member.id,
        name=row.member.full_name,
        first_name=row.member.first_name,
        # A practitioner opens their own patients only.
        href=routes.with_query(routes.STAFF_PATIENT, id=row.member.id) if row.may_edit else "",
        initials=face,
        colour=row.colour,
        relation=_relation(row),
        shares=row.member.shares_mailbox(row.patient),
        patient_may=held_words(row.patient_may, row.patient_asks),
        member_may=held_words(row.member_may, row.member_asks),
        edit_href=routes.with_query(routes.STAFF_LINK, **ids) if row.may_edit else "",
    )


def _relation(row: LinkRow) -> str:
    calls = row.member_is
    words = somebodys(row.patient.first_name, calls.label, calls.text) if calls else ""
    if row.member.age is not None:
        words = f"{words}, {row.member.age}"
    if row.member.manager_name:
        words += ". " + _("Managed by {name}").format(name=row.member.manager_name)
    if row.member.log_in == "unconfirmed":
        words += ". " + _("Email not confirmed")
    return words
