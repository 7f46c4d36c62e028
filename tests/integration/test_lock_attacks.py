"""The locks of accounts at the services, attacked: what guessing and an open screen may not get."""

import threading
from collections.abc import Callable

import pytest
from pyotp.totp import TOTP
from sqlalchemy import update
from sqlmodel import col, select

from portal import clock, db
from portal.account.fresh import FRESH, PasswordNeeded
from portal.account.lockout import succeeded
from portal.account.log_in import (
    Caller,
    HalfWay,
    admit,
    find_candidate,
    finish_code,
    finish_password,
)
from portal.account.proof import begin_proof, finish_proof
from portal.account.set_up import begin_app, confirm_app_signed_in
from portal.errors import PortalError, TooMany
from portal.family.labels import Label
from portal.models import Account, Grant, LoginSession, OutboxMessage, Staff
from portal.permissions import Actor, Permission, StaffRole
from portal.staff.link.edit import LinkForm, save_link
from portal.staff.link.links import NEW, find_link
from portal.staff.patient.guardian import GuardianForm, set_guardian
from portal.staff.people import service as people
from tests import builders

AT_ONCE = 20
EVERYWHERE = "1.2.3.4"


@pytest.fixture
def rosa(database: str) -> Actor:
    """Sign somebody in."""
    with db.writing() as session:
        builders.add_clinic(session)
        return builders.sign_in(session, builders.add_person(session, email="rosa@example.com"))


def codes_on(actor: Actor) -> tuple[TOTP, list[str]]:
    """Turn codes on; return the app and the recovery codes."""
    with db.writing() as session:
        token, shown = begin_app(session, actor)
    app = TOTP(shown.key.replace(" ", ""))
    with db.writing() as session:
        return app, confirm_app_signed_in(session, actor, token, app.at(clock.now()))


def known_browser(actor: Actor) -> Caller:
    """Return a browser the account was signed in from, as a thief of it has it too."""
    here = Caller(EVERYWHERE)
    with db.writing() as session:
        admitted = admit(session, session.get_one(Account, actor.account_id), here)
    return Caller(EVERYWHERE, device=admitted.device)


def test_giving_the_password_again_does_not_buy_more_guesses_of_the_code(rosa: Actor) -> None:
    codes_on(rosa)
    browser = known_browser(rosa)

    def guess() -> None:
        with db.writing() as session:
            _about, this = begin_proof(session, rosa, browser)
        with db.writing() as session:
            wrong = finish_proof(session, rosa, this, browser, password_ok=True, code="000000")
            assert "code" in wrong
        # As the form for another password does, whatever becomes of it.
        with db.writing() as session:
            _about, this = begin_proof(session, rosa, browser)
            succeeded(session, this)

    for _try in range(5):
        guess()
    with pytest.raises(TooMany):
        guess()


def half_way(email: str) -> str:
    """Give the right password; return what the browser holds then."""
    here = Caller(EVERYWHERE)
    with db.writing() as session:
        candidate = find_candidate(session, email, here)
        came = finish_password(session, candidate, here, password_ok=True)
    assert isinstance(came, HalfWay)
    return came.token


def at_once(work: Callable[[int], bool]) -> list[str]:
    """Do it in twenty threads at the same moment; return what became of each."""
    outcomes: list[str] = []
    barrier = threading.Barrier(AT_ONCE)

    def one(number: int) -> None:
        barrier.wait()
        try:
            outcomes.append("in" if work(number) else "out")
        except PortalError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=one, args=[number]) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == AT_ONCE  # a crash leaves none
    return outcomes


@pytest.mark.parametrize("what", ["app", "recovery"])
def test_one_code_at_twenty_doors_at_once_opens_one(rosa: Actor, what: str) -> None:
    app, codes = codes_on(rosa)
    code = app.at(clock.now(), counter_offset=1) if what == "app" else codes[0]
    tokens = [half_way("rosa@example.com") for _n in range(AT_ONCE)]

    def enter(number: int) -> bool:
        with db.writing() as session:
            return (
                finish_code(session, tokens[number], code, Caller(f"10.0.0.{number}")) is not None
            )

    assert at_once(enter).count("in") == 1


def test_ten_recovery_codes_at_one_half_finished_log_in_open_one_session(rosa: Actor) -> None:
    _app, codes = codes_on(rosa)
    token = half_way("rosa@example.com")

    def enter(number: int) -> bool:
        code = codes[number % len(codes)]
        with db.writing() as session:
            return finish_code(session, token, code, Caller(f"10.0.0.{number}")) is not None

    assert at_once(enter).count("in") == 1


@pytest.fixture
def left_alone(rosa: Actor) -> Actor:
    """Sign somebody with full access in who then leaves the desk for longer than a proof holds."""
    with db.writing() as session:
        boss = builders.add_staff(session, StaffRole.FULL_ACCESS)
        boss = builders.sign_in(session, builders.add_staff_account(session, boss))
        mine = col(LoginSession.id) == boss.session_id
        stale = clock.now() - FRESH
        session.execute(update(LoginSession).where(mine).values(proved_at=stale))
    return boss


def test_an_open_screen_at_the_desk_lets_nobody_in_for_good(left_alone: Actor) -> None:
    with db.writing() as session:
        colleague = builders.add_staff_account(session, builders.add_staff(session))
    staff_id = colleague.staff_id or ""
    new = people.StaffForm.model_validate(
        {"name": "Mallory Moss", "email": "mallory@evil.example", "role": "full_access"}
    )
    more = people.RoleForm(staff_id=staff_id, role=StaffRole.FULL_ACCESS)
    with pytest.raises(PasswordNeeded), db.writing() as session:
        people.add_staff(session, left_alone, new)
    with pytest.raises(PasswordNeeded), db.writing() as session:
        people.change_role(session, left_alone, more)
    with pytest.raises(PasswordNeeded), db.writing() as session:
        people.new_app(session, left_alone, staff_id)
    with db.reading() as session:
        assert len(session.exec(select(Staff)).all()) == 2
        assert session.get_one(Staff, staff_id).role == StaffRole.FRONT_DESK
    with db.writing() as session:  # what takes access away waits for nothing
        people.end_access(session, left_alone, staff_id)


def link_form(rosa: Actor, idris: Actor, seen: str, *given: Permission) -> LinkForm:
    """Return the blue pencil's form; Idris gives Rosa these."""
    off = dict.fromkeys(Permission, False)
    return LinkForm(
        patient_id=rosa.me,
        member_id=idris.me,
        seen=seen,
        member_is=Label.FRIEND,
        patient_is=Label.FRIEND,
        patient_may=off | dict.fromkeys(given, True),
        member_may=off,
    )


def test_an_open_screen_at_the_desk_opens_no_profile_to_anybody(
    left_alone: Actor, rosa: Actor
) -> None:
    with db.writing() as session:
        idris = builders.add_person(session, "Idris")
    with pytest.raises(PasswordNeeded), db.writing() as session:
        save_link(session, left_alone, link_form(rosa, idris, NEW, Permission.BOOK))
    with db.writing() as session:
        builders.relate(session, rosa.me, idris.me)
        child = builders.add_family_member(session, idris, "Mina")
        builders.relate(session, rosa.me, child)
        seen = find_link(session, left_alone, rosa.me, idris.me).seen
    with pytest.raises(PasswordNeeded), db.writing() as session:
        save_link(session, left_alone, link_form(rosa, idris, seen, Permission.BOOK))
    with pytest.raises(PasswordNeeded), db.writing() as session:
        set_guardian(session, left_alone, GuardianForm(patient_id=child, guardian_id=rosa.me))
    with db.reading() as session:
        of_idris = select(Grant).where(Grant.owner_id == idris.me)
        assert session.exec(of_idris).all() == []
        assert session.exec(select(OutboxMessage)).all() == []
    with db.writing() as session:  # nobody gains anything by it
        set_guardian(session, left_alone, GuardianForm(patient_id=child))
        save_link(session, left_alone, link_form(rosa, idris, seen))
