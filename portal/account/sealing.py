"""Secrets that the portal has to read again, encrypted: a copied database alone is no use."""

import base64
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken

from portal.config import settings


def seal(secret: str) -> str:
    """Encrypt a secret for the database."""
    return _box(settings().secret_key).encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str | None:
    """Return the secret, or ``None`` where PORTAL_SECRET_KEY is another one now."""
    try:
        return _box(settings().secret_key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


@lru_cache(maxsize=2)
def _box(secret_key: str) -> Fernet:
    # A key for this purpose only, made of the portal's own one.
    key = hmac.digest(secret_key.encode(), b"sealing", "sha256")
    return Fernet(base64.urlsafe_b64encode(key))
