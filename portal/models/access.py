"""Log-in sessions, links in mail, limits, and what makes a repeated click harmless."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from portal.models.columns import UtcDateTime


class LoginSession(SQLModel, table=True):
    """One signed-in browser. The cookie holds a secret of which only the hash is here."""

    __tablename__ = "login_session"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    device: str  # "Firefox on Android", for the list on the Security page
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    # When the person last proved who they are in this session; granting access asks again.
    proved_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class MailLink(SQLModel, table=True):
    """A single-use link in a mail; only the hash of its secret is here."""

    __tablename__ = "mail_link"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    purpose: str  # `portal.account.links.Purpose`
    account_id: str | None = Field(default=None, foreign_key="account.id", index=True)
    patient_id: str | None = Field(default=None, foreign_key="patient.id", index=True)
    about: str | None = None  # what else it needs: a new address, the id of a request
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class Lockout(SQLModel, table=True):
    """Failed tries at an account name, from a network address, or both; the key is a hash."""

    key: str = Field(primary_key=True)
    failures: int
    since: datetime = Field(sa_type=UtcDateTime, index=True)
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DoneRequest(SQLModel, table=True):
    """A form that was carried out: a browser that reconnects sends the same click again."""

    __tablename__ = "done_request"  # pyright: ignore[reportAssignmentType]

    account_id: str = Field(foreign_key="account.id", primary_key=True)
    request_key: str = Field(primary_key=True)
    content: str  # a keyed hash of what was sent: the same key with other content is no repetition
    done_at: datetime = Field(sa_type=UtcDateTime, index=True)


class KnownDevice(SQLModel, table=True):
    """A browser somebody has signed in from; a log-in from any other one is told by mail."""

    __tablename__ = "known_device"  # pyright: ignore[reportAssignmentType]

    account_id: str = Field(foreign_key="account.id", primary_key=True)
    device_hash: str = Field(primary_key=True)
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Authenticator(SQLModel, table=True):
    """The app that makes somebody's six-figure codes (TOTP, RFC 6238)."""

    account_id: str = Field(foreign_key="account.id", primary_key=True)
    secret: str  # encrypted with a key made of PORTAL_SECRET_KEY
    created_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_counter: int = 0  # a code works once: none at or before this time step


class RecoveryCode(SQLModel, table=True):
    """One of the codes for when the app is lost; each works once."""

    __tablename__ = "recovery_code"  # pyright: ignore[reportAssignmentType]

    account_id: str = Field(foreign_key="account.id", primary_key=True)
    code_hash: str = Field(primary_key=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Passkey(SQLModel, table=True):
    """A key on somebody's device that signs them in (WebAuthn)."""

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    credential_id: str = Field(unique=True)  # base64url, as the browser names it
    public_key: str  # base64url, COSE
    sign_count: int
    name: str  # "Chrome on Android", for the list on the Security page
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Challenge(SQLModel, table=True):
    """A log-in half done, or a question put to a passkey; answered once, within minutes."""

    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    purpose: str  # `portal.account.challenges.Step`
    account_id: str | None = Field(default=None, foreign_key="account.id", index=True)
    content: str = ""  # what the passkey has to sign, or the sealed secret of a new app
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
