"""Mail crosses a network only over TLS, to a server that proves its name; log-in comes after it."""

import socket
import ssl
import subprocess
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from portal.notifications.post import SmtpPost, Unreachable
from tests.servers.mail import MailServer, mail_server
from tests.servers.programs import Missing, openssl

HOST, OTHER = "mail.example.test", "other.example.test"
SCHEMES = ("smtp", "smtps")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for `HOST` that only itself vouches for; its key is in the same file."""
    try:
        program = openssl()
    except Missing as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [
            *(program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", f"/CN={HOST}"),
            *("-addext", f"subjectAltName=DNS:{HOST}"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
            *("-keyout", folder / "key.pem", "-out", folder / "certificate.pem"),
        ],
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "certificate.pem").read_text())
    return both


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let this machine trust the certificate, as it trusts those of known authorities."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the names of the mail servers lead to this machine; the portal knows only the name."""
    ask = socket.getaddrinfo

    def answer(host: Any, *args: Any, **kwargs: Any) -> Any:
        return ask("127.0.0.1" if host in (HOST, OTHER) else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def over(scheme: str, certificate: Path) -> dict[str, Any]:
    """Return how a server speaks TLS: after STARTTLS, or from the first byte."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if scheme == "smtps":
        return {"ssl_context": context}
    return {"tls_context": context, "require_starttls": True}


def post_to(server: MailServer, scheme: str, host: str = HOST, user: str = "") -> SmtpPost:
    """Return the way to a mail server under one of its names."""
    return SmtpPost(f"{scheme}://{user}{host}:{server.port}", "portal.example.test")


def letter() -> EmailMessage:
    """Return a short mail."""
    message = EmailMessage()
    message["From"], message["To"] = "clinic@example.test", "rosa@example.test"
    message["Subject"] = "Your password was changed"
    message.set_content("Nothing to do.")
    return message


def refused_cause(post: SmtpPost) -> str:
    """Send a mail, which must not work; return the name of what stood in the way."""
    with pytest.raises(Unreachable) as error:
        post.send(letter())
    post.close()
    return error.value.cause


class Door:
    """Lets one user in, and notes whether the password came over TLS."""

    def __init__(self) -> None:
        self.asked: list[tuple[bytes, bytes, bool]] = []

    def __call__(
        self, _server: SMTP, session: Session, _envelope: Envelope, _how: str, data: LoginPassword
    ) -> AuthResult:
        """Answer a log-in."""
        self.asked.append((data.login, data.password, session.ssl is not None))
        return AuthResult(success=data.password == b"p:ss/word", handled=False)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_server_that_proves_its_name_gets_the_mail(scheme: str, trusted: Path) -> None:
    with mail_server(**over(scheme, trusted)) as server:
        post = post_to(server, scheme)
        post.send(letter())
        post.send(letter())
        post.close()
        assert len(server.messages) == 2


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_certificate_for_another_name_is_refused(scheme: str, trusted: Path) -> None:
    with mail_server(**over(scheme, trusted)) as server:
        assert refused_cause(post_to(server, scheme, OTHER)) == "SSLCertVerificationError"
        assert server.messages == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_certificate_that_nobody_vouches_for_is_refused(scheme: str, certificate: Path) -> None:
    with mail_server(**over(scheme, certificate)) as server:
        assert refused_cause(post_to(server, scheme)) == "SSLCertVerificationError"
        assert server.messages == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_server_on_this_machine_needs_no_name(scheme: str, certificate: Path) -> None:
    with mail_server(**over(scheme, certificate)) as server:
        post = post_to(server, scheme, "127.0.0.1")
        post.send(letter())
        post.close()
        assert len(server.messages) == 1


def test_without_tls_no_mail_and_no_password_leaves_this_machine() -> None:
    door = Door()
    with mail_server(authenticator=door, auth_require_tls=False) as server:
        post = post_to(server, "smtp", user="clinic:p%3Ass%2Fword@")
        assert refused_cause(post) == "NoTransportSecurity"
        assert door.asked == []
        assert server.messages == []


def test_a_user_is_logged_in_over_tls_before_the_mail(trusted: Path) -> None:
    door = Door()
    how = over("smtp", trusted)
    with mail_server(authenticator=door, auth_required=True, **how) as server:
        post = post_to(server, "smtp", user="clinic%40example.test:p%3Ass%2Fword@")
        post.send(letter())
        post.close()
        assert door.asked == [(b"clinic@example.test", b"p:ss/word", True)]
        assert len(server.messages) == 1


def test_a_user_is_logged_in_over_smtps(trusted: Path) -> None:
    door = Door()
    # aiosmtpd takes only STARTTLS for TLS, so it has to be told that log-in may be offered.
    how = {**over("smtps", trusted), "auth_require_tls": False}
    with mail_server(authenticator=door, **how) as server:
        post = post_to(server, "smtps", user="clinic:p%3Ass%2Fword@")
        post.send(letter())
        post.close()
        assert [asked[:2] for asked in door.asked] == [(b"clinic", b"p:ss/word")]
        assert len(server.messages) == 1


def test_a_wrong_password_makes_everything_wait(trusted: Path) -> None:
    how = over("smtp", trusted)
    with mail_server(authenticator=Door(), auth_required=True, **how) as server:
        cause = refused_cause(post_to(server, "smtp", user="clinic:wrong@"))
        assert cause == "SMTPAuthenticationError"
        assert server.messages == []
