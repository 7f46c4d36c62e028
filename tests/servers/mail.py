"""A real SMTP server that keeps what it is sent."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.processes import free_port


class MailServer:
    """The messages that arrived, in the order they did, and how the server answers."""

    def __init__(self, port: int) -> None:
        """Begin with an empty mailbox."""
        self.port = port
        self.url = f"smtp://127.0.0.1:{port}"
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answer = "250 Message accepted for delivery"
        """What every message is answered; a test sets "451 ..." or "550 ..." to refuse them."""

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a message, unless the answer is a refusal."""
        if self.answer.startswith("2"):
            content = envelope.original_content or b""
            message = message_from_bytes(content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
            self.recipients.append(list(envelope.rcpt_tos))
        return self.answer

    def to(self, address: str) -> list[EmailMessage]:
        """Return the messages delivered to one address."""
        pairs = zip(self.messages, self.recipients, strict=True)
        return [message for message, recipients in pairs if address in recipients]

    def wait_for(
        self, wanted: Callable[[EmailMessage], bool], within: float = 10.0
    ) -> EmailMessage:
        """Wait for a message and return it.

        Raises:
            AssertionError: none such came within ``within`` seconds.
        """
        until = time.monotonic() + within
        while time.monotonic() < until:
            for message in list(self.messages):
                if wanted(message):
                    return message
            time.sleep(0.05)
        subjects = [str(message["subject"]) for message in self.messages]
        raise AssertionError(f"No such mail in {within} s; there are {subjects}.")

    def clear(self) -> None:
        """Empty the mailbox and accept mail again."""
        self.messages.clear()
        self.recipients.clear()
        self.answer = "250 Message accepted for delivery"


@contextmanager
def mail_server(**how: Any) -> Iterator[MailServer]:
    """Run a mail server on a free port; ``how`` goes to aiosmtpd (``tls_context``, ...)."""
    mailbox = MailServer(free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, **how)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
