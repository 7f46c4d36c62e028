"""Mails about who may act for whom: to the owner when it grows, to the holder when it shrinks."""

from collections.abc import Iterable

from sqlmodel import Session

from portal import routes, say
from portal.clinic import clinic_info
from portal.config import settings
from portal.family import wording
from portal.notifications.claim_letters import claim_buttons
from portal.notifications.facts import (
    Person,
    clinic_zone,
    face_of,
    find_person,
    maker,
)
from portal.notifications.letter import Item, Letter, Link, Part
from portal.outbox.claim import Claimed
from portal.permissions import Permission
from portal.sharing.change import held
from portal.words import _

ALWAYS = _("We always send this email when someone gets new access. It cannot be switched off.")


def access_gained(session: Session, message: Claimed) -> Letter | None:
    """Tell the owner exactly what is new, for whom, from whom, and what was there before.

    It is told even where it was taken back meanwhile: the owner is to know what was possible.
    """
    payload = message.payload
    owner = find_person(session, payload["owner_id"])
    found = [find_person(session, id_) for id_ in payload["new"]]
    holders = [person for person in found if person is not None]
    if owner is None or owner.address is None or not holders:
        return None
    if owner.has_account:
        return _gained_by_owner(session, message, owner, holders)
    return _gained_on_profile(session, message, owner, holders)


def _gained_by_owner(
    session: Session, message: Claimed, owner: Person, holders: list[Person]
) -> Letter:
    """Write to somebody with an account, who can change it."""
    parts = [part for holder in holders for part in _change(session, message, owner, holder)]
    mine = message.payload["by"] == f"patient:{owner.id}"
    by = maker(session, message.payload["by"], owner.id, owner.id)
    unwanted = (
        _("If it was not you, change your password and call us.")
        if mine
        else _("If you did not agree to this, call us and we turn it off.")
    )
    made = _("{maker} made this change on {day}.").format(maker=by, day=_day(session, message))
    names = ", ".join(holder.first for holder in holders)
    how = _(
        "It works until you change it, at once and at any time: under My Account, Sharing, or by "
        "calling us."
    )
    if not clinic_info(session).patients_manage_sharing:
        how = _("It works until you change it: call us, or remove {names} from your family.")
        how = how.format(names=names)
    return Letter(
        to=owner.address or "",
        subject=_("New access to your information"),
        heading=_("{names} can now do more for you").format(names=names),
        opening=(
            _("Hello {first}, this email is about your own profile, {name}.").format(
                first=owner.first, name=owner.full
            ),
        ),
        parts=(
            *parts,
            Part(_("Who made this change"), text=f"{made} {unwanted}"),
            Part(_("How to change it"), text=how),
        ),
        button=Link(_("See who can act for you"), settings().origin + routes.ACCOUNT_SHARING),
        closing=(
            _("{names} cannot see your doctor’s notes, your password or your other family.").format(
                names=names
            ),
        ),
        why=ALWAYS,
    )


def _gained_on_profile(
    session: Session, message: Claimed, owner: Person, holders: list[Person]
) -> Letter:
    """Write to the address of a managed profile, which may be the adder's own or a stranger's."""
    parts = [part for holder in holders for part in _change(session, message, owner, holder)]
    by = maker(session, message.payload["by"], owner.id, owner.id)
    clinic = clinic_info(session).name
    day = _day(session, message)
    adder = next((h for h in holders if message.payload["by"] == f"patient:{h.id}"), None)
    shared = next((h for h in holders if h.shares_mailbox(owner)), None)
    about = _("This email is about the profile of {name}.").format(name=owner.full)
    if adder and not message.payload["before"].get(adder.id):
        done = _("{name} added {profile} at {clinic} on {day}, with this email address.")
        happened = done.format(name=adder.full, profile=owner.first, clinic=clinic, day=day)
        subject = _("A profile was made with your email")
        heading = (_("{profile} was added") if shared else _("{name} added you")).format(
            name=adder.full, profile=owner.full
        )
    else:
        happened = _("{name} made this change on {day}.").format(name=by, day=day)
        subject = _("New access to a profile with your email")
        heading = _("New access to the profile of {name}").format(name=owner.full)
    button, other, closing = None, None, []
    if shared:
        closing.append(
            _("This address is also {name}’s own, so emails about {profile} come to one mailbox.")
            .format(name=shared.first, profile=owner.first)
        )  # fmt: skip
        button = Link(_("See your family members"), settings().origin + routes.ACCOUNT_FAMILY)
    else:
        button, other = claim_buttons(session, owner)
        closing.append(
            _("Claim the profile to have an account of your own: you keep or drop there what "
              "{adder} may do, before anything else happens.")
            .format(adder=(adder or holders[0]).first)
        )  # fmt: skip
        closing.append(
            _("Press “This is not me” if you are not {name}: then we write to this address no "
              "more and tell {adder}. The buttons work for 14 days.")
            .format(name=owner.full, adder=(adder or holders[0]).first)
        )  # fmt: skip
    closing.append(_("You can also call us to change what is allowed."))
    return Letter(
        to=owner.address or "",
        subject=subject,
        heading=heading,
        opening=(about, happened),
        parts=tuple(parts),
        button=button,
        other=other,
        closing=tuple(closing),
        why=ALWAYS,
    )


def _change(session: Session, message: Claimed, owner: Person, holder: Person) -> list[Part]:
    """Say what is new for one holder and what there was before."""
    new = _known(message.payload["new"][holder.id])
    before = _known(message.payload["before"].get(holder.id, ()))
    at = message.created_at.astimezone(clinic_zone(session))
    items = tuple(
        Item(meaning.opens, wording.label(permission), meaning.does_not_open)
        for permission in new
        for meaning in (_meaning(permission, owner, holder),)
    )
    heading = _("New for {name} since {day}, {time}").format(
        name=holder.full, day=say.day(at.date()), time=say.clock_time(at)
    )
    return [
        Part(heading, items=items, face=face_of(session, holder, owner.id)),
        Part(
            _("What {name} could do before").format(name=holder.first),
            text="" if before else _("Nothing."),
            items=tuple(Item(_meaning(p, owner, holder).opens) for p in before),
        ),
    ]


def access_lost(session: Session, message: Claimed) -> Letter | None:
    """Tell a holder what has ended, without a reason; not what they hold again by now."""
    owner = find_person(session, message.payload["owner_id"])
    holder = find_person(session, message.payload["holder_id"])
    if owner is None or holder is None or not holder.has_account or _one_mailbox(owner, holder):
        return None
    again = held(session, owner.id, [holder.id])[holder.id]
    ended = [p for p in _known(message.payload["permissions"]) if p not in again]
    if not ended:
        return None
    return Letter(
        to=holder.address or "",
        subject=_("What you can do for your family has changed"),
        heading=_("What you can do for {name} has changed").format(name=owner.first),
        opening=(
            _("Hello {first}, this email is about what you can do for {name}.").format(
                first=holder.first, name=owner.full
            ),
        ),
        parts=(Part(_("These have ended"), items=_labels(ended)),),
        button=Link(_("See your family members"), settings().origin + routes.ACCOUNT_FAMILY),
        why=_("You get this email because something you could do has ended."),
    )


def access_given_up(session: Session, message: Claimed) -> Letter | None:
    """Tell an owner what a holder no longer wants to do for them."""
    owner = find_person(session, message.payload["owner_id"])
    holder = find_person(session, message.payload["holder_id"])
    if owner is None or holder is None or owner.address is None or _one_mailbox(owner, holder):
        return None
    return Letter(
        to=owner.address,
        subject=_("A family member gave up access"),
        heading=_("{holder} does less from now on").format(holder=holder.first),
        opening=(
            _about(owner),
            _("{holder} chose to stop doing what is listed here.").format(holder=holder.full),
        ),
        parts=(
            Part(
                _("These have ended"), items=_labels(_known(message.payload["permissions"]))
            ),
        ),
        closing=(_("Visits that are booked stay booked."),),
        why=_("You get this email because somebody could do this for the profile it is about."),
    )  # fmt: skip


def relationship_ended(session: Session, message: Claimed) -> Letter | None:
    """Tell one of two people that they are no longer linked, without a reason."""
    told = find_person(session, message.payload["told_id"])
    other = find_person(session, message.payload["other_id"])
    if told is None or other is None or told.address is None or _one_mailbox(told, other):
        return None
    return Letter(
        to=told.address,
        subject=_("A family link has ended"),
        heading=_("{name} is no longer linked to the profile").format(name=other.first),
        opening=(
            _about(told),
            _("The family link with {other} has ended. From now on {other} can do nothing for "
              "{told}, and {told} nothing for {other}.")
            .format(other=other.first, told=told.first),
        ),
        parts=(
            Part(
                _("What stays"),
                items=(
                    Item(_("Visits that are booked stay booked, for the same person.")),
                    Item(_("Paid bills stay paid, and forms already sent stay with the clinic.")),
                ),
            ),
        ),
        closing=(_("Call us if you have a question, or to cancel a visit."),),
        why=_("You get this email because the profile it is about was linked to another."),
    )  # fmt: skip


def not_me_said(session: Session, message: Claimed) -> Letter | None:
    """Tell whoever added a profile that its address belongs to somebody else."""
    profile = find_person(session, message.payload["profile_id"])
    told = find_person(session, message.payload["told_id"])
    if profile is None or told is None or not told.has_account or told.address is None:
        return None
    return Letter(
        to=told.address,
        subject=_("An email address does not belong to your family member"),
        heading=_("The email for {name} was not right").format(name=profile.full),
        opening=(
            _("Hello {first}, this email is about the profile of {name}, which you added.").format(
                first=told.first, name=profile.full
            ),
            _("Whoever reads the address you gave for {name} says that it is somebody else’s. We "
              "took it off the profile and send nothing there any more.")
            .format(name=profile.first),
        ),
        closing=(
            _("Everything else stays as it is. Please call us with the right address."),
        ),
        why=_("You get this email because you added the profile it is about."),
    )  # fmt: skip


def _day(session: Session, message: Claimed) -> str:
    """Name the day on which it happened, by the clinic's calendar."""
    return say.day(message.created_at.astimezone(clinic_zone(session)).date())


def _about(person: Person) -> str:
    """Write the first sentence, which says whose profile it is about."""
    if person.has_account:
        return _("Hello {first}, this email is about your own profile, {name}.").format(
            first=person.first, name=person.full
        )
    return _("This email is about the profile of {name}.").format(name=person.full)


def _meaning(permission: Permission, owner: Person, holder: Person) -> wording.Meaning:
    if owner.has_account:
        return wording.told_to_owner(permission, holder.first)
    return wording.told_about(permission, holder.first, owner.first)


def _one_mailbox(told: Person, actor: Person) -> bool:
    """Tell whether a mail about what ``actor`` did would only reach ``actor``."""
    return told.shares_mailbox(actor)


def _known(permissions: Iterable[str]) -> list[Permission]:
    """Return the permissions in their fixed order; a later version's are left out."""
    there = set(permissions)
    return [p for p in Permission if p in there]


def _labels(permissions: list[Permission]) -> tuple[Item, ...]:
    return tuple(Item(wording.label(permission)) for permission in permissions)
