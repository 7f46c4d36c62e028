"""What the blue pencil does: save both labels and both directions whole, or end the relationship.

It goes through the same services as what patients change themselves, so the same mails go out: one
to each owner whose information somebody gains, one to each holder who loses.
"""

from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field
from sqlmodel import Session, col, func, select

from portal.account.fresh import require_fresh
from portal.errors import Invalid, NotFound
from portal.family.add import MOST_IN_ALL
from portal.family.labels import LONGEST_OTHER, Label
from portal.forms import Form, ShortText
from portal.ids import Id, PatientId
from portal.models import RelationshipSide
from portal.once import first_time
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Actor, Permission
from portal.sharing import change
from portal.sharing.relate import Side, linked, relate, remove, set_label
from portal.staff.link.links import NEW, Calls, LinkRow, find_link, require_both
from portal.words import _


class Changed(Invalid):
    """Somebody else saved first; nothing of this form was."""

    def __init__(self) -> None:
        """Say what to do next."""
        super().__init__(
            {"": _("Somebody changed this meanwhile. Nothing was saved. Check it and save again.")}
        )


class LinkForm(Form):
    """Everything about two people that the blue pencil sets."""

    patient_id: Id
    member_id: Id
    seen: str = Field(max_length=80, pattern=r"^[a-z0-9]*$")
    member_is: Label
    member_is_text: ShortText = Field(default="", max_length=LONGEST_OTHER)
    patient_is: Label
    patient_is_text: ShortText = Field(default="", max_length=LONGEST_OTHER)
    patient_may: dict[Permission, bool]
    member_may: dict[Permission, bool]


class EndForm(Form):
    """The answer to the question before a link ends."""

    patient_id: Id
    member_id: Id
    quiet: bool = False


def save_link(session: Session, actor: Actor, form: LinkForm) -> None:
    """Save both labels and both directions, all of it or nothing.

    Raises:
        NotFound, NotAllowed: not both are the actor's patients; a holder's address is not
            confirmed, or the owner has blocked them.
        PasswordNeeded: it gives somebody access, and the last proof of who it is, is too old.
        Changed: what is there is not what the form was made for.
        Invalid: a family would become too large.
    """
    if form.request_key and not first_time(session, actor, form.request_key, form):
        return
    require_both(session, actor, form.patient_id, form.member_id)
    pair = PatientId(form.patient_id), PatientId(form.member_id)
    member_is = Side(pair[0], form.member_is, form.member_is_text)
    patient_is = Side(pair[1], form.patient_is, form.patient_is_text)
    if form.seen == NEW:
        if linked(session, *pair):
            raise Changed
        for id_ in pair:
            refuse_large(session, id_)
        relate(session, actor, member_is, patient_is)
        before = find_link(session, actor, *pair)
    else:
        before = _lock(session, actor, form)
        for side, other, was in (
            (member_is, pair[1], before.member_is),
            (patient_is, pair[0], before.patient_is),
        ):
            if was != _calls(side):
                set_label(session, actor, side, other)
    _save_direction(session, actor, pair[1], pair[0], before.patient_may, form.patient_may)
    _save_direction(session, actor, pair[0], pair[1], before.member_may, form.member_may)
    if form.seen == NEW:
        # Whoever gave something by it is told with what they gave.
        if not any(form.member_may.values()):
            tell_linked(session, actor, pair[0], pair[1])
        if not any(form.patient_may.values()):
            tell_linked(session, actor, pair[1], pair[0])


def tell_linked(session: Session, actor: Actor, told_id: str, other_id: str) -> None:
    """Queue the mail that says who sees one's first name from now on."""
    queue(session, Kind.LINKED, told_id=told_id, other_id=other_id, by=actor.name)


def end_link(session: Session, actor: Actor, form: EndForm) -> None:
    """End a relationship and every permission in it, at once; both are told unless ``quiet``.

    Ending one that has ended is fine: a browser that reconnects asks again.

    Raises:
        NotFound, NotAllowed: not both are the actor's patients.
    """
    require_both(session, actor, form.patient_id, form.member_id)
    if linked(session, form.patient_id, form.member_id):
        remove(session, actor, form.member_id, of=form.patient_id, quiet=form.quiet)


def wanted(chosen: Mapping[Permission, bool], before: Iterable[Permission]) -> set[Permission]:
    """Return what a direction is to hold after saving.

    *View and pay* includes *Bill to my account*, so the form hides that one and it stays as it is.
    """
    on = {permission for permission, is_on in chosen.items() if is_on}
    if Permission.VIEW_AND_PAY in on:
        on |= {Permission.BILL_TO_ACCOUNT} & set(before)
    return on


def refuse_large(session: Session, patient_id: str) -> None:
    """Refuse one relative more where a family is as large as it may be.

    Raises:
        Invalid: it is.
    """
    sides = select(func.count()).where(
        RelationshipSide.patient_id == patient_id, col(RelationshipSide.ended_at).is_(None)
    )
    if session.exec(sides).one() >= MOST_IN_ALL:
        raise Invalid({"": _("This family is at its limit of 40. Remove a link first.")})


def _save_direction(
    session: Session,
    actor: Actor,
    owner: PatientId,
    holder: PatientId,
    before: Sequence[Permission],
    chosen: Mapping[Permission, bool],
) -> None:
    after = wanted(chosen, before)
    if lost := [p for p in before if p not in after]:
        change.withdraw(session, actor, owner, holder, lost)
    if gained := [p for p in Permission if p in after - set(before)]:
        require_fresh(session, actor)
        change.give(session, actor, owner, {holder: gained})


def _lock(session: Session, actor: Actor, form: LinkForm) -> LinkRow:
    """Keep everybody else from changing the link, and return it if it is what the form shows."""
    try:
        change.find_relationship(session, form.member_id, form.patient_id)
    except NotFound:
        raise Changed from None  # it has ended
    before = find_link(session, actor, form.patient_id, form.member_id)
    if before.seen != form.seen:
        raise Changed
    return before


def _calls(side: Side) -> Calls:
    return Calls(side.label, side.text if side.label is Label.OTHER else "")
