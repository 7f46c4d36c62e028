"""Mails about the locks of an account: each is sent always, and none can be switched off."""

from datetime import datetime

from sqlmodel import Session

from portal import routes, say
from portal.account.links import Purpose, make_link
from portal.account.log_in import verified_account
from portal.account.new_email import password_mark
from portal.account.own import is_open
from portal.account.sessions import actor_of
from portal.clinic import clinic_info
from portal.config import settings
from portal.forms import email_key
from portal.models import Account
from portal.notifications.facts import clinic_zone, plain_name
from portal.notifications.letter import Letter, Link
from portal.outbox.claim import Claimed
from portal.words import _, ngettext

ABOUT = _("This email is about your own account.")
ALWAYS = _("We always send this email when the way to sign in changes. It cannot be switched off.")
IF_YOU = _("If it was you, there is nothing to do.")


def new_device(session: Session, message: Claimed) -> Letter | None:
    """Tell when and from which browser somebody signed in, and how to stop it."""
    device = plain_name(message.payload["device"])
    said = _(
        "Somebody signed in with it on {when}, with a device we have not seen before: {device}."
    )
    return _about_locks(
        session,
        message,
        _("New sign-in to your account"),
        said.format(when=_when(session, message.created_at), device=device),
        _("If it was not you, choose a new password now. That signs everybody else out."),
    )


def second_step_on(session: Session, message: Claimed) -> Letter | None:
    """Tell that a code is asked for from now on."""
    return _about_locks(
        session,
        message,
        _("Sign-in codes are on"),
        _("Since {when} a code from an app is asked for after your password. Keep the recovery "
          "codes safe: they help when the app is lost.")
        .format(when=_when(session, message.created_at)),
        _("If it was not you, choose a new password now and call us: {phone}.")
        .format(phone=clinic_info(session).phone),
    )  # fmt: skip


def second_step_off(session: Session, message: Claimed) -> Letter | None:
    """Tell that no code is asked for any more, and who saw to that."""
    account = session.get(Account, message.payload["account_id"])
    own = account and actor_of(account).name == message.payload["by"]
    by = _("You") if own else _("Our clinic")
    return _about_locks(
        session,
        message,
        _("Sign-in codes are off"),
        _("{who} turned the sign-in codes off on {when}. Only your password is asked for now.")
        .format(who=by, when=_when(session, message.created_at)),
        _("If you did not want this, choose a new password now and turn the codes on again."),
    )  # fmt: skip


def recovery_code_used(session: Session, message: Claimed) -> Letter | None:
    """Tell that a recovery code was used and how many are left."""
    left = message.payload["left"]
    words = ngettext("{n} code is left.", "{n} codes are left.", left).format(n=left)
    said = _(
        "Somebody signed in on {when} with one of your recovery codes. It works no more; {left}"
    )
    return _about_locks(
        session,
        message,
        _("A recovery code was used"),
        said.format(when=_when(session, message.created_at), left=words),
        _("If it was not you, choose a new password now and make new recovery codes."),
    )


def passkey_added(session: Session, message: Claimed) -> Letter | None:
    """Tell that a passkey opens the account from now on."""
    said = _("On {when} a passkey was added with {device}. It signs in without the password.")
    name = plain_name(message.payload["name"])
    return _about_locks(
        session,
        message,
        _("A passkey was added"),
        said.format(when=_when(session, message.created_at), device=name),
        _("If it was not you, remove the passkey on the Security page and choose a new password."),
    )


def new_email_asked(session: Session, message: Claimed) -> Letter | None:
    """Send the link to the new address, or say there that it has an account already."""
    account, email = _open_account(session, message), message.payload["email"]
    if account is None or message.payload["mark"] != password_mark(account):
        return None
    if verified_account(session, email_key(email), staff=bool(account.staff_id)):
        return _taken(email)
    token = make_link(session, Purpose.NEW_EMAIL, account_id=account.id, about=email)
    return Letter(
        to=email,
        subject=_("Confirm your new email"),
        heading=_("Confirm your new email"),
        opening=(
            _("Somebody, likely you, wants to sign in to an account at our clinic with this "
              "address from now on."),
            _("The button works once, for 24 hours. Until then nothing changes. If it was not "
              "you, do nothing."),
        ),
        button=Link(_("Use this email"), _url(routes.with_query(routes.NEW_EMAIL, token=token))),
        why=_("You get this email because your address was entered as a new one."),
    )  # fmt: skip


def new_email_told(session: Session, message: Claimed) -> Letter | None:
    """Tell the present address that another one was asked for, while it can still be stopped."""
    if _open_account(session, message) is None:
        return None
    return Letter(
        to=message.payload["email"],
        subject=_("A new email for your account was asked for"),
        heading=_("A new email for your account was asked for"),
        opening=(
            ABOUT,
            _("On {when} somebody asked to sign in with another address from now on. It changes "
              "as soon as the link we sent there is used.")
            .format(when=_when(session, message.created_at)),
            IF_YOU,
            _("If it was not you, choose a new password now: the link stops working then, and "
              "everybody else is signed out."),
        ),
        button=Link(_("It was not me: choose a new password"), _url(_reset(session, message))),
        why=ALWAYS,
    )  # fmt: skip


def email_changed(session: Session, message: Claimed) -> Letter | None:
    """Tell the former address that it does not open the account any more.

    It gets no link that would: whoever leaves an address behind may have to fear its next reader.
    """
    if _open_account(session, message) is None:
        return None
    return Letter(
        to=message.payload["email"],
        subject=_("Your email was changed"),
        heading=_("Your email was changed"),
        opening=(
            ABOUT,
            _("Since {when} another address is used to sign in. This one gets no more email about "
              "the account.").format(when=_when(session, message.created_at)),
            IF_YOU,
            _("If it was not you, call us at once: {phone}. We find out who you are and give your "
              "account back to you.").format(phone=clinic_info(session).phone),
        ),
        why=ALWAYS,
    )  # fmt: skip


def staff_invited(session: Session, message: Claimed) -> Letter | None:
    """Invite somebody who works at the clinic to choose a password."""
    account = _open_account(session, message)
    if account is None or account.verified_at:
        return None
    token = make_link(session, Purpose.INVITE, account_id=account.id)
    clinic = clinic_info(session).name
    return Letter(
        to=account.email,
        subject=_("Your log-in at {clinic}").format(clinic=plain_name(clinic)),
        heading=_("Welcome to {clinic}").format(clinic=plain_name(clinic)),
        opening=(
            _("You get a log-in for the people who work at the clinic."),
            _("The button works once, for 7 days. You choose a password, then you set up an app "
              "that shows you a code at each sign-in. Have your phone at hand."),
        ),
        button=Link(
            _("Choose my password"), _url(routes.with_query(routes.STAFF_INVITATION, token=token))
        ),
        why=_("You get this email because you work at {clinic}.").format(clinic=plain_name(clinic)),
    )  # fmt: skip


def _about_locks(
    session: Session, message: Claimed, subject: str, what: str, if_not: str
) -> Letter | None:
    account = _open_account(session, message)
    if account is None:
        return None
    return Letter(
        to=account.email,
        subject=subject,
        heading=subject,
        opening=(ABOUT, what, IF_YOU, if_not),
        button=Link(_("It was not me: choose a new password"), _url(_reset(session, message))),
        why=ALWAYS,
    )


def _taken(email: str) -> Letter:
    return Letter(
        to=email,
        subject=_("You already have an account"),
        heading=_("You already have an account"),
        opening=(
            ABOUT,
            _("Somebody, likely you, wanted to use this address for another account. It has an "
              "account already, so nothing has changed. Nobody else was told."),
        ),
        button=Link(_("Sign in"), _url(routes.LOGIN)),
        why=_("You get this email because your address was entered as a new one."),
    )  # fmt: skip


def _open_account(session: Session, message: Claimed) -> Account | None:
    account = session.get(Account, message.payload["account_id"])
    return account if account and is_open(session, account) else None


def _reset(session: Session, message: Claimed) -> str:
    account = session.get(Account, message.payload["account_id"])
    return routes.STAFF_RESET if account and account.staff_id else routes.RESET


def _when(session: Session, at: datetime) -> str:
    return say.day_time(at.astimezone(clinic_zone(session)))


def _url(path: str) -> str:
    return settings().origin + path
