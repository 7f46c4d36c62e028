"""Every kind of message the outbox carries, and what its payload holds (ids, never a body)."""

from enum import StrEnum


class Kind(StrEnum):
    """What is to be done; the docstrings name the payload's keys."""

    SIGNED_UP = "signed_up"
    """``account_id``: confirm the address, or say that an account is already there."""

    LOGIN_UNVERIFIED = "login_unverified"
    """``account_id``: the right password before the address was confirmed; a fresh link."""

    RESET_ASKED = "reset_asked"
    """``email_key``, ``email``, ``staff``: a reset was asked for at the patients' or at the staff's
    door; the worker finds out whether the address is known there."""

    WELCOME = "welcome"
    """``account_id``: the address was confirmed."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - no secret
    """``account_id``: tell the owner of the account."""

    NEW_DEVICE = "new_device"
    """``account_id``, ``device``: somebody signed in from a browser not seen before."""

    SECOND_STEP_ON = "second_step_on"
    """``account_id``: from now on a code is asked after the password."""

    SECOND_STEP_OFF = "second_step_off"
    """``account_id``, ``by`` (an actor): no code is asked any more."""

    RECOVERY_CODE_USED = "recovery_code_used"
    """``account_id``, ``left``: one of the codes for a lost app was used."""

    PASSKEY_ADDED = "passkey_added"
    """``account_id``, ``name``: a passkey signs in to the account from now on."""

    NEW_EMAIL_ASKED = "new_email_asked"
    """``account_id``, ``email``, ``mark``: a link to the new address, or that it is taken."""

    NEW_EMAIL_TOLD = "new_email_told"
    """``account_id``, ``email``: tell the present address that another one was asked for."""

    EMAIL_CHANGED = "email_changed"
    """``account_id``, ``email``: tell the former address."""

    STAFF_INVITED = "staff_invited"
    """``account_id``: a link to choose the first password with."""

    ACCESS_GAINED = "access_gained"
    """``owner_id``, ``new`` (holder -> permissions), ``before`` (likewise), ``by`` (an actor)."""

    ACCESS_LOST = "access_lost"
    """``owner_id``, ``holder_id``, ``permissions``: tell the holder, without a reason."""

    ACCESS_GIVEN_UP = "access_given_up"
    """``owner_id``, ``holder_id``, ``permissions``: tell the owner."""

    ASKED = "asked"
    """``request_id``, ``owner_id``: tell whoever decides for the owner what is asked for."""

    ASK_ANSWERED = "ask_answered"
    """``owner_id``, ``holder_id``, ``accepted``, ``declined``: tell who asked."""

    LINKED = "linked"
    """``told_id``, ``other_id``, ``by``: the clinic linked them; ``other`` may do nothing yet."""

    GUARDIAN_NAMED = "guardian_named"
    """``profile_id``, ``guardian_id``: tell the profile's address who decides for it now."""

    RELATIONSHIP_ENDED = "relationship_ended"
    """``told_id``, ``other_id``: tell one of the two that the relationship has ended."""

    NOT_ME_SAID = "not_me_said"
    """``profile_id``, ``told_id``: tell who added a profile that its address was the wrong one."""

    CLAIM_LINK = "claim_link"
    """``profile_id``, ``by`` (an actor): a new link to claim the profile with."""

    CLAIMED = "claimed"
    """``profile_id``, ``kept`` (holder -> permissions): tell whoever has claimed their profile."""

    CLAIMED_TOLD = "claimed_told"
    """``profile_id``, ``holder_id``, ``kept``, ``ended``: tell somebody related to it."""

    JOINED = "joined"
    """``join_id``: tell whoever joined a profile to their account."""

    JOINED_TOLD = "joined_told"
    """``join_id``, ``told_id``: tell somebody related to the profile."""

    PARTED = "parted"
    """``join_id``, ``parted`` (`portal.claim.part.Parted` of each): the join was undone."""

    PARTED_TOLD = "parted_told"
    """``join_id``, ``parted`` (of the one who is told)."""

    VISITS_BOOKED = "visits_booked"
    """``visits`` (pairs of id and sequence, booked in one go): fan out one mail for each mailbox to
    the patients, those with a copy and whoever booked; it waits until they can no longer be undone.
    """

    VISITS_CANCELLED = "visits_cancelled"
    """``visits``, ``offer`` (whether another time is offered): likewise, at once."""

    VISITS_MOVED = "visits_moved"
    """``visits``, ``by`` (an actor), ``was`` (visit -> its time before, in UTC): likewise."""

    VISIT_MAIL = "visit_mail"
    """``about`` (booked, cancelled, moved), ``to_ids``, and what its fan-out was told: one mail, to
    the mailbox that these patients share."""

    WAIT_OFFERED = "wait_offered"
    """``offer_id``, ``to_ids``: a freed time is kept; one mail, to the mailbox that these patients
    share."""
