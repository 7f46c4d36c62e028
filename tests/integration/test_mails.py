"""Which mail goes to whom, what it says, and what it keeps to itself."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup
from sqlmodel import col, select, update

from portal import clock
from portal.account.links import Purpose, make_link, peek, use
from portal.account.not_me import detach
from portal.clinic import ClinicInfo
from portal.db import reading, writing
from portal.errors import Invalid
from portal.family import wording
from portal.ids import PatientId
from portal.models import Account, AuditEntry, Grant, MailLink, Patient, Visit
from portal.notifications.letter import Face, Item, Letter, Link, Part
from portal.notifications.post import SmtpPost
from portal.notifications.render import to_message
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import SIX, Actor, Permission
from portal.sharing.change import give, give_up, withdraw
from portal.sharing.relate import remove
from tests.builders import (
    add_account,
    add_clinic,
    add_family_member,
    add_patient,
    add_person,
    add_practitioner,
    add_service,
    add_staff,
    add_visit,
    in_days,
    local,
    relate,
)
from tests.builders import give as grant
from tests.outbox import deliver_all, rows
from tests.servers.mail import MailServer

NASTY = "Ro\r\nBcc: all@example.test\u202e<b>sa</b> & http://evil.example.com"

LIKE_MARKUP = (
    "<b>Rosa</b>",
    "{{ 7 * 7 }}{% raw %}",
    "<mj-raw><script>1</script></mj-raw>",
    "</mj-text></mj-column><mj-image src='x' />",
    '<mj-include path="/etc/passwd" />',
    "]]>",
    "<![CDATA[x]]>",
    "<!-- Rosa",
    "Rosa --><![endif]-->",
    "&amp; &lt;b&gt; &#60; &bogus;",
    "\"Rosa\" 'Marlow' onclick=x",
    "\\u{3c}b\\u{3e}",
    "Zoë-Ängström 李明 👩‍👧",
)


@pytest.fixture
def mail(database: str, smtp_server: MailServer) -> MailServer:
    """Give the mail server of a small clinic."""
    with writing() as session:
        add_clinic(session)
    return smtp_server


def send(mail: MailServer) -> list[EmailMessage]:
    """Let the worker send what is queued; return what arrived by it."""
    before = len(mail.messages)
    deliver_all(SmtpPost(mail.url, "localhost"))
    assert all(row.done_at for row in rows()), [row.error for row in rows()]
    return mail.messages[before:]


def text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def html(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return part.get_content()


def link_in(message: EmailMessage, path: str) -> str:
    """Return the token of the link to ``path``, which is the same in both forms of the mail."""
    found = re.search(rf"http://localhost:3000{path}\?token=([\w-]+)", text(message))
    assert found
    assert f'href="{found[0]}"' in html(message)
    return found[1]


def couple(*permissions: Permission) -> tuple[Actor, Actor]:
    """Add Rosa and Idris, who holds ``permissions`` on her."""
    with writing() as session:
        rosa = add_person(session, "Rosa", email="rosa@example.test")
        idris = add_person(session, "Idris", email="idris@example.test")
        grant(session, relate(session, rosa.me, idris.me), rosa.me, idris.me, *permissions)
    return rosa, idris


def book(patient_id: str, booked_by: str) -> str:
    """Add a visit of a service with a telling name, and queue its mail."""
    with writing() as session:
        service = add_service(session, "Mole check")
        practitioner = add_practitioner(session, [service])
        visit_id = add_visit(
            session,
            patient_id,
            practitioner,
            service,
            local(in_days(3), 9, 30),
            booked_by=booked_by,
        )
        queue(session, Kind.VISIT_BOOKED, visit_id=visit_id, sequence=0)
    return visit_id


class TestAccountMails:
    """What an account's own address is told."""

    def test_a_new_address_is_asked_to_be_confirmed(self, mail: MailServer) -> None:
        with writing() as session:
            actor = add_person(session, email="New@example.test", verified=False)
            queue(session, Kind.SIGNED_UP, account_id=actor.account_id)
        (message,) = send(mail)
        assert message["To"] == "New@example.test"
        with writing() as session:
            link = use(session, Purpose.VERIFY, link_in(message, "/verify"))
            assert link.account_id == actor.account_id

    @pytest.mark.parametrize("kind", [Kind.SIGNED_UP, Kind.LOGIN_UNVERIFIED])
    def test_a_known_address_is_told_that_it_has_an_account(
        self, mail: MailServer, kind: Kind
    ) -> None:
        with writing() as session:
            add_person(session, email="rosa@example.test")
            second = add_person(session, email="Rosa@example.test", verified=False)
            queue(session, kind, account_id=second.account_id)
        (message,) = send(mail)
        assert message["Subject"] == "You already have an account"
        assert "Nobody else was told" in text(message)
        assert "/verify" not in text(message)

    def test_what_is_confirmed_or_closed_meanwhile_gets_no_link(self, mail: MailServer) -> None:
        with writing() as session:
            for closed in (True, False):
                actor = add_account(session, add_patient(session), closed=closed)
                queue(session, Kind.SIGNED_UP, account_id=actor.account_id)
        assert send(mail) == []

    def test_a_reset_goes_to_the_address_of_the_account_and_to_nobody_unknown(
        self, mail: MailServer
    ) -> None:
        with writing() as session:
            actor = add_person(session, email="Rosa@example.test")
            for key in ("rosa@example.test", "nobody@example.test"):
                queue(session, Kind.RESET_ASKED, email_key=key, email="other@example.test")
        (message,) = send(mail)
        assert message["To"] == "Rosa@example.test"
        with writing() as session:
            link = use(session, Purpose.RESET, link_in(message, "/reset/new"))
            assert link.account_id == actor.account_id

    def test_a_reset_before_the_address_is_confirmed_confirms_it_first(
        self, mail: MailServer
    ) -> None:
        with writing() as session:
            add_person(session, email="rosa@example.test", verified=False)
            queue(session, Kind.RESET_ASKED, email_key="rosa@example.test", email="")
        (message,) = send(mail)
        link_in(message, "/verify")

    def test_a_welcome_and_a_changed_password_are_told_to_their_owner(
        self, mail: MailServer
    ) -> None:
        with writing() as session:
            actor = add_person(session, email="rosa@example.test")
            queue(session, Kind.WELCOME, account_id=actor.account_id)
            queue(session, Kind.PASSWORD_CHANGED, account_id=actor.account_id)
        subjects = {message["Subject"] for message in send(mail)}
        assert subjects == {"Your email is confirmed", "Your password was changed"}


class TestLinks:
    """Single-use links, as they are stored and used."""

    @pytest.mark.usefixtures("database")
    def test_a_link_works_once_for_one_purpose_and_only_its_hash_is_kept(
        self,
    ) -> None:
        with writing() as session:
            account_id = add_person(session).account_id
            token = make_link(session, Purpose.RESET, account_id=account_id)
            other = make_link(session, Purpose.RESET, account_id=account_id)
        with writing() as session:
            assert peek(session, Purpose.VERIFY, token) is None
            assert peek(session, Purpose.RESET, token) is not None
            stored = session.exec(select(MailLink.token_hash)).all()
            assert token not in stored
            use(session, Purpose.RESET, token)
            refused = []
            # Used, ended by the other one's use, for something else, unknown.
            for purpose, one in (
                (Purpose.RESET, token),
                (Purpose.RESET, other),
                (Purpose.VERIFY, token),
                (Purpose.RESET, "x"),
            ):
                assert peek(session, purpose, one) is None
                with pytest.raises(Invalid) as error:
                    use(session, purpose, one)
                refused.append(error.value.errors)
            assert all(errors == refused[0] for errors in refused)

    @pytest.mark.usefixtures("database")
    @pytest.mark.parametrize(
        ("purpose", "hours"), [(Purpose.VERIFY, 168), (Purpose.RESET, 1), (Purpose.NOT_ME, 336)]
    )
    def test_a_link_ends_after_its_time(
        self, monkeypatch: pytest.MonkeyPatch, purpose: Purpose, hours: int
    ) -> None:
        made = clock.now()
        with writing() as session:
            token = make_link(session, purpose, account_id=add_person(session).account_id)
        for late, works in (
            (timedelta(hours=hours, minutes=-1), True),
            (timedelta(hours=hours, minutes=1), False),
        ):
            monkeypatch.setattr(clock, "now", lambda late=late: made + late)
            with reading() as session:
                assert (peek(session, purpose, token) is not None) is works
        with writing() as session, pytest.raises(Invalid):
            use(session, purpose, token)


class TestAccessMails:
    """What owners and holders are told of permissions."""

    def test_the_owner_reads_exactly_what_is_new_and_what_was_before(
        self, mail: MailServer
    ) -> None:
        rosa, idris = couple(Permission.BOOK)
        with writing() as session:
            staff = add_staff(session)
            give(session, staff, rosa.me, {idris.me: [Permission.BOOK, Permission.BILL_TO_ACCOUNT]})
        (message,) = send(mail)
        words = text(message)
        assert message["To"] == "rosa@example.test"
        assert message["Subject"] == "New access to your information"
        assert "this email is about your own profile, Rosa Marlow." in words.split("\n\n")[1]
        new, before = words.split("What Idris could do before")
        assert "Bill to my account: Idris can pay for Idris’s own visits" in new
        assert wording.label(Permission.BOOK) not in new
        assert "Idris can book, move and cancel your visits" in before
        assert "Sam at our clinic made this change on" in before
        assert "Call 555-0100" in before

    def test_one_change_for_two_holders_is_one_mail(self, mail: MailServer) -> None:
        with writing() as session:
            rosa = add_person(session, email="rosa@example.test")
            members = [add_family_member(session, rosa, name) for name in ("Theo", "Mina")]
            give(session, rosa, rosa.me, {id_: [Permission.BILL_TO_ACCOUNT] for id_ in members})
        (message,) = send(mail)
        assert "Theo, Mina can now do more for you" in text(message) or (
            "Mina, Theo can now do more for you" in text(message)
        )
        assert "You made this change on" in text(message)

    def test_somebody_added_is_told_by_whom_and_can_say_that_it_is_not_them(
        self, mail: MailServer
    ) -> None:
        rosa, anton = self._add_anton("anton@example.test")
        (message,) = send(mail)
        assert message["To"] == "anton@example.test"
        assert text(message).startswith(
            "Rosa Marlow added you\n\nThis email is about the profile of Anton Marlow.\n"
        )
        for permission in SIX:
            assert wording.label(permission) in text(message)
        assert "Rosa cannot use Anton’s cards" in text(message)
        token = link_in(message, "/not-me")

        visit_id = book(anton, rosa.name)
        with writing() as session:
            detach(session, token)
        told = send(mail)
        assert {m["To"] for m in told} == {"rosa@example.test"}
        assert "Visit booked" in told[1]["Subject"] or "Visit booked" in told[0]["Subject"]
        assert any("says that it is somebody else’s" in text(m) for m in told)
        with writing() as session:
            assert session.get_one(Patient, anton).contact_email is None
            assert session.get_one(Visit, visit_id).cancelled_at is None
            assert "profile.not_me" in session.exec(select(AuditEntry.action)).all()
            with pytest.raises(Invalid):
                detach(session, token)

    def test_a_child_with_the_adders_address_is_named_and_no_link_is_offered(
        self, mail: MailServer
    ) -> None:
        self._add_anton("ROSA@example.test")
        (message,) = send(mail)
        first = text(message).split("\n\n")[1]
        assert first == "This email is about the profile of Anton Marlow."
        assert "This address is also Rosa’s own" in text(message)
        assert "/not-me" not in text(message)

    def test_not_me_still_works_when_whoever_added_the_profile_has_removed_it(
        self, mail: MailServer
    ) -> None:
        rosa, anton = self._add_anton("anton@example.test")
        (message,) = send(mail)
        with writing() as session:
            remove(session, rosa, anton, quiet=True)
            detach(session, link_in(message, "/not-me"))
        with writing() as session:
            assert session.get_one(Patient, anton).contact_email is None

    def test_not_me_stays_when_somebody_else_is_removed(self, mail: MailServer) -> None:
        _rosa, anton = self._add_anton("anton@example.test")
        (message,) = send(mail)
        with writing() as session:
            idris = add_person(session, "Idris")
            relate(session, anton, idris.me)
            remove(session, idris, anton, quiet=True)
            assert peek(session, Purpose.NOT_ME, link_in(message, "/not-me")) is not None

    def _add_anton(self, email: str) -> tuple[Actor, PatientId]:
        with writing() as session:
            rosa = add_person(session, "Rosa", email="rosa@example.test")
            anton = add_family_member(session, rosa, "Anton")
            session.get_one(Patient, anton).contact_email = email
            session.flush()
            give(session, rosa, anton, {rosa.me: SIX})
        return rosa, anton

    def test_a_holder_is_told_what_ended_without_a_reason(self, mail: MailServer) -> None:
        rosa, idris = couple(Permission.BOOK, Permission.CALENDAR)
        with writing() as session:
            withdraw(session, rosa, rosa.me, idris.me, [Permission.CALENDAR])
        (message,) = send(mail)
        assert message["To"] == "idris@example.test"
        assert "See appointments in calendar subscriptions" in text(message)
        assert wording.label(Permission.BOOK) not in text(message)

    def test_what_was_given_back_meanwhile_is_not_told_as_lost(self, mail: MailServer) -> None:
        rosa, idris = couple(Permission.BOOK)
        with writing() as session:
            withdraw(session, rosa, rosa.me, idris.me, [Permission.BOOK])
            give(session, rosa, rosa.me, {idris.me: [Permission.BOOK]})
        assert [m["Subject"] for m in send(mail)] == ["New access to your information"]

    def test_an_owner_is_told_what_was_given_up(self, mail: MailServer) -> None:
        rosa, idris = couple(Permission.BOOK)
        with writing() as session:
            give_up(session, idris, rosa.me, [Permission.BOOK])
        (message,) = send(mail)
        assert message["To"] == "rosa@example.test"
        assert "Idris Marlow chose to stop" in text(message)

    def test_the_end_of_a_relationship_is_told_to_the_other_one_only(
        self, mail: MailServer
    ) -> None:
        rosa, idris = couple(Permission.BOOK)
        with writing() as session:
            remove(session, rosa, idris.me)
        (message,) = send(mail)
        assert message["To"] == "idris@example.test"
        assert message["Subject"] == "A family link has ended"

    def test_nobody_is_told_what_they_did_themselves_through_a_shared_mailbox(
        self, mail: MailServer
    ) -> None:
        with writing() as session:
            rosa = add_person(session, email="rosa@example.test")
            theo = add_family_member(session, rosa, "Theo", Permission.BOOK, Permission.CALENDAR)
            session.get_one(Patient, theo).contact_email = "Rosa@Example.test"
            session.flush()
            give_up(session, rosa, theo, [Permission.BOOK])
            remove(session, rosa, theo)
        assert send(mail) == []


class TestVisitMails:
    """Who is told of a visit."""

    def test_patient_copy_holder_and_booker_get_a_mail_each(self, mail: MailServer) -> None:
        rosa, _idris = couple(Permission.NOTIFICATIONS)
        with writing() as session:
            june = add_person(session, "June", email="june@example.test")
            link = relate(session, rosa.me, june.me)
            grant(session, link, rosa.me, june.me, Permission.BOOK)
        book(rosa.me, june.name)
        messages = send(mail)
        assert {m["To"] for m in messages} == {
            "rosa@example.test",
            "idris@example.test",
            "june@example.test",
        }
        assert all(len(recipients) == 1 for recipients in mail.recipients)
        assert all(m["Cc"] is None and m["Bcc"] is None for m in messages)
        for message in messages:
            whose = text(message).split("\n\n")[1]
            own = message["To"] == "rosa@example.test"
            assert ("your own visit" if own else "a visit of Rosa Marlow") in whose
            assert "Mole" not in str(message["Subject"])
            assert "9:30 (Vancouver time)" in text(message)

    def test_two_with_one_mailbox_get_one_mail(self, mail: MailServer) -> None:
        with writing() as session:
            rosa = add_person(session, "Rosa", email="rosa@example.test")
            theo = add_family_member(session, rosa, "Theo", Permission.NOTIFICATIONS)
            session.get_one(Patient, theo).contact_email = "ROSA@example.test"
        book(theo, rosa.name)
        (message,) = send(mail)
        assert "This email is about a visit of Theo Marlow." in text(message)

    @pytest.mark.parametrize("after_fan_out", [False, True])
    def test_a_copy_is_not_sent_once_the_permission_ended(
        self, mail: MailServer, *, after_fan_out: bool
    ) -> None:
        rosa, _idris = couple(Permission.NOTIFICATIONS)
        book(rosa.me, rosa.name)
        if after_fan_out:
            self._fan_out()
        with writing() as session:
            session.exec(update(Grant).values(ended_at=clock.now()))
        assert [m["To"] for m in send(mail)] == ["rosa@example.test"]

    def test_a_booker_who_may_no_longer_see_the_visit_gets_no_mail(self, mail: MailServer) -> None:
        rosa, idris = couple(Permission.BOOK)
        book(rosa.me, idris.name)
        with writing() as session:
            withdraw(session, rosa, rosa.me, idris.me, [Permission.BOOK])
        assert "idris@example.test" not in [
            m["To"] for m in send(mail) if "Visit" in str(m["Subject"])
        ]

    def test_one_mailbox_still_gets_the_mail_for_who_may_still_know(self, mail: MailServer) -> None:
        with writing() as session:
            rosa = add_person(session, "Rosa", email="rosa@example.test")
            theo = add_family_member(session, rosa, "Theo", Permission.NOTIFICATIONS)
            session.get_one(Patient, theo).contact_email = "rosa@example.test"
        book(theo, "system")
        self._fan_out()
        with writing() as session:
            session.get_one(Patient, theo).contact_email = None
        (message,) = send(mail)
        assert message["To"] == "rosa@example.test"

    def test_a_visit_cancelled_at_once_is_told_as_cancelled_only(self, mail: MailServer) -> None:
        rosa, _idris = couple()
        visit_id = book(rosa.me, rosa.name)
        with writing() as session:
            visit = session.get_one(Visit, visit_id)
            visit.cancelled_at, visit.cancelled_by = clock.now(), rosa.name
            queue(session, Kind.VISIT_CANCELLED, visit_id=visit_id, sequence=1)
        (message,) = send(mail)
        assert str(message["Subject"]).startswith("Visit cancelled: ")
        assert "Your visit is cancelled" in text(message)
        assert "Cancelled by: You" in text(message)

    def test_a_second_fan_out_queues_nothing_more(self, mail: MailServer) -> None:
        rosa, _idris = couple(Permission.NOTIFICATIONS)
        visit_id = book(rosa.me, rosa.name)
        assert len(send(mail)) == 2
        with writing() as session:
            queue(session, Kind.VISIT_BOOKED, visit_id=visit_id, sequence=0)
        assert send(mail) == []

    def test_a_closed_account_gets_no_mail(self, mail: MailServer) -> None:
        rosa, _idris = couple()
        with writing() as session:
            session.exec(
                update(Account)
                .where(col(Account.patient_id) == rosa.me)
                .values(closed_at=clock.now())
            )
        book(rosa.me, "system")
        assert send(mail) == []

    def _fan_out(self) -> None:
        """Carry out the fan-out and none of its mails."""
        from portal.notifications.visit_letters import fan_out
        from portal.outbox.claim import claim, finish, release

        with writing() as session:
            (message,) = claim(session, "test")
            fan_out(session, message)
            finish(session, message)
            release(session, "test")


class TestNames:
    """Names and addresses are data."""

    def test_a_name_is_harmless_in_headers_text_and_html(self, mail: MailServer) -> None:
        rosa, idris = couple()
        with writing() as session:
            patient = session.get_one(Patient, rosa.me)
            patient.first_name, patient.last_name = NASTY, "x" * 100
            queue(session, Kind.WELCOME, account_id=rosa.account_id)
            give(session, rosa, rosa.me, {idris.me: [Permission.BOOK]})
        book(rosa.me, rosa.name)
        for message in send(mail):
            assert message["Bcc"] is None
            assert message["To"] == "rosa@example.test"
            assert len(message.get_all("Subject", [])) == 1
            assert "\u202e" not in text(message) + html(message)
            assert "evil.example.com" not in text(message) + html(message)
            assert "\nBcc" not in text(message)
            assert "<b>sa" not in html(message)
            page = BeautifulSoup(html(message), "html.parser")
            assert page.find("b") is None
            assert "Ro Bcc all example. test<b>sa< b> &" in page.get_text()
            lines = message.as_bytes().split(b"\n")
            assert max(len(line) for line in lines) < 998

    @pytest.mark.parametrize("name", LIKE_MARKUP)
    def test_a_name_that_looks_like_markup_is_read_as_it_was_typed(self, name: str) -> None:
        page = BeautifulSoup(html(self._filled_with(name)), "html.parser")
        plain = BeautifulSoup(html(self._filled_with("Rosa")), "html.parser")
        assert [tag.name for tag in page.find_all()] == [tag.name for tag in plain.find_all()]
        for tag in ("h1", "h2", "p", "li", "strong", "a"):
            texts = [" ".join(found.get_text().split()) for found in page.find_all(tag)]
            assert any(name in found for found in texts), tag

    @pytest.mark.parametrize("sign", ["\x00", "\x08", "\x0b", "\x1b", "\ufffe", "\uffff", "\ud800"])
    def test_a_sign_that_no_mail_can_hold_is_left_out(self, sign: str) -> None:
        message = self._filled_with(f"Ro{sign}sa")
        assert "Rosa" in text(message)
        assert "Rosa" in html(message)
        assert sign not in text(message) + html(message)

    def test_a_mail_fetches_nothing_from_anywhere(self) -> None:
        page = BeautifulSoup(html(self._filled_with("Rosa")), "html.parser")
        assert page.find_all(["img", "link", "script"]) == []
        assert "@import" not in str(page)
        assert "url(" not in str(page)

    def _filled_with(self, name: str) -> EmailMessage:
        """Write a mail that has every part a letter can have, with ``name`` in all its texts."""
        item = Item(name, name, name)
        letter = Letter(
            to="rosa@example.test",
            subject="Every part",
            heading=name,
            opening=(name,),
            parts=(
                Part(name, name, (item, item), face=Face("RM", 3)),
                Part(name, name, (item, item)),
            ),
            button=Link(name, "https://portal.example.test/a?b=1&c=2"),
            other=Link(name, "https://portal.example.test/"),
            closing=(name,),
            why=name,
        )
        clinic = ClinicInfo(
            name=name,
            phone=name,
            address=name,
            zone="UTC",
            opening=name,
            region="CA",
            currency="CAD",
            allow_related_profiles=True,
            patients_manage_sharing=True,
        )
        return to_message(letter, clinic, "0")

    def test_a_right_to_left_name_is_kept_apart_from_its_surroundings(
        self, mail: MailServer
    ) -> None:
        rosa, _idris = couple()
        with writing() as session:
            session.get_one(Patient, rosa.me).first_name = "نور"
            queue(session, Kind.WELCOME, account_id=rosa.account_id)
        (message,) = send(mail)
        assert "Welcome, \u2068نور\u2069\n" in text(message)

    @pytest.mark.parametrize("email", ["rosa@exämple.test", "ros\u00e4@example.test"])
    def test_an_address_with_letters_beyond_ascii_is_reached(
        self, mail: MailServer, email: str
    ) -> None:
        with writing() as session:
            rosa = add_person(session, email=email)
            queue(session, Kind.WELCOME, account_id=rosa.account_id)
        assert len(send(mail)) == 1
        assert mail.recipients[-1] in ([email], ["rosa@xn--exmple-cua.test"])

    @pytest.mark.parametrize(
        "email", ["a@example.test\r\nBcc: b@example.test", "a@example.test, b@example.test", ""]
    )
    def test_an_address_that_is_none_reaches_nobody(self, mail: MailServer, email: str) -> None:
        with writing() as session:
            rosa = add_person(session)
            session.get_one(Account, rosa.account_id).email = email
            queue(session, Kind.WELCOME, account_id=rosa.account_id)
        deliver_all(SmtpPost(mail.url, "localhost"))
        assert mail.messages == []
        assert rows()[0].error == "ValueError"


def test_every_kind_becomes_a_letter_or_a_fan_out() -> None:
    from portal.notifications.compose import COMPOSERS

    assert {*COMPOSERS, Kind.VISIT_BOOKED, Kind.VISIT_CANCELLED} == set(Kind)


def test_both_forms_of_a_mail_say_the_same(mail: MailServer) -> None:
    rosa, idris = couple()
    with writing() as session:
        give(session, rosa, rosa.me, {idris.me: SIX})
    (message,) = send(mail)
    page = BeautifulSoup(html(message), "html.parser").get_text(" ")
    plain = {w for w in re.findall(r"[\w’]+", text(message)) if not w.startswith("http")}
    seen = set(re.findall(r"[\w’]+", page))
    assert plain - seen <= {"localhost", "3000", "account", "sharing"}
