"""Mails about an account itself: to its own address, about nobody else."""

from sqlmodel import Session

from portal import routes, say
from portal.account.closing import VERIFY_WITHIN
from portal.account.links import Purpose, make_link
from portal.account.log_in import account_by_email, verified_account
from portal.account.own import is_open
from portal.config import settings
from portal.models import Account
from portal.notifications.facts import clinic_zone, find_person
from portal.notifications.letter import Letter, Link
from portal.outbox.claim import Claimed
from portal.words import _


def signed_up(session: Session, message: Claimed) -> Letter | None:
    """Ask to confirm the address, or say that it has an account already.

    The screen never tells which of the two it is (product.md, section 4). No name is used: whoever
    typed the address chose the name too, and may be a stranger to its owner.
    """
    account = _open_account(session, message.payload["account_id"])
    if account is None or account.verified_at:
        return None
    if verified_account(session, account.email_key):
        return _already_known(session, account)
    return _confirm(session, account)


def welcome(session: Session, message: Claimed) -> Letter | None:
    """Say that the address is confirmed and what can be done now."""
    account = _open_account(session, message.payload["account_id"])
    person = find_person(session, account.patient_id or "") if account else None
    if account is None or person is None:
        return None
    return Letter(
        to=account.email,
        subject=_("Your email is confirmed"),
        heading=_("Welcome, {name}").format(name=person.first),
        opening=(
            _("This email is about your own account, {name}. Your email is confirmed.").format(
                name=person.full
            ),
            _("You can now sign in on any device, and book for yourself and for your family."),
        ),
        button=Link(_("Book a visit"), _url(routes.BOOK)),
        why=_("You get this email once, because you made an account."),
    )


def reset_asked(session: Session, message: Claimed) -> Letter | None:
    """Send a link for a new password; tell nothing to an address without an account.

    The mail goes to the address of the account, never to the one typed: two addresses that look
    alike may belong to two people.
    """
    # Messages queued by the version before know of no staff.
    staff = message.payload.get("staff", False)
    account = account_by_email(session, message.payload["email_key"], staff=staff)
    if account is None or not is_open(session, account):
        return None
    if account.verified_at is None:
        # Somebody who works here and has no password yet gets one by invitation only.
        return None if staff else _confirm(session, account)
    token = make_link(session, Purpose.RESET, account_id=account.id)
    return Letter(
        to=account.email,
        subject=_("Choose a new password"),
        heading=_("Choose a new password"),
        opening=(
            _("This email is about your own account. Somebody, likely you, asked to change its "
              "password."),
            _("The button works once, for one hour. If it was not you, do nothing: your password "
              "stays as it is."),
        ),
        button=Link(
            _("Choose a new password"), _url(routes.with_query(routes.RESET_NEW, token=token))
        ),
        why=_("You get this email because a new password was asked for."),
    )  # fmt: skip


def password_changed(session: Session, message: Claimed) -> Letter | None:
    """Tell the owner of an account that its password is another one now."""
    account = _open_account(session, message.payload["account_id"])
    if account is None:
        return None
    at = message.created_at.astimezone(clinic_zone(session))
    return Letter(
        to=account.email,
        subject=_("Your password was changed"),
        heading=_("Your password was changed"),
        opening=(
            _("This email is about your own account. Its password was changed on {day} at {time}.")
            .format(day=say.day(at.date()), time=say.clock_time(at)),
            _("Other devices have been signed out. If it was you, there is nothing to do."),
            _("If it was not you, choose a new password now and call us. Then look on the Security "
              "page for passkeys that are not yours: they still sign in."),
        ),
        button=Link(
            _("It was not me: choose a new password"),
            _url(routes.STAFF_RESET if account.staff_id else routes.RESET),
        ),
        why=_("We always send this email when a password changes. It cannot be switched off."),
    )  # fmt: skip


def _confirm(session: Session, account: Account) -> Letter:
    token = make_link(session, Purpose.VERIFY, account_id=account.id)
    return Letter(
        to=account.email,
        subject=_("Confirm your email"),
        heading=_("Confirm your email"),
        opening=(
            _("This email is about the account that was made with your email address."),
            _("Press the button to show that the address is yours. It works once, for 7 days; "
              "after that the account is closed."),
            _("If you did not make an account, do nothing. Nobody can sign in with the address "
              "then."),
        ),
        button=Link(_("Confirm my email"), _url(routes.with_query(routes.VERIFY, token=token))),
        why=_("You get this email because your address was used to sign up or to sign in."),
    )  # fmt: skip


def _already_known(session: Session, account: Account) -> Letter:
    """Offer to join what a second sign-up made to the account that is there already."""
    token = make_link(session, Purpose.CLAIM, patient_id=account.patient_id, about=account.email)
    closes_at = (account.created_at + VERIFY_WITHIN).astimezone(clinic_zone(session))
    return Letter(
        to=account.email,
        subject=_("You already have an account"),
        heading=_("You already have an account"),
        opening=(
            _("This email is about your own account. Somebody, likely you, tried to sign up or "
              "sign in with your email address, but it has an account already."),
            _("Was it you? Press the button and sign in with the password you had before. Then "
              "you can join the new profile to your account, with the visits you booked and the "
              "family members you added."),
            _("If it was not you, do nothing: the sign-up closes by itself on {day}. Nobody else "
              "was told that you have an account.").format(day=say.day(closes_at.date())),
        ),
        button=Link(
            _("Sign in and join the new profile"),
            _url(routes.with_query(routes.CLAIM, token=token)),
        ),
        other=Link(_("I forgot my password"), _url(routes.RESET)),
        why=_("You get this email because your address was used to sign up or to sign in."),
    )  # fmt: skip


def _open_account(session: Session, account_id: str) -> Account | None:
    account = session.get(Account, account_id)
    return account if account and account.closed_at is None else None


def _url(path: str) -> str:
    return settings().origin + path
