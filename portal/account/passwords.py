"""Passwords: hashing with Argon2id and telling a weak one, always off the event loop."""

import asyncio
from functools import cache

from passlib.context import CryptContext
from zxcvbn_rs_py import zxcvbn

from portal.words import _

SHORTEST = 12
# A longer one buys nothing and lets somebody keep the server busy.
LONGEST = 256
# zxcvbn's 3 of 4: "safely unguessable", 10^8 guesses and more.
ENOUGH = 3
# What must be left of a password without the person's names and address.
OWN_PART = 6

# OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB, two passes, one lane.
_context = CryptContext(
    schemes=["argon2"], argon2__memory_cost=19456, argon2__time_cost=2, argon2__parallelism=1
)
# Each hash takes 19 MiB and a core for some 40 ms; more at once would only starve everybody.
_at_once = asyncio.Semaphore(2)


def hash_password(password: str) -> str:
    """Return the Argon2id hash, in its PHC string form; takes some 40 ms."""
    return _context.hash(password)


def verify_password(password: str, password_hash: str | None) -> bool:
    """Tell whether the password is right, taking the same time where there is no hash."""
    return _context.verify(password[:LONGEST], password_hash or _nobody()) and bool(password_hash)


async def hash_off_loop(password: str) -> str:
    """Hash in a thread, few at once."""
    async with _at_once:
        return await asyncio.to_thread(hash_password, password)


async def verify_off_loop(password: str, password_hash: str | None) -> bool:
    """Verify in a thread, few at once."""
    async with _at_once:
        return await asyncio.to_thread(verify_password, password, password_hash)


def weakness(password: str, about_person: list[str]) -> str | None:
    """Return a sentence on why the password is too weak, or ``None``.

    ``about_person`` lists what others know: names, address parts.
    """
    if len(password) < SHORTEST:
        return _("Use at least 12 characters. Three words you will remember work well.")
    if len(password) > LONGEST:
        return _("Use at most 256 characters.")
    words = [word.casefold() for word in about_person if len(word) > 2]
    rest = password.casefold()
    for word in words:
        rest = rest.replace(word, "")
    if len(rest) < OWN_PART:
        return _("This password uses your name or email. Choose one that others cannot guess.")
    if int(zxcvbn(password, words).score) < ENOUGH:
        return _("This password is easy to guess. Add another word or two, in no usual order.")
    return None


@cache
def _nobody() -> str:
    """Return a hash that no password matches, so that unknown addresses take as long."""
    return hash_password("nobody signs in with this")
