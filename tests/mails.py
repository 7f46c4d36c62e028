"""Send what the outbox holds to a mail server of the tests, and read what arrives."""

import re
from email.message import EmailMessage

from portal.db import writing
from portal.models import Visit
from portal.notifications.post import SmtpPost
from portal.permissions import Actor, Permission
from portal.visits.tell import tell_booked
from tests.builders import (
    add_person,
    add_practitioner,
    add_service,
    add_visit,
    in_days,
    local,
    relate,
)
from tests.builders import give as grant
from tests.outbox import deliver_all, let_undo_pass, rows
from tests.servers.mail import MailServer


def send(mail: MailServer) -> list[EmailMessage]:
    """Let the worker send what is queued; return what arrived by it."""
    before = len(mail.messages)
    deliver_all(SmtpPost(mail.url, "localhost"))
    assert all(row.done_at for row in rows()), [row.error for row in rows()]
    return mail.messages[before:]


def text(message: EmailMessage) -> str:
    """Return the mail as plain text."""
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def html(message: EmailMessage) -> str:
    """Return the mail as HTML."""
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
    """Add a visit of a service with a telling name, and queue its mail, which is due."""
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
        tell_booked(session, [session.get_one(Visit, visit_id)])
    let_undo_pass()
    return visit_id
