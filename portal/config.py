"""Settings from the environment, checked once at start."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# 32 characters of base64 carry more than the 128 bits that OWASP asks of a session secret.
SECRET_MIN = 32
LOOPBACK = ("localhost", "127.0.0.1")


class Mode(StrEnum):
    """What the portal runs as; the default is the strictest."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class BadSettings(Exception):
    """One or more settings are wrong; the text has one sentence for each."""


@dataclass(frozen=True)
class Settings:
    """Everything that the environment decides."""

    mode: Mode
    database_url: str
    redis_url: str | None
    origin: str
    host: str
    port: int
    workers: int
    smtp_url: str | None
    mail_from: str
    secret_key: str
    proxies: int  # how many of our own stand in front of the portal
    rate_factor: int  # multiplies every rate limit; tests and measurements raise it
    metrics_port: int  # of 127.0.0.1; 0: nothing is counted for anybody

    @property
    def origins(self) -> list[str]:
        """Return the origins whose pages are ours."""
        if self.mode is Mode.PRODUCTION:
            return [self.origin]
        # A person trying it out may type either name of this machine.
        return sorted({self.origin, *(f"http://{name}:{self.port}" for name in LOOPBACK)})

    @property
    def hosts(self) -> list[str]:
        """Return the host names that requests may be addressed to."""
        return sorted({origin.split("://", 1)[1].rsplit(":", 1)[0] for origin in self.origins})

    @property
    def tls(self) -> bool:
        """Tell whether browsers reach the portal over TLS (it decides on Secure and HSTS)."""
        return self.origin.startswith("https://")


def read_settings(env: Mapping[str, str]) -> Settings:
    """Build the settings from ``env``.

    Raises:
        BadSettings: one clear sentence for each mistake, all at once.
    """
    wrong: list[str] = []
    mode = env.get("PORTAL_MODE", "production")
    if mode not in list(Mode):
        wrong.append(f"PORTAL_MODE is {mode!r}; it must be production, demo or test.")
        mode = "production"
    port = _number(env, "PORT", 3000, 1, 65535, wrong)
    proxies = _number(env, "PORTAL_PROXIES", 0, 0, 5, wrong)
    workers = _number(env, "PORTAL_WORKERS", 1, 1, 64, wrong)
    if workers > 1 and not env.get("REDIS_URL"):
        wrong.append(
            "PORTAL_WORKERS above 1 needs REDIS_URL; one process would not know the others' pages."
        )
    metrics_port = _number(env, "PORTAL_METRICS_PORT", 0, 0, 65535, wrong)
    if metrics_port == port:
        wrong.append("PORTAL_METRICS_PORT must not be PORT; everybody could read the metrics.")
    rate_factor = _number(env, "PORTAL_RATE_FACTOR", 1, 1, 100_000, wrong)
    host = env.get("PORTAL_HOST", "127.0.0.1")
    origin = _origin(env, mode, port, wrong)
    database_url = _database_url(env, wrong)
    redis_url = env.get("REDIS_URL") or None
    if redis_url and not redis_url.startswith(("redis://", "rediss://", "unix://")):
        wrong.append("REDIS_URL must begin with redis://, rediss:// or unix://.")
    smtp_url = _smtp_url(env, mode, wrong)
    secret = env.get("PORTAL_SECRET_KEY", "")
    if not secret and mode != "production":
        secret = "not-a-secret-" * 3
    elif len(secret) < SECRET_MIN:
        what = "missing" if not secret else "too short"
        wrong.append(f"PORTAL_SECRET_KEY is {what}; set at least {SECRET_MIN} random characters.")
    if wrong:
        raise BadSettings("\n".join(wrong))
    return Settings(
        mode=Mode(mode),
        database_url=database_url,
        redis_url=redis_url,
        origin=origin,
        host=host,
        port=port,
        workers=workers,
        smtp_url=smtp_url,
        mail_from=env.get("PORTAL_MAIL_FROM", "Kindred <no-reply@localhost>"),
        secret_key=secret,
        proxies=proxies,
        rate_factor=rate_factor,
        metrics_port=metrics_port,
    )


def _number(
    env: Mapping[str, str], name: str, default: int, low: int, high: int, wrong: list[str]
) -> int:
    text = env.get(name) or str(default)
    if text.isdecimal() and low <= int(text) <= high:
        return int(text)
    wrong.append(f"{name} is {text!r}; it must be a whole number from {low} to {high}.")
    return default


def _origin(env: Mapping[str, str], mode: str, port: int, wrong: list[str]) -> str:
    origin = env.get("PORTAL_ORIGIN", "").rstrip("/")
    example = "such as https://portal.clinic.example"
    if not origin and mode == "production":
        wrong.append(f"PORTAL_ORIGIN is missing; set it to the public address, {example}.")
    origin = origin or f"http://localhost:{port}"
    if not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+", origin):
        wrong.append(f"PORTAL_ORIGIN must be a scheme and a host, {example}, without a path.")
    elif mode == "production" and env.get("PORTAL_ORIGIN") and origin.startswith("http:"):
        wrong.append("PORTAL_ORIGIN must begin with https:// in production.")
    return origin


def _smtp_url(env: Mapping[str, str], mode: str, wrong: list[str]) -> str | None:
    url = env.get("SMTP_URL") or None
    if url and not re.fullmatch(r"smtps?://\S+", url):
        wrong.append("SMTP_URL must look like smtp://user:password@host:587 or smtps://host:465.")
    if not url and mode == "production":
        wrong.append("SMTP_URL is missing; without it nobody would get the portal's mail.")
    return url


def _database_url(env: Mapping[str, str], wrong: list[str]) -> str:
    url = env.get("DATABASE_URL") or f"sqlite:///{ROOT / 'var' / 'kindred.db'}"
    # Hosting services hand out both spellings; SQLAlchemy wants the driver named.
    url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        wrong.append("DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return url


@cache
def settings() -> Settings:
    """Return the settings of this process, read from the environment on first use."""
    return read_settings(os.environ)
