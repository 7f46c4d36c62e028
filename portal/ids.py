"""Identifiers and secrets: random, made before saving, never counters."""

import hashlib
import hmac
import re
import secrets
from typing import Annotated, NewType

from pydantic import StringConstraints

from portal.config import settings

PatientId = NewType("PatientId", str)
AccountId = NewType("AccountId", str)
SessionId = NewType("SessionId", str)

# An identifier as a browser may send it: nothing that a database or a log would choke on.
ID_PATTERN = r"^[A-Za-z0-9_-]{1,40}$"
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
IdOrNone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,40}$")]
"""As a list in a form sends it: empty where nobody was chosen."""


def new_id() -> str:
    """Return a fresh identifier: 16 URL-safe characters, 96 random bits."""
    return secrets.token_urlsafe(12)


def new_token() -> str:
    """Return a fresh bearer secret for a cookie or a link: 256 random bits."""
    return secrets.token_urlsafe(32)


def keyed_hash(purpose: str, value: str) -> str:
    """Hash a secret or an address for storage, keyed so that a copied database is no use.

    ``purpose`` keeps the hashes of different tables apart.
    """
    key = settings().secret_key.encode()
    return hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def is_id(value: object) -> bool:
    """Tell whether a value from outside could be an identifier of ours, before a query sees it."""
    return isinstance(value, str) and re.fullmatch(ID_PATTERN, value) is not None
