"""Another address to sign in with: only the link sent there changes it, and the old one hears."""

from datetime import timedelta

import pytest
import time_machine

from portal import clock, db
from portal.account import service
from portal.account.fresh import FRESH, PasswordNeeded
from portal.account.links import LIFETIME, Purpose, make_link, peek
from portal.account.new_email import NewEmail, ask_new_email, use_new_email
from portal.account.sessions import find_session, start_session
from portal.errors import Invalid, NotAllowed
from portal.models import Account, Patient
from portal.notifications.compose import compose
from portal.notifications.letter import Letter
from portal.outbox.claim import claim, finish
from portal.permissions import Actor
from tests import builders

OLD, NEW = "rosa@example.com", "rosa.new@example.com"


@pytest.fixture
def rosa(database: str) -> Actor:
    with db.writing() as session:
        builders.add_clinic(session)
        actor = builders.add_person(session, email=OLD)
        token = start_session(session, session.get_one(Account, actor.account_id), "")
        live = find_session(session, token)
        assert live
        return live.actor


def ask(actor: Actor, email: str = NEW) -> None:
    with db.writing() as session:
        ask_new_email(session, actor, NewEmail(email=email))


def mails() -> dict[str, Letter]:
    """Write what is queued; return the letters by who gets them."""
    with db.writing() as session:
        found = [(one, compose(session, one)) for one in claim(session, "worker")]
        for one, _letter in found:
            finish(session, one)
    return {letter.to: letter for _one, letter in found if letter}


def link(letter: Letter) -> str:
    assert letter.button
    return letter.button.url.partition("token=")[2]


def use(token: str, actor: Actor | None = None, *, password_ok: bool = True) -> list[str]:
    with db.writing() as session:
        return use_new_email(session, actor, token, password_ok=password_ok)


def email_of(actor: Actor) -> str:
    with db.reading() as session:
        return session.get_one(Account, actor.account_id).email


def test_asking_changes_nothing_and_using_the_link_does(rosa: Actor) -> None:
    with db.writing() as session:
        other = start_session(session, session.get_one(Account, rosa.account_id), "")
    ask(rosa)
    assert email_of(rosa) == OLD
    sent = mails()
    assert set(sent) == {OLD, NEW}
    assert "asked for" in sent[OLD].subject
    assert len(use(link(sent[NEW]), rosa)) == 1
    assert email_of(rosa) == NEW
    with db.reading() as session:
        assert session.get_one(Patient, rosa.me).contact_email == NEW
        assert find_session(session, other) is None
    told = mails()
    assert set(told) == {OLD}
    # Whoever reads the old mailbox now gets nothing there that opens the account.
    assert told[OLD].button is None
    with pytest.raises(Invalid):
        use(link(sent[NEW]), rosa)


def test_a_patients_own_contact_address_stays_where_it_was_another_one(rosa: Actor) -> None:
    with db.writing() as session:
        session.get_one(Patient, rosa.me).contact_email = "family@example.com"
    ask(rosa)
    use(link(mails()[NEW]))
    with db.reading() as session:
        assert session.get_one(Patient, rosa.me).contact_email == "family@example.com"


def test_elsewhere_the_link_works_and_signs_everybody_out(rosa: Actor) -> None:
    ask(rosa)
    assert use(link(mails()[NEW])) == [rosa.session_id]


def test_a_click_of_the_address_owner_alone_changes_nothing(rosa: Actor) -> None:
    with db.writing() as session:
        idris = builders.add_person(session, "Idris", email="idris@example.com")
    ask(rosa)
    token = link(mails()[NEW])
    for reader in (None, idris):
        with pytest.raises(Invalid, match="not the password"):
            use(token, reader, password_ok=False)
    assert email_of(rosa) == OLD
    use(token, rosa, password_ok=False)  # where the account is signed in
    assert email_of(rosa) == NEW


def test_links_in_the_mailbox_left_behind_work_no_more(rosa: Actor) -> None:
    with db.writing() as session:
        tokens = {
            purpose: make_link(
                session, purpose, account_id=rosa.account_id, patient_id=patient_id, about=about
            )
            for purpose, patient_id, about in (
                (Purpose.RESET, None, None),
                (Purpose.ASK, rosa.me, "request"),
            )
        }
    ask(rosa)
    use(link(mails()[NEW]), rosa)
    with db.reading() as session:
        assert [peek(session, purpose, token) for purpose, token in tokens.items()] == [None] * 2


def test_a_known_address_gets_another_mail_and_the_same_answer(rosa: Actor) -> None:
    with db.writing() as session:
        builders.add_person(session, "Idris", email=NEW)
    ask(rosa)
    sent = mails()
    assert sent[NEW].subject == "You already have an account"
    assert "token" not in str(sent[NEW].button)
    assert "asked for" in sent[OLD].subject


def test_an_address_that_was_taken_meanwhile_is_not_taken_over(rosa: Actor) -> None:
    ask(rosa)
    token = link(mails()[NEW])
    with db.writing() as session:
        builders.add_person(session, "Idris", email=NEW)
    with pytest.raises(Invalid, match="belongs to another account"):
        use(token)
    assert email_of(rosa) == OLD


def test_a_new_password_stops_a_link_sent_and_one_not_sent_yet(rosa: Actor) -> None:
    ask(rosa)
    token = link(mails()[NEW])
    ask(rosa, "third@example.com")
    with db.writing() as session:
        service.change_password(session, rosa, "", "new")
    assert "third@example.com" not in mails()
    with pytest.raises(Invalid):
        use(token)


def test_asking_again_ends_the_first_link(rosa: Actor) -> None:
    ask(rosa)
    first = link(mails()[NEW])
    ask(rosa, "third@example.com")
    with pytest.raises(Invalid):
        use(first)
    use(link(mails()["third@example.com"]))
    assert email_of(rosa) == "third@example.com"


def test_it_takes_a_fresh_proof_and_a_confirmed_address(rosa: Actor) -> None:
    stale = clock.now() + FRESH + timedelta(seconds=1)
    with time_machine.travel(stale, tick=False), pytest.raises(PasswordNeeded):
        ask(rosa)
    with pytest.raises(Invalid, match="present email"):
        ask(rosa, OLD.upper())
    with db.writing() as session:
        session.get_one(Account, rosa.account_id).verified_at = None
    with pytest.raises(NotAllowed):
        ask(rosa)
    assert mails() == {}


def test_the_link_is_too_old_after_a_day_and_nothing_for_other_purposes(rosa: Actor) -> None:
    ask(rosa)
    token = link(mails()[NEW])
    with db.writing() as session:
        reset = make_link(session, Purpose.RESET, account_id=rosa.account_id)
    with pytest.raises(Invalid):
        use(reset)
    after = clock.now() + LIFETIME[Purpose.NEW_EMAIL]
    with time_machine.travel(after, tick=False), pytest.raises(Invalid):
        use(token)
    with db.writing() as session, pytest.raises(Invalid):
        service.set_password_by_link(session, token, "theirs")


def test_another_persons_browser_changes_the_address_of_its_owner_only(rosa: Actor) -> None:
    with db.writing() as session:
        idris = builders.add_person(session, "Idris", email="idris@example.com")
    ask(rosa)
    use(link(mails()[NEW]), idris)
    assert (email_of(rosa), email_of(idris)) == (NEW, "idris@example.com")
