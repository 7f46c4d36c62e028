"""The second step of signing in: codes from an app, recovery codes, and what they cannot do."""

import threading
from datetime import timedelta

import pytest
import time_machine
from pyotp.totp import TOTP
from sqlmodel import col, select

from portal import clock, db
from portal.account import log_in, service
from portal.account.challenges import LIFETIME, Step, TooLate, begin_step
from portal.account.fresh import FRESH, PasswordNeeded
from portal.account.log_in import Admitted, Caller, HalfWay
from portal.account.own import own_account
from portal.account.proof import begin_proof, finish_proof
from portal.account.sealing import unseal
from portal.account.second_step import second_step_of, turn_off
from portal.account.sessions import find_session, start_session
from portal.account.set_up import begin_app, confirm_app_signed_in, fresh_codes
from portal.config import settings
from portal.errors import Invalid, NotAllowed, TooMany
from portal.models import Account, Authenticator, LoginSession, OutboxMessage, RecoveryCode
from portal.outbox.kinds import Kind
from portal.permissions import Actor
from portal.upkeep import forget_app_of
from tests import builders

HERE = Caller("1.2.3.4", "Firefox on Android")


def signed_in(actor: Actor) -> Actor:
    """Start a session and return the actor with it."""
    with db.writing() as session:
        token = start_session(session, session.get_one(Account, actor.account_id), "")
    with db.reading() as session:
        live = find_session(session, token)
        assert live
        return live.actor


@pytest.fixture
def rosa(database: str) -> Actor:
    with db.writing() as session:
        builders.add_clinic(session)
        actor = builders.add_person(session, email="rosa@example.com")
    return signed_in(actor)


@pytest.fixture
def app(rosa: Actor) -> TOTP:
    """Turn codes on and return Rosa's app."""
    return set_up(rosa)[0]


def set_up(actor: Actor) -> tuple[TOTP, list[str]]:
    """Turn codes on; return the app and the recovery codes."""
    with db.writing() as session:
        token, shown = begin_app(session, actor)
    one = TOTP(shown.key.replace(" ", ""))
    with db.writing() as session:
        return one, confirm_app_signed_in(session, actor, token, one.at(clock.now()))


def half_way(actor: Actor) -> str:
    """Give the right password; return what the browser holds then."""
    with db.writing() as session:
        account = session.get_one(Account, actor.account_id)
        staff = bool(account.staff_id)
        candidate = log_in.find_candidate(session, account.email, HERE, staff=staff)
        came = log_in.finish_password(session, candidate, HERE, password_ok=True)
    assert isinstance(came, HalfWay)
    return came.token


def give(token: str, code: str, caller: Caller = HERE) -> Admitted | None:
    with db.writing() as session:
        return log_in.finish_code(session, token, code, caller)


def later(app: TOTP, steps: int = 1) -> str:
    """Return a code that comes after the one that turned them on."""
    return app.at(clock.now(), counter_offset=steps)


def test_the_password_alone_starts_no_session(rosa: Actor, app: TOTP) -> None:
    with db.reading() as session:
        before = session.exec(select(LoginSession.id)).all()
    token = half_way(rosa)
    with db.reading() as session:
        assert find_session(session, token) is None
        assert session.exec(select(LoginSession.id)).all() == before
    assert give(token, later(app))


def test_a_code_works_once(rosa: Actor, app: TOTP) -> None:
    """Pyotp itself takes the same one again for as long as it is shown."""
    code = later(app)
    assert give(half_way(rosa), code)
    assert give(half_way(rosa), code) is None


def test_the_code_that_turned_the_codes_on_signs_nobody_in(rosa: Actor, app: TOTP) -> None:
    assert give(half_way(rosa), app.at(clock.now())) is None


def test_a_code_may_be_one_step_off_and_no_more(rosa: Actor, app: TOTP) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        token = half_way(rosa)
        assert give(token, later(app, -2)) is None
        assert give(token, later(app, 2)) is None
        assert give(token, later(app, -1))
        assert give(half_way(rosa), later(app, 0))


def test_of_two_at_once_with_one_code_one_gets_in(rosa: Actor, app: TOTP) -> None:
    code, tokens = later(app), [half_way(rosa) for _n in range(6)]
    came: list[bool] = []
    barrier = threading.Barrier(len(tokens))

    def race(token: str) -> None:
        barrier.wait()
        came.append(give(token, code) is not None)

    threads = [threading.Thread(target=race, args=[token]) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(came) <= 1
    assert len(came) == len(tokens)


def test_what_a_browser_has_begun_works_once_and_not_for_long(rosa: Actor, app: TOTP) -> None:
    token = half_way(rosa)
    assert give(token, later(app))
    soon = clock.now() + timedelta(minutes=2)
    with time_machine.travel(soon, tick=False), pytest.raises(TooLate):
        give(token, later(app, 0))
    old = half_way(rosa)
    with time_machine.travel(clock.now() + LIFETIME, tick=False), pytest.raises(TooLate):
        give(old, later(app, 0))


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 5000])
def test_a_browser_that_gave_no_password_gets_nowhere(rosa: Actor, app: TOTP, token: str) -> None:
    with pytest.raises(TooLate):
        give(token, later(app))


def test_a_step_of_one_kind_is_nothing_for_another(rosa: Actor, app: TOTP) -> None:
    for step in Step:
        if step is not Step.CODE:
            with db.writing() as session:
                token = begin_step(session, step, account_id=rosa.account_id)
            with pytest.raises(TooLate):
                give(token, later(app))


def test_the_code_of_another_account_is_wrong(rosa: Actor, app: TOTP) -> None:
    with db.writing() as session:
        idris = builders.add_person(session, "Idris", email="idris@example.com")
    theirs, codes = set_up(signed_in(idris))
    token = half_way(rosa)
    for code in (later(theirs), codes[0]):
        assert give(token, code) is None


@pytest.mark.parametrize(
    "code",
    ["", "1", "12345", "1234567", "٣٣٣٣٣٣", "12 34", "abcdef", "-12345", "\x00" * 6, "9" * 999],
)
def test_strange_codes_are_wrong_and_nothing_worse(rosa: Actor, app: TOTP, code: str) -> None:
    assert give(half_way(rosa), code) is None


def test_guessing_codes_is_held_up_wherever_it_comes_from(rosa: Actor, app: TOTP) -> None:
    for number in range(10):
        token = half_way(rosa)
        assert give(token, "000000", Caller(f"10.0.0.{number}")) is None
    token = half_way(rosa)
    with pytest.raises(TooMany):
        give(token, later(app), Caller("10.0.0.99"))


def test_a_recovery_code_works_once_and_is_told_by_mail(rosa: Actor) -> None:
    _app, codes = set_up(rosa)
    assert len(set(codes)) == 10
    typed = codes[0].upper().replace("-", " ")
    assert give(half_way(rosa), typed)
    assert give(half_way(rosa), codes[0]) is None
    with db.reading() as session:
        assert second_step_of(session, rosa.account_id or "").codes_left == 9
        mails = session.exec(select(OutboxMessage).order_by(col(OutboxMessage.created_at))).all()
    assert [mail.kind for mail in mails] == [Kind.SECOND_STEP_ON, Kind.RECOVERY_CODE_USED]
    assert mails[1].payload["left"] == 9


def test_new_recovery_codes_end_the_old_ones(rosa: Actor) -> None:
    _app, codes = set_up(rosa)
    with db.writing() as session:
        fresh = fresh_codes(session, rosa)
    assert give(half_way(rosa), codes[0]) is None
    assert give(half_way(rosa), fresh[0])


def test_nothing_in_the_database_makes_a_code(rosa: Actor) -> None:
    app, codes = set_up(rosa)
    with db.reading() as session:
        row = session.get_one(Authenticator, rosa.account_id)
        kept = session.exec(select(RecoveryCode.code_hash)).all()
    assert app.secret not in row.secret
    assert unseal(row.secret) == app.secret
    assert not any(code.replace("-", "") in one for code in codes for one in kept)


def test_with_another_secret_key_no_code_is_right_and_nothing_breaks(
    rosa: Actor, app: TOTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_SECRET_KEY", "another-secret-key-" * 3)
    settings.cache_clear()
    try:
        assert give(half_way(rosa), later(app)) is None
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_a_new_password_leaves_the_second_step_and_ends_what_was_begun(
    rosa: Actor, app: TOTP
) -> None:
    token = half_way(rosa)
    with db.writing() as session:
        old = own_account(session, rosa).password_hash
        service.change_password(session, rosa, old, "new")
    with pytest.raises(TooLate):
        give(token, later(app))
    assert give(half_way(rosa), later(app))


def test_another_app_takes_the_place_of_the_first_one_when_it_is_confirmed(
    rosa: Actor, app: TOTP
) -> None:
    with db.writing() as session:
        token, shown = begin_app(session, rosa)
    assert give(half_way(rosa), later(app))
    new = TOTP(shown.key.replace(" ", ""))
    with db.writing() as session:
        with pytest.raises(Invalid):
            confirm_app_signed_in(session, rosa, token, "000000")
        confirm_app_signed_in(session, rosa, token, new.at(clock.now()))
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        assert give(half_way(rosa), later(app, 0)) is None
        assert give(half_way(rosa), later(new, 0))


def test_an_app_begun_by_one_person_is_not_confirmed_by_another(rosa: Actor) -> None:
    with db.writing() as session:
        idris = builders.add_person(session, "Idris", email="idris@example.com")
    idris = signed_in(idris)
    with db.writing() as session:
        token, shown = begin_app(session, rosa)
    code = TOTP(shown.key.replace(" ", "")).at(clock.now())
    with db.writing() as session, pytest.raises(TooLate):
        confirm_app_signed_in(session, idris, token, code)
    with db.reading() as session:
        assert not second_step_of(session, idris.account_id or "").on


def test_changing_the_second_step_takes_a_fresh_proof(rosa: Actor, app: TOTP) -> None:
    with time_machine.travel(clock.now() + FRESH + timedelta(seconds=1), tick=False):
        for change in (begin_app, turn_off, fresh_codes):
            with db.writing() as session, pytest.raises(PasswordNeeded):
                change(session, rosa)
        assert prove(rosa, password_ok=True, code="") == ["code"]
        assert prove(rosa, password_ok=True, code="000000") == ["code"]
        assert prove(rosa, password_ok=False, code=later(app, 0)) == ["password"]
        assert prove(rosa, password_ok=True, code=later(app, 0)) == []
        with db.writing() as session:
            turn_off(session, rosa)
    with db.reading() as session:
        assert not second_step_of(session, rosa.account_id or "").on
        assert session.exec(select(RecoveryCode.code_hash)).all() == []


def prove(actor: Actor, *, password_ok: bool, code: str) -> list[str]:
    """Try to prove who it is; return the fields that were wrong."""
    with db.writing() as session:
        _about, this = begin_proof(session, actor, HERE)
    with db.writing() as session:
        wrong = finish_proof(session, actor, this, HERE, password_ok=password_ok, code=code)
    return list(wrong)


def test_wrong_proofs_are_held_up(rosa: Actor) -> None:
    for _try in range(5):
        assert prove(rosa, password_ok=False, code="") == ["password"]
    with pytest.raises(TooMany):
        prove(rosa, password_ok=True, code="")


def test_staff_do_not_turn_their_codes_off(database: str) -> None:
    with db.writing() as session:
        builders.add_clinic(session)
        sam = builders.add_staff_account(session, builders.add_staff(session))
    sam = signed_in(sam)
    set_up(sam)
    with db.writing() as session, pytest.raises(NotAllowed):
        turn_off(session, sam)


def test_an_account_that_is_not_confirmed_has_no_second_step(database: str) -> None:
    with db.writing() as session:
        builders.add_clinic(session)
        mira = builders.add_person(session, "Mira", verified=False)
    mira = signed_in(mira)
    with db.writing() as session, pytest.raises(NotAllowed, match="confirm your email"):
        begin_app(session, mira)


def test_who_lost_app_and_codes_is_helped_in_by_the_operator(rosa: Actor, app: TOTP) -> None:
    token = half_way(rosa)
    with db.writing() as session:
        assert "No patient" in forget_app_of(session, "nobody@example.com")
        assert second_step_of(session, rosa.account_id or "").on
        assert "off" in forget_app_of(session, "Rosa@example.com")
    with pytest.raises(TooLate):
        give(token, later(app))
    with db.writing() as session:
        candidate = log_in.find_candidate(session, "rosa@example.com", HERE)
        came = log_in.finish_password(session, candidate, HERE, password_ok=True)
        assert isinstance(came, Admitted)
        mails = session.exec(select(OutboxMessage.kind)).all()
    assert Kind.SECOND_STEP_OFF in mails
