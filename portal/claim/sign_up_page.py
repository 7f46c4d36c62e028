"""The page behind the mail "You already have an account": was it you, then join the two."""

from collections.abc import Callable

import reflex as rx

from portal import routes
from portal.claim.state import Claim
from portal.shell.form import form, submit_button
from portal.shell.frame import heading
from portal.shell.links import link
from portal.shell.menus import sign_out
from portal.shell.notice import alert_box
from portal.shell.press import press
from portal.shell.state import Shell
from portal.words import _


def _visitor() -> rx.Component:
    return rx.fragment(
        _story(),
        rx.el.p(
            _("You have an account here already, with your email"),
            " ",
            rx.el.strong(Claim.email, class_name="wrap-anywhere"),
            ". ",
            _("Was it you? Sign in, then join what you did there to your account."),
            class_name="mt-4",
        ),
        _sign_in(),
        rx.el.p(link(_("Forgot your password?"), to=routes.RESET), class_name="mt-4"),
        _not_me(),
    )


def _new_one() -> rx.Component:
    return rx.fragment(
        _story(),
        alert_box(
            "info",
            rx.el.p(
                _("You are signed in with this new sign-up. You had an account before, with the "
                  "same email. Sign in to that one, then join what you did here to it."),
            ),
            class_name="mt-5",
        ),
        _sign_in(),
    )  # fmt: skip


def _owner() -> rx.Component:
    return rx.fragment(
        _story(),
        alert_box(
            "info",
            rx.el.p(
                _("You are signed in as"),
                " ",
                rx.el.strong(Shell.my_name),
                ". ",
                _("Was it you who signed up as"),
                " ",
                rx.el.strong(Claim.name),
                "? ",
                _("Then the new profile becomes a part of your account"),
                " ",
                rx.el.span(Shell.my_email, class_name="wrap-anywhere"),
                ".",
            ),
            class_name="mt-5",
        ),
        rx.el.ul(
            rx.el.li(_("Its visits become yours.")),
            rx.el.li(_("You look after the family members who were added there.")),
            rx.el.li(
                _("What others may do for the new profile ends. You can allow it again later, "
                  "under Sharing.")
            ),
            rx.el.li(_("You sign in as before. The new password works no more.")),
            class_name="mt-4 list-disc space-y-1 pl-6",
        ),
        rx.el.p(
            _("Perhaps somebody else typed your email by mistake. Then do not join: the visits of "
              "another person are not yours to see."),
            class_name="mt-4",
        ),
        form(
            rx.el.div(
                submit_button(_("Join the new profile to my account"), class_name="w-full sm:w-auto")
            ),
            name="join",
            on_submit=Claim.join,
            answered=Claim.answered,
            errors=Claim.errors,
            message=Claim.message,
            carry=["token"],
            class_name="mt-6",
        ),
        _not_me(),
    )  # fmt: skip


def _other() -> rx.Component:
    return rx.fragment(
        heading(_("This link is for another account")),
        rx.el.p(
            _("You are signed in as"),
            " ",
            rx.el.strong(Shell.my_name),
            ". ",
            _("The link works only in the account with the email it was sent to. Sign out, then "
              "open it again. Nothing has changed."),
            class_name="mt-3",
        ),
        rx.el.div(sign_out(class_name="btn btn-primary"), class_name="mt-5"),
    )  # fmt: skip


AGAIN: dict[str, Callable[[], rx.Component]] = {
    "again_visitor": _visitor,
    "again_sign_up": _new_one,
    "again_owner": _owner,
    "again_other": _other,
}
"""What is shown to whom, by `portal.claim.views.way_of_sign_up`."""


def _story() -> rx.Component:
    return rx.fragment(
        heading(Claim.heading),
        rx.el.p(Claim.story, class_name="mt-4 text-lg wrap-anywhere"),
    )


def _sign_in() -> rx.Component:
    return press(
        _("Sign in and join the new profile"),
        on_press=Claim.sign_in,
        answered=Claim.answered,
        class_name="btn btn-primary mt-5 w-full sm:w-auto",
    )


def _not_me() -> rx.Component:
    """Say what happens by itself, and let the owner of the address end it at once."""
    return rx.el.div(
        rx.el.h2(_("It was not you?"), class_name="text-xl"),
        rx.el.p(
            _("Then you need not do anything. The sign-up closes by itself on"),
            " ",
            Claim.closes_on,
            ". ",
            _("Whoever made it sees nothing of yours."),
            class_name="mt-2",
        ),
        rx.el.details(
            rx.el.summary(
                _("Close it now"),
                class_name="flex min-h-11 cursor-pointer items-center font-bold text-error",
            ),
            rx.el.p(
                _("Press the button and we take your address off this sign-up and close it. "
                  "Whoever made it is signed out. Visits booked with it stay, and the clinic "
                  "looks at them."),
                class_name="mt-1",
            ),
            form(
                rx.el.div(submit_button(_("It was not me, close it"), "error"), class_name="flex"),
                name="not-me",
                action=routes.AUTH_NOT_ME,
                carry=["token"],
                class_name="mt-3",
            ),
            class_name="mt-2",
        ),
        class_name="mt-8 border-t border-base-300 pt-4",
    )  # fmt: skip
