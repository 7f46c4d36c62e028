"""The page behind the link in a mail that asks: yes or no to each thing."""

from typing import Any

import reflex as rx

from portal import routes
from portal.asks.state import AskLink
from portal.shell import frame
from portal.shell.form import choice, choices, form, password_field
from portal.shell.frame import heading
from portal.shell.fresh import fresh, if_said
from portal.shell.links import link
from portal.shell.meaning import meaning_lines
from portal.shell.menus import sign_out
from portal.shell.notice import alert_box
from portal.shell.screen import screen, title, waiting
from portal.shell.state import Shell
from portal.words import _


@rx.page(routes.ASK, title=title(_("Somebody asks you")), on_load=AskLink.load)
def ask() -> rx.Component:
    """Show what is asked; opening the page answers nothing."""
    return screen(if_said("done", _done(), fresh(_open(), AskLink.shown_for)), width=frame.READ)


def _open() -> rx.Component:
    return rx.cond(
        AskLink.loaded,
        rx.cond(
            AskLink.is_other,
            _somebody_else(),
            rx.cond(AskLink.works, _questions(), _used()),
        ),
        rx.fragment(heading(_("A family member asks you")), waiting()),
    )


def _questions() -> rx.Component:
    return rx.fragment(
        heading(_("A family member asks you"), AskLink.about),
        form(
            rx.foreach(AskLink.questions, _question),
            rx.match(
                AskLink.yes_takes,
                (
                    "password",
                    password_field(
                        "password",
                        _("Password"),
                        hint=_("Only to say yes. To say no, leave this empty."),
                    ),
                ),
                ("sign-in", _sign_in_first()),
                rx.fragment(),
            ),
            name="ask",
            action=routes.AUTH_ASK,
            carry=["token"],
            submit=_("Send my answer"),
            place="inline",
        ),
        rx.el.p(
            _("Nothing changes unless you say yes. You can change it later under Sharing."),
            class_name="mt-6 text-muted",
        ),
    )


def _question(one: Any) -> rx.Component:
    return rx.el.div(
        choices(
            one["field"],
            one["title"],
            rx.el.div(
                *meaning_lines(one["opens"], one["does_not_open"]),
                class_name="grid basis-full gap-1",
            ),
            choice("yes", _("Yes, allow this")),
            choice("no", _("No")),
            wrap=True,
        ),
        class_name="rounded-box border-2 border-accent bg-base-100 p-4 sm:p-6",
        key=one["id"],
    )


def _sign_in_first() -> rx.Component:
    return alert_box(
        "info",
        rx.el.p(_("Your account asks for a code too. To say yes, sign in and answer there.")),
        action=link(
            _("Sign in"),
            to=routes.with_query(routes.LOGIN, next=routes.ACCOUNT_SHARING),
            class_name="btn",
        ),
    )


def _somebody_else() -> rx.Component:
    return rx.fragment(
        heading(_("This link is for somebody else")),
        rx.el.p(
            _("You are signed in as"),
            " ",
            rx.el.strong(Shell.my_name),
            ". ",
            _("Nothing has changed. To answer for the person the email went to, sign out first, "
              "then open the link again."),
            class_name="mt-3",
        ),
        rx.el.div(sign_out(class_name="btn btn-primary"), class_name="mt-5"),
    )  # fmt: skip


def _used() -> rx.Component:
    return rx.fragment(
        heading(_("This link does not work any more")),
        rx.el.p(
            _(
                "It is too old, was used before, or what it asked was answered or taken back. Sign "
                "in to see what is open, or call the clinic."
            ),
            class_name="mt-3",
        ),
        link(
            _("Sign in"),
            to=routes.with_query(routes.LOGIN, next=routes.ACCOUNT_SHARING),
            class_name="btn btn-primary mt-5",
        ),
    )


def _done() -> rx.Component:
    return rx.fragment(
        heading(_("Thank you for your answer")),
        rx.el.p(
            _("We tell whoever asked. You can change it at any time under My Account, Sharing."),
            class_name="mt-3",
        ),
        link(
            _("See who can act for you"),
            to=routes.ACCOUNT_SHARING,
            class_name="btn btn-primary mt-5",
        ),
    )
