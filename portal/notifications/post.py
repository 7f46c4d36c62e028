"""The ways a mail leaves: an SMTP server, or the demo's mailbox.

``smtplib`` blocks, which is what a worker with nothing else to do wants.
"""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import parseaddr
from ipaddress import ip_address
from typing import Literal, Protocol
from urllib.parse import unquote, urlsplit

from portal import clock
from portal.config import BadSettings, Mode, Settings
from portal.db import writing
from portal.models import DemoMail

# For each step of the conversation; all steps together stay below the lease.
SECONDS = 10
PERMANENT = range(500, 600)
HUNG_UP = (smtplib.SMTPServerDisconnected, ConnectionError, TimeoutError, ssl.SSLError)


class Unreachable(Exception):
    """No conversation with the mail server came about, so every mail has to wait."""

    def __init__(self, cause: str) -> None:
        """Keep the name of what went wrong."""
        super().__init__(cause)
        self.cause = cause


class Refused(Exception):
    """The mail server will never take this message for this recipient."""

    def __init__(self, cause: str) -> None:
        """Keep the name of what went wrong."""
        super().__init__(cause)
        self.cause = cause


class Post(Protocol):
    """Something that takes mails."""

    def send(self, message: EmailMessage) -> None:
        """Hand over one mail; return once the other side has taken responsibility for it."""

    def close(self) -> None:
        """Let go of what is kept open between mails."""


class SmtpPost:
    """Mail by SMTP over one connection that is kept between mails."""

    def __init__(self, url: str, hostname: str) -> None:
        """Keep where to go: ``smtp://user:password@host:587`` or ``smtps://host:465``."""
        parts = urlsplit(url)
        self._implicit_tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._implicit_tls else 25)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._hostname = hostname
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        """Send one mail.

        Raises:
            Unreachable: the server does not answer or does not let us in.
            Refused: it answered "never" to the recipient or the text.
            OSError: anything else, also of SMTP; trying later may help.
        """
        kept = self._smtp is not None
        try:
            self._send(message)
        except HUNG_UP:
            self.close()
            # Servers hang up on connections that were idle; a fresh one tells whether it is that.
            if not kept:
                raise
            self._send(message)

    def close(self) -> None:
        """Hang up."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (smtplib.SMTPException, OSError):
            smtp.close()

    def _send(self, message: EmailMessage) -> None:
        smtp = self._smtp = self._smtp or self._connect()
        try:
            smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _reason in error.recipients.values()]
            if all(code in PERMANENT for code in codes):
                raise Refused(type(error).__name__) from error
            raise
        except smtplib.SMTPDataError as error:
            if error.smtp_code in PERMANENT:
                raise Refused(type(error).__name__) from error
            raise
        except smtplib.SMTPNotSupportedError as error:
            # An address with letters beyond ASCII, and a server that knows none.
            raise Refused(type(error).__name__) from error

    def _connect(self) -> smtplib.SMTP:
        try:
            smtp = self._call()
            try:
                self._start_tls(smtp)
                if self._user:
                    smtp.login(self._user, self._password)
            except BaseException:
                smtp.close()
                raise
        except OSError as error:  # every error of smtplib and ssl is one
            raise Unreachable(type(error).__name__) from error
        return smtp

    def _call(self) -> smtplib.SMTP:
        where = (self._host, self._port, self._hostname)
        if self._implicit_tls:
            return smtplib.SMTP_SSL(*where, timeout=SECONDS, context=self._tls())
        return smtplib.SMTP(*where, timeout=SECONDS)

    def _start_tls(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self._implicit_tls:
            return
        if smtp.has_extn("starttls"):
            smtp.starttls(context=self._tls())
        elif not is_loopback(self._host):
            # Mails name patients: they never cross a network in the clear.
            raise Unreachable("NoTransportSecurity")

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if is_loopback(self._host):
            # A mail server on this machine rarely has a certificate for "localhost", and nobody
            # stands in between.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class DemoPost:
    """Mail into the demo's mailbox, for a clinic that has no mail server."""

    def send(self, message: EmailMessage) -> None:
        """Keep one mail; the same mail again replaces itself."""
        with writing() as session:
            session.merge(
                DemoMail(
                    message_id=message["Message-ID"],
                    to=parseaddr(message["To"])[1],
                    subject=message["Subject"],
                    text=_body(message, "plain"),
                    html=_body(message, "html"),
                    sent_at=clock.now(),
                )
            )

    def close(self) -> None:
        """Do nothing: every mail is on its own."""


def open_post(settings: Settings) -> Post:
    """Return the way that the settings choose.

    Raises:
        BadSettings: production without a mail server.
    """
    if settings.smtp_url:
        return SmtpPost(settings.smtp_url, urlsplit(settings.origin).hostname or "localhost")
    if settings.mode is Mode.PRODUCTION:
        raise BadSettings("SMTP_URL is missing; without it nobody would get the portal's mail.")
    return DemoPost()


def _body(message: EmailMessage, kind: Literal["plain", "html"]) -> str:
    part = message.get_body((kind,))
    return part.get_content() if part else ""


def is_loopback(host: str) -> bool:
    """Tell whether mail to ``host`` stays on this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
