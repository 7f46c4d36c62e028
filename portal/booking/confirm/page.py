"""Booking, the last step: everything that is kept, for whom, and yes."""

from typing import Any

import reflex as rx

from portal import routes
from portal.booking.cards_page import booking_banner, faces
from portal.booking.confirm.lost_page import lost_part
from portal.booking.confirm.state import MOST_NOTE, Confirm
from portal.booking.views import FaceView
from portal.booking.who.page import start_again
from portal.shell import icons
from portal.shell.countdown import countdown
from portal.shell.form import field, form, submit_button
from portal.shell.links import link
from portal.shell.notice import alert_box
from portal.shell.people import person_class
from portal.shell.press import press
from portal.shell.screen import step_screen, title, waiting
from portal.shell.state import Shell
from portal.words import _

_QUIET = "btn btn-ghost px-2"


@rx.page(routes.BOOK_CONFIRM, title=title(_("Check and confirm")), on_load=Confirm.load)
def confirm() -> rx.Component:
    """Show what is about to be booked, and for whom; the button names them."""
    return step_screen(
        rx.cond(
            Confirm.loaded,
            rx.fragment(
                rx.cond(Confirm.lost, lost_part(Confirm), rx.fragment(_kept(), _items(), _more())),
                # It stays on the page, though out of sight, with what was typed in it.
                rx.el.div(_form(), class_name=rx.cond(Confirm.lost, "hidden", "")),
            ),
            rx.cond(Confirm.message, start_again(), waiting()),
        ),
        title=rx.cond(Confirm.lost, _("We could not keep this time"), _("Check and confirm")),
        shown_for=Confirm.shown_for,
        close_to=routes.APPOINTMENTS,
        banner=rx.cond(Confirm.loaded, rx.cond(Confirm.faces, _banner())),
    )


def _banner() -> rx.Component:
    return booking_banner(
        Confirm.faces,
        Confirm.banner_name,
        Confirm.who_href,
        rx.cond(Confirm.moving, _("Moving a visit for"), _("Booking for")),
    )


def _kept() -> rx.Component:
    """Say until when it is kept; once it can be longer."""
    return rx.el.div(
        rx.el.p(
            icons.clock("size-5"),
            rx.el.span(
                Confirm.kept_words,
                " ",
                countdown(Confirm.seconds_left, Confirm.kept_until, Confirm.refresh),
            ),
            class_name="flex items-center gap-2 text-muted",
        ),
        rx.cond(
            Confirm.can_extend,
            press(
                _("Keep it 10 minutes longer"),
                on_press=Confirm.extend,
                answered=Confirm.answered,
                class_name=f"{_QUIET} text-primary",
            ),
        ),
        class_name="mt-2 flex flex-wrap items-center justify-between gap-x-4",
    )


def _items() -> rx.Component:
    return rx.el.ul(rx.foreach(Confirm.items, _item), class_name="mt-4 grid gap-3")


def _item(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.article(
            rx.el.div(
                rx.el.div(
                    faces(one["faces"].to(list[FaceView]), "lg"),
                    class_name="max-w-14 shrink-0 sm:max-w-48",
                ),
                rx.el.div(
                    rx.el.h2(one["when"], class_name="text-xl leading-snug"),
                    rx.cond(one["before"], rx.el.p(one["before"])),
                    rx.el.p(one["what"], class_name="mt-1"),
                    rx.el.p(
                        _("For"),
                        " ",
                        rx.el.strong(one["names"], class_name="wrap-anywhere"),
                        class_name="mt-1",
                    ),
                    rx.el.p(one["place"], class_name="mt-1"),
                    rx.cond(one["price"], rx.el.p(one["price"], class_name="mt-1")),
                    class_name="min-w-0",
                ),
                class_name="flex items-start gap-4",
            ),
            _item_actions(one),
            class_name=["tinted rounded-box p-5 pb-2", person_class(one["colour"].to(int))],
        ),
        key=one["id"],
    )


def _item_actions(one: Any) -> rx.Component:
    about = rx.el.span(": ", one["when"], class_name="sr-only")
    return rx.el.div(
        link(_("Change the time"), about, to=one["time_href"], class_name=_QUIET),
        rx.cond(
            one["who_href"],
            link(_("Change the person"), about, to=one["who_href"], class_name=_QUIET),
        ),
        rx.cond(
            Confirm.several,
            press(
                _("Take off"),
                about,
                on_press=Confirm.let_go(one["id"]),
                answered=Confirm.answered,
                class_name=f"{_QUIET} text-error",
            ),
        ),
        class_name="-mx-2 mt-2 flex flex-wrap gap-x-2",
    )


def _more() -> rx.Component:
    return rx.el.div(
        rx.cond(
            Confirm.more_href,
            link(icons.calendar_add(), _("Book more"), to=Confirm.more_href, class_name="btn"),
        ),
        rx.cond(
            Confirm.repeat_href,
            link(icons.repeat(), _("Repeat this visit"), to=Confirm.repeat_href, class_name="btn"),
        ),
        class_name="mt-4 flex flex-wrap gap-2 empty:hidden",
    )


def _form() -> rx.Component:
    return form(
        field(
            "note",
            _("Anything the clinic should know?"),
            optional=True,
            rows=3,
            maxlength=MOST_NOTE,
        ),
        rx.el.div(
            rx.cond(
                Confirm.total_words,
                rx.el.p(
                    rx.cond(Confirm.several, _("Together") + " ", ""),
                    rx.el.strong(Confirm.total_words),
                    ". ",
                    _("You pay at the clinic."),
                ),
            ),
            _small_print(Confirm.change_words),
            _small_print(Confirm.zone_words),
            rx.cond(Confirm.policy_text, _policy()),
            class_name="grid gap-3",
        ),
        # There before it has anything to say, so that a screen reader hears it.
        rx.el.div(
            rx.cond(Confirm.refused, alert_box("warning", rx.el.p(Confirm.refused))),
            role="status",
        ),
        rx.el.div(
            rx.cond(
                Confirm.refused,
                link(_("Choose somebody else"), to=routes.BOOK, class_name=_LAST),
                submit_button(Confirm.button_words, class_name=_LAST_SIZE),
            ),
            class_name="action-bar",
        ),
        name="yes",
        on_submit=Confirm.book,
        answered=Confirm.answered,
        errors=Confirm.errors,
        message=Confirm.message,
        fixed={"order_id": Confirm.order_id, "shown_cents": Confirm.total_cents},
        draft="book-note",
        draft_owner=Shell.my_id,
        class_name="mt-7 grid gap-6",
    )


_LAST_SIZE = "btn-block btn-lg lg:w-auto lg:px-10"
_LAST = f"btn btn-primary {_LAST_SIZE}"


def _small_print(words: Any) -> rx.Component:
    return rx.el.p(icons.info("mt-0.5 size-5"), words, class_name="flex gap-3 text-muted")


def _policy() -> rx.Component:
    return rx.el.section(
        rx.el.h2(_("The clinic’s rules"), id="rules", class_name="text-base"),
        rx.el.p(Confirm.policy_text, class_name="mt-1 whitespace-pre-line"),
        class_name="rounded-box border border-base-300 bg-base-100 p-4",
        custom_attrs={"aria-labelledby": "rules"},
    )
