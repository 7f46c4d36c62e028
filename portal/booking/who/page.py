"""Booking, step 3: for whom, where that was not chosen first."""

from typing import Any

import reflex as rx

from portal import routes
from portal.booking.cards_page import CARD, CARDS, new_member_dialog, person_words, some_of
from portal.booking.who.state import Who
from portal.shell import icons
from portal.shell.countdown import countdown
from portal.shell.links import link
from portal.shell.people import face
from portal.shell.press import press
from portal.shell.screen import step_screen, title, waiting
from portal.shell.state import Shell
from portal.words import _

BAR = "btn btn-primary btn-block lg:w-auto lg:px-10"


@rx.page(routes.BOOK_WHO, title=title(_("Who is this for?")), on_load=Who.load)
def who() -> rx.Component:
    """Choose for whom."""
    return step_screen(
        rx.cond(
            Who.loaded,
            rx.fragment(
                _when_box(),
                rx.cond(Who.in_group, _group(), _one()),
                _somebody_new(),
                rx.cond(Who.in_group, _go_on()),
            ),
            rx.cond(Who.message, start_again(), waiting()),
        ),
        new_member_dialog(Who, "book-member"),
        title=_("Who is this for?"),
        shown_for=Who.shown_for,
        close_to=routes.APPOINTMENTS,
    )


def start_again() -> rx.Component:
    """Lead on from a page that has nothing to show."""
    return rx.el.p(
        link(_("Choose another time"), to=routes.BOOK, class_name="btn btn-primary"),
        class_name="mt-6",
    )


def _when_box() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.p(
                rx.el.strong(Who.when_words),
                rx.el.span(Who.service_name, class_name="block text-sm text-muted"),
                class_name="py-2 leading-snug",
            ),
            link(
                _("Change"),
                rx.el.span(" ", _("the time"), class_name="sr-only"),
                to=Who.change_href,
                class_name="btn btn-ghost px-2 text-primary",
            ),
            class_name="mt-4 flex min-h-14 items-center justify-between gap-3 rounded-field border border-base-300 bg-base-100 ps-4 pe-2",
        ),
        rx.el.p(
            Who.kept_words,
            " ",
            countdown(Who.seconds_left, Who.kept_until, Who.refresh),
            class_name="mt-2 text-sm text-muted",
        ),
    )


def _one() -> rx.Component:
    def person(one: Any) -> rx.Component:
        return rx.el.li(
            press(
                face(one["initials"], one["colour"]),
                person_words(one),
                on_press=Who.choose(one["id"]),
                answered=Who.answered,
                class_name=f"{CARD} w-full text-start hover:bg-secondary",
            ),
            key=one["id"],
        )

    return rx.el.ul(rx.foreach(Who.people, person), class_name=f"mt-5 {CARDS}")


def _group() -> rx.Component:
    return rx.fragment(
        rx.el.fieldset(
            rx.el.legend(_("Who comes?"), class_name="text-lg font-bold"),
            rx.el.p(
                _("Choose up to"),
                " ",
                Who.most,
                " ",
                _("people who come together."),
                class_name="text-sm text-muted",
            ),
            rx.el.div(some_of(Who.people, Who.toggle), class_name="mt-2"),
            class_name="mt-5 min-w-0",
        ),
        rx.cond(
            rx.Var.create(Who.payers).length() > 1,
            rx.el.div(
                rx.el.label(_("Who pays?"), html_for="payer", class_name="font-bold"),
                rx.el.p(
                    _("They can move or cancel the visit for everybody."),
                    class_name="text-sm text-muted",
                ),
                rx.el.select(
                    rx.foreach(
                        Who.payers,
                        lambda one: rx.el.option(one[1], value=one[0], key=one[0]),
                    ),
                    id="payer",
                    name="payer",
                    value=rx.cond(Who.payer, Who.payer, Who.payers[0][0]),
                    on_change=Who.choose_payer,
                    class_name="select mt-1.5 sm:w-80",
                ),
                class_name="mt-5",
            ),
        ),
    )


def _somebody_new() -> rx.Component:
    return rx.cond(
        Shell.may_add_family,
        rx.el.button(
            icons.person_add(),
            _("Add a family member"),
            type="button",
            on_click=Who.ask_new,
            class_name="btn btn-outline btn-primary mt-4 w-full border-dashed",
        ),
    )


def _go_on() -> rx.Component:
    return rx.el.div(
        press(Who.go_words, on_press=Who.choose_all, answered=Who.answered, class_name=BAR),
        class_name="action-bar mt-7",
    )
