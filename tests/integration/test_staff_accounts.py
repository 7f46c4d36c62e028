"""Log-ins of staff: invited, set up, ended; and that the two doors do not know each other."""

from datetime import timedelta

import pytest
import time_machine
from pyotp.totp import TOTP
from sqlmodel import select

from portal import clock, db
from portal.account import log_in, service
from portal.account.challenges import Step, TooLate
from portal.account.links import LIFETIME, Purpose, make_link
from portal.account.log_in import Admitted, Caller, HalfWay
from portal.account.sessions import find_session, start_session
from portal.account.set_up import confirm_app_signing_in, show_app
from portal.account.staff_accounts import (
    accept_invitation,
    end_staff_access,
    forget_staff_app,
    invite_staff,
)
from portal.errors import Invalid, NotAllowed, NotFound
from portal.housekeeping import close_unverified
from portal.models import Account, OutboxMessage
from portal.notifications.compose import compose
from portal.outbox.claim import claim
from portal.outbox.kinds import Kind
from portal.permissions import SYSTEM, Actor, StaffRole
from tests import builders

HERE = Caller("1.2.3.4", "Firefox on Linux")
EMAIL = "sam@clinic.example"


@pytest.fixture
def boss(database: str) -> Actor:
    with db.writing() as session:
        builders.add_clinic(session)
        return builders.add_staff(session, StaffRole.FULL_ACCESS, name="Ada Full")


@pytest.fixture
def sam(boss: Actor) -> str:
    """Return the id of somebody who has no log-in yet."""
    with db.writing() as session:
        return builders.add_staff(session, name="Sam Okoye").staff_id or ""


def invitation(boss: Actor, staff_id: str, email: str = EMAIL) -> str:
    """Invite somebody; return the secret of the link in their mail."""
    with db.writing() as session:
        invite_staff(session, boss, staff_id, email)
    with db.writing() as session:
        mails = [compose(session, one) for one in claim(session, "worker")]
    letter = mails[-1]
    assert letter
    assert letter.button
    assert letter.to == email
    return letter.button.url.partition("token=")[2]


def accept(token: str) -> str:
    with db.writing() as session:
        return accept_invitation(session, token, "hash")


def set_up(half_way: str) -> tuple[TOTP, Admitted]:
    """Set the app up half-way through a log-in."""
    with db.writing() as session:
        app = TOTP(show_app(session, half_way).key.replace(" ", ""))
    with db.writing() as session:
        # A reload shows the same app.
        assert show_app(session, half_way).key.replace(" ", "") == app.secret
        code = app.at(clock.now())
        _codes, admitted = confirm_app_signing_in(session, half_way, code, HERE)
    return app, admitted


def password(email: str = EMAIL, *, staff: bool = True, ok: bool = True) -> object:
    with db.writing() as session:
        candidate = log_in.find_candidate(session, email, HERE, staff=staff)
        return log_in.finish_password(session, candidate, HERE, password_ok=ok)


def test_from_the_invitation_to_the_first_session(boss: Actor, sam: str) -> None:
    token = invitation(boss, sam)
    assert password() is None, "there is no password yet"
    half = accept(token)
    with db.reading() as session:
        assert find_session(session, half) is None
    _app, admitted = set_up(half)
    assert admitted.staff
    with db.reading() as session:
        live = find_session(session, admitted.session)
    assert live
    assert live.actor.staff_id == sam
    came = password()
    assert isinstance(came, HalfWay)
    assert came.step is Step.CODE
    with pytest.raises(Invalid):
        accept(token)


def test_the_password_without_an_app_leads_to_setting_one_up(boss: Actor, sam: str) -> None:
    accept(invitation(boss, sam))
    came = password()
    assert isinstance(came, HalfWay)
    assert came.step is Step.SET_UP
    with db.writing() as session, pytest.raises(TooLate):
        log_in.finish_code(session, came.token, "000000", HERE)
    set_up(came.token)


def test_of_two_who_set_up_at_once_the_second_one_is_refused(boss: Actor, sam: str) -> None:
    first = accept(invitation(boss, sam))
    second = password()
    assert isinstance(second, HalfWay)
    set_up(first)
    with pytest.raises(TooLate):
        set_up(second.token)


def test_patients_and_staff_do_not_meet_at_each_others_door(boss: Actor, sam: str) -> None:
    with db.writing() as session:
        patient_id = builders.add_patient(session, email=EMAIL)
        rosa = builders.add_account(session, patient_id, email=EMAIL, password_hash="x")
    set_up(accept(invitation(boss, sam)))
    patient = password(staff=False)
    assert isinstance(patient, Admitted)
    with db.reading() as session:
        live = find_session(session, patient.session)
        assert live
        assert live.actor.patient_id == rosa.me
    assert isinstance(password(), HalfWay)
    with db.writing() as session:
        service.ask_reset(session, EMAIL, staff=True)
        letters = [compose(session, one) for one in claim(session, "worker")]
    links = [letter.button.url for letter in letters if letter and letter.button]
    reset = links[-1].partition("token=")[2]
    with db.reading() as session:
        about = service.about_link(session, Purpose.RESET, reset)
        assert about
        assert about.is_staff


@pytest.mark.parametrize("role", [StaffRole.FRONT_DESK, StaffRole.PRACTITIONER])
def test_only_full_access_looks_after_log_ins(boss: Actor, sam: str, role: StaffRole) -> None:
    with db.writing() as session:
        others = [
            builders.add_staff(session, role),
            builders.add_staff(session, StaffRole.FULL_ACCESS, ended=True),
            builders.add_person(session),
            Actor(staff_id="nobody"),
        ]
    for other in others:
        for change in (end_staff_access, forget_staff_app):
            with db.writing() as session, pytest.raises(NotAllowed):
                change(session, other, sam)
        with db.writing() as session, pytest.raises(NotAllowed):
            invite_staff(session, other, sam, EMAIL)
    with db.writing() as session:
        invite_staff(session, SYSTEM, sam, EMAIL)


def test_a_second_invitation_ends_the_first_and_may_go_elsewhere(boss: Actor, sam: str) -> None:
    first = invitation(boss, sam)
    second = invitation(boss, sam, "sam.okoye@clinic.example")
    with pytest.raises(Invalid):
        accept(first)
    accept(second)
    with db.writing() as session, pytest.raises(Invalid, match="sign in already"):
        invite_staff(session, boss, sam, EMAIL)


def test_an_invitation_is_for_one_person_here_and_for_seven_days(boss: Actor, sam: str) -> None:
    with db.writing() as session:
        other = builders.add_staff(session).staff_id or ""
    accept(invitation(boss, sam))
    with db.writing() as session, pytest.raises(Invalid, match="Somebody else"):
        invite_staff(session, boss, other, EMAIL)
    token = invitation(boss, other, "kim@clinic.example")
    after = clock.now() + LIFETIME[Purpose.INVITE] + timedelta(seconds=1)
    with time_machine.travel(after, tick=False):
        with pytest.raises(Invalid):
            accept(token)
        with db.writing() as session:
            assert close_unverified(session) == 1
        accept(invitation(boss, other, "kim@clinic.example"))


def test_two_invited_with_one_address_do_not_both_get_in(boss: Actor, sam: str) -> None:
    with db.writing() as session:
        other = builders.add_staff(session).staff_id or ""
    first, second = invitation(boss, sam), invitation(boss, other)
    accept(first)
    with pytest.raises(Invalid, match="Somebody else"):
        accept(second)


def test_ending_access_ends_everything_at_once(boss: Actor, sam: str) -> None:
    _app, admitted = set_up(accept(invitation(boss, sam)))
    came = password()
    assert isinstance(came, HalfWay)
    with db.writing() as session:
        account = session.exec(select(Account).where(Account.staff_id == sam)).one()
        reset = make_link(session, Purpose.RESET, account_id=account.id)
    with db.writing() as session:
        assert len(end_staff_access(session, boss, sam)) == 1
        assert end_staff_access(session, boss, sam) == []
    with db.reading() as session:
        assert find_session(session, admitted.session) is None
    assert password() is None
    with db.writing() as session, pytest.raises(TooLate):
        log_in.finish_code(session, came.token, "000000", HERE)
    with db.writing() as session, pytest.raises(Invalid):
        service.set_password_by_link(session, reset, "new")
    with db.writing() as session, pytest.raises(NotFound):
        invite_staff(session, boss, sam, EMAIL)


def test_nobody_ends_their_own_access(boss: Actor) -> None:
    with db.writing() as session, pytest.raises(NotAllowed, match="your own access"):
        end_staff_access(session, boss, boss.staff_id or "")


def test_who_lost_the_app_sets_up_a_new_one_after_full_access_helped(boss: Actor, sam: str) -> None:
    _app, admitted = set_up(accept(invitation(boss, sam)))
    with db.writing() as session:
        assert forget_staff_app(session, boss, sam)
    with db.reading() as session:
        assert find_session(session, admitted.session) is None
        assert Kind.SECOND_STEP_OFF in session.exec(select(OutboxMessage.kind)).all()
    came = password()
    assert isinstance(came, HalfWay)
    assert came.step is Step.SET_UP


def test_a_session_begun_in_the_database_knows_whose_it_is(boss: Actor, sam: str) -> None:
    accept(invitation(boss, sam))
    with db.writing() as session:
        account = session.exec(select(Account).where(Account.staff_id == sam)).one()
        token = start_session(session, account, "")
        live = find_session(session, token)
    assert live
    assert live.actor.kind == "staff"
