"""Both forms of a mail say the same, and whatever a name holds is only read."""

import re
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup

from portal.clinic import ClinicInfo
from portal.db import writing
from portal.models import Account, Patient
from portal.notifications.letter import Face, Item, Letter, Link, Part
from portal.notifications.post import SmtpPost
from portal.notifications.render import to_message
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import SIX, Permission
from portal.sharing.change import give
from tests.builders import (
    add_person,
)
from tests.mails import book, couple, html, send, text
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


def test_both_forms_of_a_mail_say_the_same(mail: MailServer) -> None:
    rosa, idris = couple()
    with writing() as session:
        give(session, rosa, rosa.me, {idris.me: SIX})
    (message,) = send(mail)
    page = BeautifulSoup(html(message), "html.parser").get_text(" ")
    plain = {w for w in re.findall(r"[\w’]+", text(message)) if not w.startswith("http")}
    seen = set(re.findall(r"[\w’]+", page))
    assert plain - seen <= {"localhost", "3000", "account", "sharing"}
