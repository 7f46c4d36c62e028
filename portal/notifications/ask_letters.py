"""Mails about asking for more: to whoever decides, and back to whoever asked."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from portal import clock, routes, say
from portal.account.links import Purpose, make_link
from portal.config import settings
from portal.family import wording
from portal.models import Account, Ask
from portal.notifications.facts import Person, clinic_zone, face_of, find_person
from portal.notifications.letter import Item, Letter, Link, Part
from portal.outbox.claim import Claimed
from portal.permissions import Action, Actor, Permission, can
from portal.sharing.asks import decider
from portal.words import _


def asked(session: Session, message: Claimed) -> Letter | None:
    """Tell whoever decides for the owner what is asked for; not what was answered meanwhile."""
    asks = session.exec(
        select(Ask).where(
            Ask.request_id == message.payload["request_id"],
            col(Ask.answered_at).is_(None),
            col(Ask.unheard).is_(False),
            col(Ask.expires_at) > clock.now(),
        )
    ).all()
    owner = find_person(session, message.payload["owner_id"])
    holder = find_person(session, asks[0].holder_id) if asks else None
    reader_id = decider(session, owner.id) if owner else None
    reader = find_person(session, reader_id) if reader_id else None
    if owner is None or holder is None or reader is None or reader.address is None:
        return None
    # A manager may not know the relatives of whom they manage: then it is "a family member".
    named = _named(session, reader, owner, holder)
    own = reader.id == owner.id
    permissions = [p for p in Permission if p in {a.permission for a in asks}]
    account = session.exec(select(Account).where(Account.patient_id == reader.id)).one()
    token = make_link(
        session,
        Purpose.ASK,
        account_id=account.id,
        patient_id=owner.id,
        about=message.payload["request_id"],
    )
    until = asks[0].expires_at.astimezone(clinic_zone(session)).date()
    return Letter(
        to=reader.address,
        subject=_("A family member asks you for something"),
        heading=_("{holder} would like to do more").format(holder=named),
        opening=(
            _("Hello {first}, this email is about your own profile, {name}.").format(
                first=reader.first, name=reader.full
            )
            if own
            else _("Hello {first}, this email is about the profile of {name}, which you manage.")
            .format(first=reader.first, name=owner.full),
            _("Nothing changes unless you say yes. You can answer each one by itself."),
        ),
        parts=(
            Part(
                _("What {holder} asks for").format(holder=named),
                items=tuple(
                    Item(meaning.opens, wording.label(permission), meaning.does_not_open)
                    for permission in permissions
                    for meaning in (_meaning(permission, owner, named, own=own),)
                ),
                face=face_of(session, holder, owner.id) if named == holder.first else None,
            ),
        ),
        button=Link(
            _("Answer"), settings().origin + routes.with_query(routes.ASK, token=token)
        ),
        closing=(
            _("The button works until {day}. After that, {holder} has to ask again.").format(
                day=say.day(until), holder=named
            ),
            _("If you do nothing, nothing changes. You can also block somebody under My Account, "
              "Sharing: then you hear no more from them."),
        ),
        why=_("You get this email because a family member asks to do more for you or for "
              "somebody you manage."),
    )  # fmt: skip


def ask_answered(session: Session, message: Claimed) -> Letter | None:
    """Tell whoever asked what the answer is, without a reason."""
    payload = message.payload
    owner = find_person(session, payload["owner_id"])
    holder = find_person(session, payload["holder_id"])
    if owner is None or holder is None or not holder.has_account or holder.address is None:
        return None
    if not can(session, Actor(patient_id=holder.id), Action.RELATIONSHIP_READ, owner.id):
        return None  # they have parted meanwhile, of which another mail tells
    yes, no = _known(payload["accepted"]), _known(payload["declined"])
    parts = []
    if yes:
        parts.append(
            Part(
                _("You can now do this for {name}").format(name=owner.first),
                items=tuple(
                    Item(meaning.opens, wording.label(p), meaning.does_not_open)
                    for p in yes
                    for meaning in (wording.told_to_holder(p, owner.first),)
                ),
            )
        )
    if no:
        items = tuple(Item(wording.label(p)) for p in no)
        parts.append(Part(_("The answer to this was no"), items=items))
    return Letter(
        to=holder.address,
        subject=_("The answer to what you asked a family member"),
        heading=_("You asked about {name}: here is the answer").format(name=owner.first),
        opening=(
            _("Hello {first}, this email is about what you can do for {name}.").format(
                first=holder.first, name=owner.first
            ),
        ),
        parts=tuple(parts),
        button=Link(_("See your family members"), settings().origin + routes.ACCOUNT_FAMILY),
        why=_("You get this email because you asked a family member for something."),
    )


def _named(session: Session, reader: Person, owner: Person, holder: Person) -> str:
    actor = Actor(patient_id=reader.id)
    known = reader.id == owner.id or can(session, actor, Action.RELATIONSHIP_READ, holder.id)
    return holder.first if known else _("A family member of {name}").format(name=owner.first)


def _meaning(permission: Permission, owner: Person, holder: str, *, own: bool) -> wording.Meaning:
    if own:
        return wording.told_to_owner(permission, holder)
    return wording.told_about(permission, holder, owner.first)


def _known(permissions: Iterable[str]) -> list[Permission]:
    there = set(permissions)
    return [p for p in Permission if p in there]
