"""Passwords: one algorithm, the maintained library, and reasons a person understands."""

from importlib.metadata import PackageNotFoundError, version

import pytest

from portal.account.passwords import hash_password, verify_password, weakness


def test_the_abandoned_passlib_is_not_installed_beside_its_continuation():
    with pytest.raises(PackageNotFoundError):
        version("passlib")
    assert version("libpass")


def test_a_hash_is_argon2id_with_the_recommended_parameters():
    assert hash_password("three words here").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_only_the_right_password_is_verified():
    hashed = hash_password("three words here")
    assert verify_password("three words here", hashed)
    assert not verify_password("three words Here", hashed)


def test_nothing_is_the_right_password_where_there_is_no_account():
    assert not verify_password("nobody signs in with this", None)


@pytest.mark.parametrize(
    ("password", "part"),
    [
        ("short", "at least 12"),
        ("aaaaaaaaaaaaaaaa", "easy to guess"),
        ("password12345", "easy to guess"),
        ("marlow-marlow", "name or email"),
        ("x" * 257, "at most 256"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password, part):
    assert part in (weakness(password, ["Rosa", "Marlow", "rosa.marlow"]) or "")


@pytest.mark.parametrize(
    "password", ["three quiet otters swim", "  zebra lantern 84 quay ", "Überraschung mit Tee"]
)
def test_a_long_unusual_password_is_fine(password):
    assert weakness(password, ["Rosa", "Marlow"]) is None
