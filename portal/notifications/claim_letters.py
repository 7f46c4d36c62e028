"""Mails about claiming a profile, joining it to an account, and parting the two again."""

from collections.abc import Iterable

from sqlmodel import Session

from portal import routes
from portal.account import links
from portal.claim.invitation import is_claimable
from portal.claim.move import Bond
from portal.claim.part import Parted, closed_account
from portal.clinic import clinic_info
from portal.config import settings
from portal.family import wording
from portal.family.service import SHOWN_IN_PORTAL
from portal.models import Patient, ProfileJoin
from portal.notifications.facts import Person, face_of, find_person
from portal.notifications.letter import Item, Letter, Link, Part
from portal.outbox.claim import Claimed
from portal.permissions import Permission
from portal.words import _

OWN_PROFILE = _("You get this email because it is about your own profile.")
SIGN_IN_AS_BEFORE = _("Sign in as before: the password of the new sign-up works no more.")
STAYS_CLOSED = _("The sign-up that made it stays closed: nobody can sign in to it.")


def claim_buttons(session: Session, profile: Person) -> tuple[Link, Link]:
    """Return "Claim this profile" and "This is not me", each with a link of its own."""
    claim = links.make_link(
        session, links.Purpose.CLAIM, patient_id=profile.id, about=profile.address
    )
    not_me = links.make_link(
        session, links.Purpose.NOT_ME, patient_id=profile.id, about=profile.address
    )
    return (
        Link(_("Claim this profile"), _url(routes.with_query(routes.CLAIM, token=claim))),
        Link(_("This is not me"), _url(routes.with_query(routes.NOT_ME, token=not_me))),
    )


def claim_link(session: Session, message: Claimed) -> Letter | None:
    """Send a new link; those that were sent before work no more."""
    # Locked before its links, as claiming does, which may be under way.
    row = session.get(Patient, message.payload["profile_id"], with_for_update={"key_share": True})
    profile = find_person(session, row.id) if row and is_claimable(session, row) else None
    if profile is None or profile.address is None:
        return None
    links.end(session, links.Purpose.CLAIM, patient_id=profile.id)
    claim, not_me = claim_buttons(session, profile)
    kind, _colon, id_ = message.payload["by"].partition(":")
    adder = find_person(session, id_) if kind == "patient" else None
    clinic = clinic_info(session).name
    asks = _("{name} asked us to send you this link.").format(name=adder.full) if adder else ""
    return Letter(
        to=profile.address,
        subject=_("Your profile at {clinic}").format(clinic=clinic),
        heading=_("Claim your profile, {name}").format(name=profile.full),
        opening=(
            _about_profile(profile),
            _("There is a profile with this name and your email address at {clinic}. {asks}")
            .format(clinic=clinic, asks=asks).strip(),
            _("Press the button to make it your own. You see there what others may do for you, "
              "and keep or drop each part of it before anything else happens."),
        ),
        button=claim,
        other=not_me,
        closing=(
            _("The buttons work for 14 days. Links we sent you before do not work any more."),
            _("If you are somebody else, press “This is not me”: we then write to this address no "
              "more."),
        ),
        why=_("You get this email because a profile here has your email address."),
    )  # fmt: skip


def claimed(session: Session, message: Claimed) -> Letter | None:
    """Tell whoever has claimed a profile what each person may do for them now."""
    owner = find_person(session, message.payload["profile_id"])
    if owner is None or owner.address is None:
        return None
    kept = message.payload["kept"]
    return Letter(
        to=owner.address,
        subject=_("Your profile is yours now"),
        heading=_("Welcome, {name}").format(name=owner.first),
        opening=(
            _about_own(owner),
            _("It is yours now: you sign in with this email and your password, and nobody but you "
              "decides what others may do for you."),
        ),
        parts=(
            *_allowed(session, owner, {h: _known(p) for h, p in kept.items()}),
            _how_to_change(session),
        ),
        button=Link(_("See who can act for you"), _url(routes.ACCOUNT_SHARING)),
        closing=(_nobody_sees(),),
        why=OWN_PROFILE,
    )  # fmt: skip


def claimed_told(session: Session, message: Claimed) -> Letter | None:
    """Tell somebody related to a profile that its person has claimed it, and what goes on."""
    payload = message.payload
    profile = find_person(session, payload["profile_id"])
    told = find_person(session, payload["holder_id"])
    if profile is None or told is None or told.address is None or told.shares_mailbox(profile):
        return None
    return Letter(
        to=told.address,
        subject=_("A family member has an own account now"),
        heading=_("{name} has an own account now").format(name=profile.first),
        opening=(
            _hello(told, profile, *payload["kept"], *payload["ended"]),
            _("{name} claimed the profile and decides alone from now on what others may do.")
            .format(name=profile.first),
        ),
        parts=(
            *_short(_("You can still do this"), payload["kept"]),
            *_short(_("These have ended"), payload["ended"]),
        ),
        button=_see_family(told),
        closing=(_("Visits that are booked stay booked."),),
        why=_why_family(),
    )  # fmt: skip


def joined(session: Session, message: Claimed) -> Letter | None:
    """Tell whoever joined a profile to their account what is new for whom."""
    join = session.get_one(ProfileJoin, message.payload["join_id"])
    owner = find_person(session, join.into_id)
    profile = find_person(session, join.from_id)
    if owner is None or owner.address is None or profile is None:
        return None
    bonds: list[Bond] = join.moved["bonds"]
    opened = {bond["other"]: _known(bond["opened"]) for bond in bonds}
    return Letter(
        to=owner.address,
        subject=_("A profile is part of your account now"),
        heading=_("The profile is part of your account now"),
        opening=(
            _about_own(owner),
            _("You joined the profile of {name} to your account. Its visits are yours now.").format(
                name=profile.full
            ),
            *([SIGN_IN_AS_BEFORE] if closed_account(session, join) else []),
        ),
        parts=(
            *_allowed(session, owner, opened, new=True),
            *_reached(session, bonds),
            _how_to_change(session),
            Part(
                _("If this was a mistake"),
                text=_("Call us within 30 days: we can part the two profiles again."),
            ),
        ),
        button=Link(_("See who can act for you"), _url(routes.ACCOUNT_SHARING)),
        closing=(_nobody_sees(),),
        why=OWN_PROFILE,
    )


def joined_told(session: Session, message: Claimed) -> Letter | None:
    """Tell somebody related to a joined profile what became of it, for both of them."""
    join = session.get_one(ProfileJoin, message.payload["join_id"])
    told = find_person(session, message.payload["told_id"])
    owner = find_person(session, join.into_id)
    profile = find_person(session, join.from_id)
    if told is None or told.address is None or owner is None or profile is None:
        return None
    if told.shares_mailbox(owner):
        return None
    bond: Bond = next(b for b in join.moved["bonds"] if b["other"] == told.id)
    reaches = _known(bond["reaches"])
    subject = _("A family member has an own account now")
    heading = _("{name} has an own account now").format(name=profile.first)
    if closed_account(session, join):
        subject = _("A family member’s profile has changed")
        heading = _("{name} had an account already").format(name=profile.first)
    return Letter(
        to=told.address,
        subject=subject,
        heading=heading,
        opening=(
            _hello(told, profile, *bond["opened"], *bond["lost"]),
            _("It is now part of {name}’s own account, with its visits. {name} decides alone from "
              "now on what others may do.").format(name=owner.first),
        ),
        parts=(
            *_short(_("You can do this for {name}").format(name=owner.first), bond["opened"]),
            *_short(_("These have ended"), bond["lost"]),
            *_for_you(session, told, owner, reaches),
        ),
        button=_see_family(told),
        closing=(_("Visits that are booked stay booked."),),
        why=_why_family(),
    )  # fmt: skip


def parted(session: Session, message: Claimed) -> Letter | None:
    """Tell the owner of an account that a profile joined to it is one of its own again."""
    join = session.get_one(ProfileJoin, message.payload["join_id"])
    owner = find_person(session, join.into_id)
    profile = find_person(session, join.from_id)
    if owner is None or owner.address is None or profile is None:
        return None
    parts = [*_by_person(session, _("Nobody can do this for you any more"), message, "ended")]
    if owner.shares_mailbox(profile):
        heading = _("Allowed again for the profile of {name}").format(name=profile.first)
        parts += _by_person(session, heading, message, "again")
    return Letter(
        to=owner.address,
        subject=_("A profile is no longer part of your account"),
        heading=_("The profile of {name} is a profile of its own again").format(name=profile.first),
        opening=(
            _about_own(owner),
            _("We parted the profile of {name} from your account. Its visits went back with it; "
              "visits booked since are still yours.").format(name=profile.full),
            *([STAYS_CLOSED] if closed_account(session, join) else []),
        ),
        parts=tuple(parts),
        button=Link(_("See who can act for you"), _url(routes.ACCOUNT_SHARING)),
        closing=(_("Call us if you did not expect this."),),
        why=OWN_PROFILE,
    )  # fmt: skip


def parted_told(session: Session, message: Claimed) -> Letter | None:
    """Tell somebody related to both what ended and what is there again."""
    join = session.get_one(ProfileJoin, message.payload["join_id"])
    change: Parted = message.payload["parted"]
    told = find_person(session, change["other"])
    owner = find_person(session, join.into_id)
    profile = find_person(session, join.from_id)
    if told is None or told.address is None or owner is None or profile is None:
        return None
    if told.shares_mailbox(owner):
        return None
    return Letter(
        to=told.address,
        subject=_("A family member’s profile has changed"),
        heading=_("The profile of {name} is a profile of its own again").format(name=profile.first),
        opening=(
            _hello(told, profile, *change["again"], *change["ended"]),
            _("We parted it from the account of {name}. Its visits went back with it.").format(
                name=owner.first
            ),
        ),
        parts=(
            *_short(_("You can do this for {name} again").format(name=profile.first),
                    change["again"]),
            *_short(_("You can no longer do this for {name}’s account").format(name=owner.first),
                    change["ended"]),
            *_short(_("{name} can no longer do this for you").format(name=owner.first),
                    change["ended_back"]),
            *_short(_("This is allowed on your side again, for the profile of {name}")
                    .format(name=profile.first), change["again_back"]),
        ),
        button=_see_family(told),
        closing=(_("Call us if you have a question."),),
        why=_why_family(),
    )  # fmt: skip


def _allowed(
    session: Session, owner: Person, given: dict[str, list[Permission]], *, new: bool = False
) -> list[Part]:
    """Say what each person may do for the owner; once for everybody if it is nothing."""
    parts: list[Part] = []
    heading = _("New: {name} may do this for you") if new else _("{name} may do this for you")
    for holder_id, permissions in given.items():
        holder = find_person(session, holder_id)
        if holder is None or not permissions:
            continue
        items = tuple(
            Item(meaning.opens, wording.label(p), meaning.does_not_open)
            for p in permissions
            for meaning in (wording.told_to_owner(p, holder.first),)
        )
        face = face_of(session, holder, owner.id)
        parts.append(Part(heading.format(name=holder.full), items=items, face=face))
    nothing = _("Nobody got new access.") if new else _("Nobody can do anything for you.")
    return parts or [Part(_("Who can act for you"), text=nothing)]


def _for_you(
    session: Session, told: Person, other: Person, permissions: list[Permission]
) -> list[Part]:
    """Say what went over with the profile: what the person may do for the reader from now on."""
    if not permissions:
        return []
    items = tuple(
        Item(meaning.opens, wording.label(p), meaning.does_not_open)
        for p in permissions
        for meaning in (
            wording.told_to_owner(p, other.first)
            if told.has_account
            else wording.told_about(p, other.first, told.first),
        )
    )
    heading = _("New: {name} may do this for you").format(name=other.full)
    return [Part(heading, items=items, face=face_of(session, other, told.id))]


def _reached(session: Session, bonds: Iterable[Bond]) -> list[Part]:
    """Say for whom the owner may act that the profile could act for."""
    items = [
        Item(
            ", ".join(wording.short(p) for p in _known(bond["reaches"])),
            other.full if SHOWN_IN_PORTAL.intersection(bond["reaches"]) else other.first,
        )
        for bond in bonds
        if bond["reaches"] and (other := find_person(session, bond["other"]))
    ]
    return [Part(_("New: you may do this for them"), items=tuple(items))] if items else []


def _by_person(session: Session, heading: str, message: Claimed, what: str) -> list[Part]:
    """List the short forms of what changed, person by person."""
    items = [
        Item(", ".join(wording.short(p) for p in _known(one[what])), other.full)
        for one in message.payload["parted"]
        if one[what] and (other := find_person(session, one["other"]))
    ]
    return [Part(heading, items=tuple(items))] if items else []


def _short(heading: str, permissions: Iterable[str]) -> list[Part]:
    items = tuple(Item(wording.label(permission)) for permission in _known(permissions))
    return [Part(heading, items=items)] if items else []


def _how_to_change(session: Session) -> Part:
    how = _("Under My Account, Sharing, at once and at any time. Or call us.")
    if not clinic_info(session).patients_manage_sharing:
        how = _("Call us, and we change it at once.")
    return Part(_("How to change it"), text=how)


def _hello(told: Person, profile: Person, *could: str) -> str:
    """Say whose profile it is; the last name only to who saw it by what they could do."""
    name = profile.full if SHOWN_IN_PORTAL.intersection(could) else profile.first
    return _("Hello {first}, this email is about the profile of {name}.").format(
        first=told.first, name=name
    )


def _about_profile(profile: Person) -> str:
    return _("This email is about the profile of {name}.").format(name=profile.full)


def _about_own(owner: Person) -> str:
    return _("Hello {first}, this email is about your own profile, {name}.").format(
        first=owner.first, name=owner.full
    )


def _nobody_sees() -> str:
    return _("Nobody else sees your doctor’s notes, your password or your other family.")


def _why_family() -> str:
    return _("You get this email because you are linked to the profile it is about.")


def _see_family(told: Person) -> Link | None:
    if not told.has_account:
        return None
    return Link(_("See your family members"), _url(routes.ACCOUNT_FAMILY))


def _known(permissions: Iterable[str]) -> list[Permission]:
    """Return the permissions in their fixed order; a later version's are left out."""
    there = set(permissions)
    return [p for p in Permission if p in there]


def _url(path: str) -> str:
    return settings().origin + path
