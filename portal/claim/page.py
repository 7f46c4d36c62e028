"""The page behind "Claim this profile": who added you, and what you keep of it."""

import reflex as rx

from portal import routes
from portal.claim.questions_page import questions, save_bar
from portal.claim.sign_up_page import AGAIN
from portal.claim.state import Claim
from portal.shell import frame
from portal.shell.form import form, password_field, submit_button
from portal.shell.frame import heading
from portal.shell.fresh import fresh
from portal.shell.links import link
from portal.shell.menus import sign_out
from portal.shell.notice import alert_box
from portal.shell.people import face
from portal.shell.press import press
from portal.shell.screen import screen, title, waiting
from portal.shell.state import Shell
from portal.words import _


@rx.page(routes.CLAIM, title=title(_("Your profile")), on_load=Claim.load)
def claim() -> rx.Component:
    """Show what the link is about; nothing happens before a button is pressed."""
    return screen(
        fresh(
            rx.fragment(
                rx.match(
                    Claim.way,
                    ("new", _new()),
                    ("known", _known()),
                    ("join", _join()),
                    ("refused", _refused()),
                    ("unconfirmed", _unconfirmed()),
                    ("dead", _dead()),
                    *((way, show()) for way, show in AGAIN.items()),
                    rx.fragment(heading(_("Your profile")), waiting()),
                )
            ),
            Claim.shown_for,
        ),
        width=frame.READ,
    )


def _new() -> rx.Component:
    return rx.fragment(
        _story(),
        form(
            questions(),
            rx.el.div(
                rx.el.h2(_("Make your account"), class_name="text-xl"),
                _fixed_email(),
                password_field(
                    "password",
                    _("Choose a password"),
                    hint=_("At least 12 characters. Three words you will remember work well."),
                    autocomplete="new-password",
                ),
                class_name="grid gap-5",
            ),
            save_bar(_("Save and make my account")),
            name="claim",
            action=routes.AUTH_CLAIM,
            carry=["token"],
            class_name="mt-8 grid gap-8",
        ),
        rx.el.div(
            rx.el.p(_("You have an account here already, with another email?")),
            press(
                _("Sign in and join this profile to it"),
                on_press=Claim.sign_in,
                answered=Claim.answered,
                class_name="btn mt-2",
            ),
            class_name="mt-6",
        ),
        _not_me(),
    )


def _known() -> rx.Component:
    return rx.fragment(
        _story(),
        rx.el.p(
            _("You have an account here already, with your email"),
            " ",
            rx.el.strong(Claim.email, class_name="wrap-anywhere"),
            ". ",
            _("Sign in, and we ask you what to keep. Then this profile becomes a part of it."),
            class_name="mt-4",
        ),
        press(
            _("Sign in and join this profile"),
            on_press=Claim.sign_in,
            answered=Claim.answered,
            class_name="btn btn-primary mt-5 w-full sm:w-auto",
        ),
        rx.el.p(link(_("Forgot your password?"), to=routes.RESET), class_name="mt-4"),
        _not_me(),
    )


def _join() -> rx.Component:
    return rx.fragment(
        _story(),
        alert_box(
            "info",
            rx.el.p(
                _("You are signed in as"),
                " ",
                rx.el.strong(Shell.my_name),
                ". ",
                _("Is"),
                " ",
                rx.el.strong(Claim.name),
                " ",
                _("you? Then this profile becomes a part of your account"),
                " ",
                rx.el.span(Shell.my_email, class_name="wrap-anywhere"),
                ": ",
                _("its visits become yours."),
            ),
            rx.el.div(
                sign_out(_("Sign out, this is not my account"), class_name="btn"),
                class_name="mt-3",
            ),
            class_name="mt-5",
        ),
        form(
            questions(),
            save_bar(_("Join this profile to my account"), menus=True),
            name="join",
            on_submit=Claim.join,
            answered=Claim.answered,
            errors=Claim.errors,
            message=Claim.message,
            carry=["token"],
            class_name="mt-8 grid gap-8",
        ),
        _not_me(),
    )


def _refused() -> rx.Component:
    return rx.fragment(
        heading(_("This link is for somebody else")),
        rx.el.p(
            _("It is for"),
            " ",
            rx.el.strong(Claim.name),
            ". ",
            rx.cond(
                Shell.signed_in,
                rx.fragment(
                    _("You are signed in as"), " ", rx.el.strong(Shell.my_name), ". ",
                    Claim.name, " ", _("is in your own family as a separate person."), " ",
                ),
                rx.fragment(_("Somebody who works at the clinic is signed in here."), " "),
            ),
            _("Nothing has changed."),
            class_name="mt-3",
        ),
        rx.el.p(
            _("If the profile is yours, call the clinic. To open the link as the person it is for, "
              "sign out first and open it again."),
            class_name="mt-3",
        ),
        rx.el.div(sign_out(class_name="btn btn-primary"), class_name="mt-5"),
    )  # fmt: skip


def _unconfirmed() -> rx.Component:
    return rx.fragment(
        heading(_("Confirm your own email first")),
        rx.el.p(
            _("This link is for"),
            " ",
            rx.el.strong(Claim.name),
            ". ",
            _(
                "If that is you, open the link in the email we sent when you signed up. Then open "
                "this one again. Nothing has changed."
            ),
            class_name="mt-3",
        ),
        rx.el.div(sign_out(_("Sign out, this is not my account")), class_name="mt-5"),
    )


def _dead() -> rx.Component:
    return rx.fragment(
        heading(_("This link does not work any more")),
        rx.el.p(
            _(
                "It is too old, was used before, or a newer one was sent. Look for a newer email, "
                "or ask whoever added you, or the clinic, to send the link again."
            ),
            class_name="mt-3",
        ),
        rx.cond(
            Shell.signed_in,
            link(_("My Account"), to=routes.ACCOUNT_SHARING, class_name="btn btn-primary mt-5"),
            link(_("Sign in"), to=routes.LOGIN, class_name="btn btn-primary mt-5"),
        ),
    )


def _story() -> rx.Component:
    """Say who made the profile, when and as what."""
    return rx.fragment(
        rx.el.div(
            rx.cond(Claim.initials != "", face(Claim.initials, Claim.colour, "lg")),
            heading(Claim.heading),
            class_name="flex items-center gap-4",
        ),
        rx.el.p(Claim.story, class_name="mt-4 text-lg wrap-anywhere"),
    )


def _fixed_email() -> rx.Component:
    return rx.el.div(
        rx.el.p(_("Email"), class_name="font-bold"),
        rx.el.p(Claim.email, class_name="wrap-anywhere"),
        rx.el.p(
            _("You sign in with it. It is confirmed, because the link came there."),
            class_name="text-sm text-muted",
        ),
    )


def _not_me() -> rx.Component:
    """Let whoever reads a stranger's mail say so; open, it explains itself before the button."""
    return rx.el.details(
        rx.el.summary(
            _("Are you someone else? This is not me"),
            class_name="flex min-h-11 cursor-pointer items-center font-bold text-error",
        ),
        rx.el.p(
            _(
                "Press the button and we take your address off this profile. You get no more email "
                "about it. Whoever added it and the clinic are told."
            ),
            class_name="mt-1",
        ),
        form(
            rx.el.div(submit_button(_("Take my address off"), "error"), class_name="flex"),
            name="not-me",
            action=routes.AUTH_NOT_ME,
            carry=["token"],
            class_name="mt-3",
        ),
        class_name="mt-8 border-t border-base-300 pt-3",
    )
