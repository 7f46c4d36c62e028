"""The page frame filled with the person and the clinic; every page starts from one of these."""

from typing import Any

import reflex as rx

from portal.shell import frame
from portal.shell.fresh import fresh
from portal.shell.guard import Said
from portal.shell.notice import alert_box, notices
from portal.shell.press import press
from portal.shell.prove import prove_dialog
from portal.shell.state import CLINIC, ME, Shell
from portal.words import _


def screen(
    *children: Any, current: str = "", on_press: Any = None, width: str = frame.WIDE, **more: Any
) -> rx.Component:
    """Frame a page with menus; ``on_press`` answers the button of a notice."""
    return frame.page(
        notices(Said.notices, on_press=on_press),
        unconfirmed_line(),
        *children,
        prove_dialog(),
        current=current,
        me=ME,
        clinic=CLINIC,
        width=width,
        **more,
    )


def staff_door(*children: Any) -> rx.Component:
    """Frame a page that somebody who works at the clinic sees before signing in."""
    return frame.page(
        notices(Said.notices),
        *children,
        clinic=CLINIC,
        width=frame.READ,
        beside=rx.el.p(_("For staff"), class_name="text-muted"),
    )


def account_screen(*children: Any, current: str) -> rx.Component:
    """Frame a page of My Account."""
    return frame.account_page(
        notices(Said.notices),
        unconfirmed_line(),
        *children,
        prove_dialog(),
        current=current,
        me=ME,
        clinic=CLINIC,
    )


def step_screen(
    *children: Any, title: Any, shown_for: Any = None, banner: Any = None, **more: Any
) -> rx.Component:
    """Frame one step of something to finish; ``shown_for`` is the address its content is for."""
    if shown_for is not None:
        children = (fresh(rx.fragment(*children), shown_for),)
        banner = fresh(banner, shown_for, skeleton=False) if banner is not None else None
    return frame.flow_page(
        notices(Said.notices, class_name="mt-5"),
        *children,
        prove_dialog(),
        title=title,
        clinic=CLINIC,
        banner=banner,
        **more,
    )


def unconfirmed_line() -> rx.Component:
    """Remind somebody whose address is not confirmed, with a button for a fresh mail."""
    return rx.cond(
        Shell.signed_in & ~Shell.verified,
        alert_box(
            "warning",
            rx.el.p(
                rx.el.strong(_("Please confirm your email.")),
                " ",
                _("We sent a link to"),
                " ",
                rx.el.span(Shell.my_email, class_name="wrap-anywhere"),
                ". ",
                _("Until then you can book three visits."),
            ),
            action=press(
                _("Send it again"), on_press=Shell.send_link_again, answered=Shell.answered
            ),
            class_name="mb-5",
        ),
    )


def waiting() -> rx.Component:
    """Hold a page's place until its content is here."""
    return rx.el.div(
        rx.el.div(class_name="skeleton h-24 w-full"),
        rx.el.div(class_name="skeleton h-24 w-full"),
        class_name="mt-6 grid gap-4",
        custom_attrs={"aria-hidden": "true"},
    )


def title(words: str) -> str:
    """Return the title of a page, as the browser's tab shows it."""
    return f"{words} · Kindred"
