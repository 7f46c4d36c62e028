"""Mails about links that the clinic made: that there is one, and who decides for a profile."""

from sqlmodel import Session

from portal import routes
from portal.config import settings
from portal.family import wording
from portal.notifications.facts import Person, face_of, find_person, maker
from portal.notifications.letter import Item, Letter, Link, Part
from portal.outbox.claim import Claimed
from portal.permissions import Permission
from portal.sharing.change import held
from portal.sharing.relate import linked
from portal.words import _


def made_link(session: Session, message: Claimed) -> Letter | None:
    """Tell one of two people that they are linked now, and that nobody got access by it."""
    payload = message.payload
    told = find_person(session, payload["told_id"])
    other = find_person(session, payload["other_id"])
    if told is None or other is None or told.address is None or told.shares_mailbox(other):
        return None
    if not linked(session, told.id, other.id):
        return None  # it has ended meanwhile, of which another mail tells
    mine = held(session, other.id, [told.id])[told.id]
    by = maker(session, payload["by"], told.id, told.id)
    can_do = tuple(Item(_meaning(p, other, told).opens, wording.label(p)) for p in mine)
    return Letter(
        to=told.address,
        subject=_("A family link was made"),
        heading=_("{other} and {told} are linked now").format(other=other.first, told=told.first),
        opening=(
            _about(told),
            _("{maker} linked it with {other}. Each of the two sees the first name of the other, "
              "and how they are related.").format(maker=by, other=other.first),
        ),
        parts=(
            Part(
                _("What {other} can do for {told}").format(other=other.first, told=told.first),
                text=_("Nothing."),
                face=face_of(session, other, told.id),
            ),
            Part(
                _("What {told} can do for {other}").format(told=told.first, other=other.first),
                text="" if can_do else _("Nothing."),
                items=can_do,
            ),
        ),
        button=Link(_("See your family members"), settings().origin + routes.ACCOUNT_FAMILY)
        if told.has_account
        else None,
        closing=(_("If this is wrong, call us, and we take the link away."),),
        why=_("You get this email because the profile it is about was linked to another."),
    )  # fmt: skip


def named_guardian(session: Session, message: Claimed) -> Letter | None:
    """Tell the address of a profile who decides for it from now on."""
    profile = find_person(session, message.payload["profile_id"])
    guardian = find_person(session, message.payload["guardian_id"])
    if profile is None or guardian is None or profile.address is None or profile.has_account:
        return None
    if profile.shares_mailbox(guardian):
        return None  # it would reach only whom it is about, who sees it in the portal
    return Letter(
        to=profile.address,
        subject=_("Somebody decides for a profile with your email"),
        heading=_("{guardian} decides for {profile} now").format(
            guardian=guardian.first, profile=profile.first
        ),
        opening=(
            _about(profile),
            _("Our clinic named {guardian} as the person who decides for {profile}: who may book, "
              "pay or fill in forms. Each of those that changes is told to this address.")
            .format(guardian=guardian.full, profile=profile.first),
        ),
        closing=(_("If this is wrong, or to have an account of your own, call us."),),
        why=_("We always send this email when somebody else decides for a profile."),
    )  # fmt: skip


def _about(person: Person) -> str:
    if person.has_account:
        return _("Hello {first}, this email is about your own profile, {name}.").format(
            first=person.first, name=person.full
        )
    return _("This email is about the profile of {name}.").format(name=person.full)


def _meaning(permission: Permission, owner: Person, holder: Person) -> wording.Meaning:
    if holder.has_account:
        return wording.told_to_holder(permission, owner.first)
    return wording.told_about(permission, holder.first, owner.first)
