"""Mira's account and a second sign-up with her address, for tests of joining the two."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlmodel import select

from portal.account.links import Purpose, make_link
from portal.account.sessions import find_session
from portal.claim.service import (
    JoinForm,
    join_profile,
)
from portal.db import reading, writing
from portal.errors import Invalid, PortalError
from portal.family.add import NewFamily, NewMember, add_family_members
from portal.ids import PatientId
from portal.models import Account, Visit
from portal.permissions import Actor, Permission
from portal.signup.service import SignUp, sign_up
from tests import builders
from tests.claiming import CALLER, PASSWORD_HASH, family_of, patient, signed_in

MIRA, THEO = "mira@family.example", "theo@family.example"
ROUNDS = 6
P = Permission


@dataclass
class House:
    """Mira with the account she has had all along, and the sign-up made with her address."""

    mira: Actor
    new: Actor  # in the browser that signed up
    cookie: str
    theo: PatientId  # added by the sign-up
    staff: Actor
    practitioner: str
    service: str
    link: Callable[[], str]

    def visit(self, patient_id: str, hour: int = 9, *, by: Actor | None = None) -> str:
        """Add a visit of somebody."""
        with writing() as session:
            at = builders.local(builders.in_days(3), hour)
            return builders.add_visit(
                session,
                *(patient_id, self.practitioner, self.service, at),
                booked_by=(by or self.new).name,
            )

    def join(self, token: str = "", *, into: Actor | None = None) -> str:
        """Join the sign-up to an account; return the id of the join."""
        token = token or self.link()
        with writing() as session:
            actor = signed_in(session, into or self.mira)
            return join_profile(session, actor, JoinForm(token=token))

    def refused(
        self, token: str, error: type[PortalError] = Invalid, *, into: Actor | None = None
    ) -> str:
        """Try to join; check that nothing came of it; return the words."""
        with pytest.raises(error) as caught:
            self.join(token, into=into)
        assert patient(self.new.me).joined_into_id is None
        assert family_of(self.mira.me) == []
        return caught.value.message

    def account(self) -> Account:
        """Return the account that the sign-up made."""
        with reading() as session:
            return session.get_one(Account, self.new.account_id)


def sign_up_as(email: str = MIRA) -> tuple[Actor, str]:
    """Sign up as the page does; return who is signed in, and the cookie."""
    form = SignUp(
        first_name="Mira", last_name="Strand", email=email, phone="+16045550140", password="any"
    )
    with writing() as session:
        admitted = sign_up(session, form, password_hash=PASSWORD_HASH, caller=CALLER)
        found = find_session(session, admitted.session)
        assert found is not None
        return found.actor, admitted.session


def member(**more: object) -> NewFamily:
    one = {"relationship": "child", "first_name": "Theo", "last_name": "Strand", "email": THEO}
    return NewFamily(members=[NewMember.model_validate({**one, **more})])


def make_house(email: str = MIRA) -> House:
    with writing() as session:
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service])
        mira = builders.add_person(session, "Mira", "Marlow", email=email)
        staff = builders.add_staff(session)
    new, cookie = sign_up_as(email)
    with writing() as session:
        (theo,) = add_family_members(session, new, member(bill_to_my_account=True))

    def link() -> str:
        with writing() as session:
            return make_link(session, Purpose.CLAIM, patient_id=new.me, about=email)

    return House(mira, new, cookie, theo, staff, practitioner, service, link)


def visits(patient_id: str) -> set[str]:
    with reading() as session:
        return set(session.exec(select(Visit.id).where(Visit.patient_id == patient_id)))


def flags() -> dict[str, str | None]:
    with reading() as session:
        return {visit.id: visit.flag for visit in session.exec(select(Visit))}
