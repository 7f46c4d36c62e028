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
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class MailLink(SQLModel, table=True):
    """A single-use link in a mail; only the hash of its secret is here."""

    __tablename__ = "mail_link"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    purpose: str  # `portal.account.links.Purpose`
    account_id: str | None = Field(default=None, foreign_key="account.id", index=True)
    patient_id: str | None = Field(default=None, foreign_key="patient.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Lockout(SQLModel, table=True):
    """Failed tries at one account name from one network address; the key is a hash of both."""

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
