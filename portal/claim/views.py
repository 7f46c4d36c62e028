"""What the claim page shows of an invitation, as plain values."""

from typing import TypedDict
from zoneinfo import ZoneInfo

from portal import say
from portal.claim.invitation import Holder, Invitation, Reader
from portal.claim.rules import field_of
from portal.claim.sign_up import Opener, SignUpSeen
from portal.family.wording import label, told_to_owner
from portal.words import _


class GrantView(TypedDict):
    """One permission of one holder, to be kept or dropped."""

    name: str
    label: str
    opens: str
    does_not_open: str


class HolderView(TypedDict):
    """Somebody who may do something for the profile."""

    id: str
    name: str
    initials: str
    colour: int
    grants: list[GrantView]


def way_of(found: Invitation | None, *, staff: bool) -> str:
    """Return which page it is: "dead", "refused", "unconfirmed", "join", "known" or "new"."""
    if found is None:
        return "dead"
    if staff or found.reader is Reader.RELATED:
        return "refused"
    if found.reader is Reader.VISITOR:
        return "known" if found.email_has_account else "new"
    return "join" if found.reader is Reader.OTHER else "unconfirmed"


def way_of_sign_up(found: SignUpSeen, *, staff: bool) -> str:
    """Return which page it is: "refused", or "again" with who has opened it."""
    if staff or found.opener is Opener.RELATED:
        return "refused"
    return f"again_{found.opener}"


def story_of_sign_up(found: SignUpSeen, clinic: str, zone: str) -> str:
    """Say when somebody signed up and as whom."""
    day = say.day_month(found.made_at.astimezone(ZoneInfo(zone)).date())
    words = _("On {day}, somebody signed up at {clinic} with your email and the name {name}.")
    return words.format(day=day, clinic=clinic, name=found.name)


def title_of(found: Invitation, clinic: str) -> str:
    """Return the heading: who added the person."""
    if found.made_by:
        return _("{name} added you").format(name=found.made_by)
    return _("You have a profile at {clinic}").format(clinic=clinic)


def story_of(found: Invitation, clinic: str, zone: str) -> str:
    """Say who made the profile, when and as what."""
    day = say.day_month(found.made_at.astimezone(ZoneInfo(zone)).date())
    if not found.made_by:
        words = _("There is a profile for {profile} at {clinic} since {day}.")
        return words.format(profile=found.name, clinic=clinic, day=day)
    words = _(
        "On {day}, {adder} made a profile for {profile} at {clinic}, as {adder}’s {relation}."
    )
    return words.format(
        day=day,
        adder=found.made_by_first,
        profile=found.name,
        clinic=clinic,
        relation=found.relation,
    )


def holder_view(holder: Holder) -> HolderView:
    """Show one person with the questions about them."""
    return HolderView(
        id=holder.id,
        name=holder.name,
        initials=holder.initials,
        colour=holder.colour,
        grants=[
            GrantView(
                name=field_of(holder.id, permission),
                label=label(permission),
                opens=meaning.opens,
                does_not_open=meaning.does_not_open,
            )
            for permission in holder.permissions
            for meaning in (told_to_owner(permission, holder.first_name),)
        ],
    )
