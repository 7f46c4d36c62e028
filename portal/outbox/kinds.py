"""Every kind of message the outbox carries, and what its payload holds (ids, never a body)."""

from enum import StrEnum


class Kind(StrEnum):
    """What is to be done; the docstrings name the payload's keys."""

    SIGNED_UP = "signed_up"
    """``account_id``: confirm the address, or say that an account is already there."""

    LOGIN_UNVERIFIED = "login_unverified"
    """``account_id``: the right password before the address was confirmed; a fresh link."""

    RESET_ASKED = "reset_asked"
    """``email_key``, ``email``: a reset was asked for; the worker finds out whether it is known."""

    WELCOME = "welcome"
    """``account_id``: the address was confirmed."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - no secret
    """``account_id``: tell the owner of the account."""

    ACCESS_GAINED = "access_gained"
    """``owner_id``, ``new`` (holder -> permissions), ``before`` (likewise), ``by`` (an actor)."""

    ACCESS_LOST = "access_lost"
    """``owner_id``, ``holder_id``, ``permissions``: tell the holder, without a reason."""

    ACCESS_GIVEN_UP = "access_given_up"
    """``owner_id``, ``holder_id``, ``permissions``: tell the owner."""

    RELATIONSHIP_ENDED = "relationship_ended"
    """``told_id``, ``other_id``: tell one of the two that the relationship has ended."""

    NOT_ME_SAID = "not_me_said"
    """``profile_id``, ``told_id``: tell who added a profile that its address was the wrong one."""

    VISIT_BOOKED = "visit_booked"
    """``visit_id``, ``sequence``: fan out a mail to the patient and those with a copy."""

    VISIT_CANCELLED = "visit_cancelled"
    """``visit_id``, ``sequence``: likewise."""

    VISIT_MAIL = "visit_mail"
    """``visit_id``, ``sequence``, ``about`` (booked, cancelled), ``to_ids``: one mail of a fan-out,
    to the mailbox that these patients share."""
