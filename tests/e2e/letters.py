"""Mails as their readers use them: found by address and subject, links followed."""

import re
from email.message import EmailMessage

from tests.servers.mail import MailServer


def wait_for_mail(server: MailServer, address: str, subject: str) -> EmailMessage:
    """Wait for a mail to an address whose subject contains these words."""
    return server.wait_for(
        lambda message: address in str(message["to"]) and subject in str(message["subject"])
    )


def link_in(message: EmailMessage, path: str) -> str:
    """Return the link that leads to a path of the portal, secret included.

    Raises:
        AssertionError: the mail has none.
    """
    found = re.search(rf"https?://[^/\s]+({re.escape(path)}\?[^\s\"<>]+)", text_of(message))
    assert found, f"no link to {path} in {message['subject']}"
    return found[1]


def text_of(message: EmailMessage) -> str:
    """Return the plain text of a mail."""
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content()
