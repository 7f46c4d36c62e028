"""Add family members: each becomes a new managed profile that the adder may act for at once."""

from collections.abc import Sequence

from pydantic import Field, field_validator
from sqlmodel import Session, col, select

from portal import clock
from portal.account.fresh import require_fresh
from portal.clinic import clinic_info
from portal.errors import Invalid, NotAllowed
from portal.family.labels import COUNTERPART, LONGEST_OTHER, Label
from portal.forms import EmailText, Form, PersonName, Phone, ShortText, WithBirthDate, required
from portal.ids import PatientId, new_id
from portal.models import Patient, RelationshipSide
from portal.once import first_time
from portal.permissions import SIX, Action, Actor, Permission, require
from portal.sharing.change import give
from portal.sharing.relate import Side, least_used, write_relationship
from portal.words import _

# One form; the client's "Add Another Family Member" may be pressed this often.
MOST_AT_ONCE = 12
# No family needs more, and a list without an end is a way to send mail to strangers.
MOST_IN_ALL = 40


class NewMember(WithBirthDate):
    """One block of the form. The first four are required (the client's description says so)."""

    relationship: str = required(_("Choose how you are related."))
    relationship_other: ShortText = Field(default="", max_length=LONGEST_OTHER)
    first_name: PersonName = required(_("Enter the first name."))
    last_name: PersonName = required(_("Enter the last name."))
    email: EmailText = required(_("Enter an email. If there is none, use your own."))
    phone: Phone = ""
    bill_to_my_account: bool = False

    @field_validator("relationship")
    @classmethod
    def _known_label(cls, value: str) -> str:
        if value not in list(Label):
            raise ValueError(_("Choose how you are related."))
        return value


class NewFamily(Form):
    """The whole form: all of it is saved, or nothing."""

    members: list[NewMember] = Field(min_length=1, max_length=MOST_AT_ONCE)


def add_family_members(session: Session, actor: Actor, form: NewFamily) -> list[PatientId]:
    """Make a new managed profile for each member and let the actor act for it.

    It never looks whether a name or address is known. The actor gets all six permissions; where
    the box was ticked, the member may bill to the actor's account (product.md, section 4).

    Raises:
        NotAllowed: the clinic does not let patients add related profiles.
        PasswordNeeded: a box is ticked that opens the actor's cards, and the proof is old.
        Invalid: the family would become larger than `MOST_IN_ALL`.
    """
    require(session, actor, Action.FAMILY_ADD, actor.me)
    if not clinic_info(session).allow_related_profiles:
        raise NotAllowed(
            _("Family members cannot be added online at the moment. Please call the clinic.")
        )
    if any(member.bill_to_my_account for member in form.members):
        require_fresh(session, actor)  # it opens the actor's own cards
    if form.request_key and not first_time(session, actor, form.request_key, form):
        return []
    # Two forms at once wait for each other here, so that both count the same family.
    session.exec(select(Patient.id).where(Patient.id == actor.me).with_for_update()).one()
    colours = session.exec(
        select(RelationshipSide.colour).where(
            RelationshipSide.patient_id == actor.me, col(RelationshipSide.ended_at).is_(None)
        )
    ).all()
    if len(colours) + len(form.members) > MOST_IN_ALL:
        raise Invalid({"": _("Your family is at its limit of 40. Call the clinic to add more.")})
    added: list[PatientId] = []
    for member, colour in zip(form.members, free_colours(colours), strict=False):
        added.append(_add_profile(session, actor, member, colour))
    billers = {
        id_: (Permission.BILL_TO_ACCOUNT,)
        for id_, member in zip(added, form.members, strict=True)
        if member.bill_to_my_account
    }
    for id_ in added:
        give(session, actor, id_, {actor.me: SIX})
    if billers:
        give(session, actor, actor.me, billers)
    return added


def free_colours(taken: Sequence[int]) -> list[int]:
    """Return a colour for each of the next `MOST_AT_ONCE` people, the least used first."""
    chosen: list[int] = []
    for _next in range(MOST_AT_ONCE):
        chosen.append(least_used([*taken, *chosen]))
    return chosen


def _add_profile(session: Session, actor: Actor, member: NewMember, colour: int) -> PatientId:
    """Write the profile and the relationship, both sides of it."""
    profile = Patient(
        id=new_id(),
        first_name=member.first_name,
        last_name=member.last_name,
        birth_on=member.birth_on,
        phone=member.phone or None,
        contact_email=member.email,
        manager_id=actor.me,
        created_at=clock.now(),
    )
    session.add(profile)
    session.flush()
    label = Label(member.relationship)
    mine = Side(actor.me, label, member.relationship_other, colour)
    write_relationship(session, actor, mine, Side(profile.id, COUNTERPART[label], colour=2))
    return PatientId(profile.id)
