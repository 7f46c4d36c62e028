"""Booking, steps 3 and 4: for whom, and yes."""

from typing import Any

import reflex as rx

from portal import routes
from portal.booking.state import Confirm, Who
from portal.family.form import member_fields
from portal.shell import icons
from portal.shell.dialog import dialog
from portal.shell.form import blocks, form, submit_bar
from portal.shell.links import link
from portal.shell.notice import alert_box
from portal.shell.people import face, for_banner, person_class
from portal.shell.press import press
from portal.shell.screen import step_screen, title, waiting
from portal.shell.state import Shell
from portal.words import _

_LAST_BUTTON = "btn btn-primary btn-block btn-lg lg:w-auto lg:px-10"


@rx.page(routes.BOOK_WHO, title=title(_("Who is this for?")), on_load=Who.load)
def who() -> rx.Component:
    """Choose for whom."""
    return step_screen(
        rx.cond(
            Who.loaded,
            rx.fragment(
                _when_box(Who.service_name, Who.when_words, Who.change_href),
                rx.el.ul(
                    rx.foreach(Who.people, _person),
                    class_name="mt-5 grid gap-2.5 sm:grid-cols-2",
                ),
                rx.cond(
                    Shell.may_add_family,
                    rx.el.button(
                        icons.person_add(),
                        _("Add a family member"),
                        type="button",
                        on_click=Who.ask_new,
                        class_name="btn btn-outline btn-primary mt-4 w-full border-dashed",
                    ),
                ),
            ),
            rx.cond(Who.message, _start_again(Who.change_href), waiting()),
        ),
        dialog(
            _("Add a family member"),
            form(
                blocks("members", *member_fields(), max=1),
                submit_bar(
                    _("Add and go on"),
                    rx.el.button(_("Close"), type="button", class_name="btn", on_click=Who.close),
                    place="dialog",
                ),
                name="member",
                on_submit=Who.add,
                answered=Who.answered,
                errors=Who.errors,
                message=Who.message,
                draft="book-member",
                draft_owner=Shell.my_id,
            ),
            open=Who.adding,
            on_close=Who.close,
        ),
        title=_("Who is this for?"),
        shown_for=Who.shown_for,
        close_to=routes.APPOINTMENTS,
    )


def _when_box(service: Any, when: Any, change_href: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.el.strong(when),
            rx.el.span(service, class_name="block text-sm text-muted"),
            class_name="py-2 leading-snug",
        ),
        link(
            _("Change"),
            rx.el.span(" ", _("the time"), class_name="sr-only"),
            to=change_href,
            class_name="btn btn-ghost px-2 text-primary",
        ),
        class_name="mt-4 flex min-h-14 items-center justify-between gap-3 rounded-field border border-base-300 bg-base-100 ps-4 pe-2",
    )


def _person(person: Any) -> rx.Component:
    return rx.el.li(
        link(
            face(person["initials"], person["colour"]),
            rx.el.span(
                rx.el.span(
                    rx.cond(
                        person["is_me"], _("Me, ") + person["first_name"].to(str), person["name"]
                    ),
                    class_name="block font-bold leading-snug wrap-anywhere",
                ),
                rx.el.span(person["relation"], class_name="block text-sm"),
                class_name="min-w-0",
            ),
            to=person["href"],
            class_name="choice h-full no-underline hover:bg-secondary",
        ),
        key=person["id"],
    )


def _start_again(times_href: Any) -> rx.Component:
    return rx.el.p(
        link(_("Choose another time"), to=times_href, class_name="btn btn-primary"),
        class_name="mt-6",
    )


@rx.page(routes.BOOK_CONFIRM, title=title(_("Check and confirm")), on_load=Confirm.load)
def confirm() -> rx.Component:
    """Show what is about to be booked, and for whom; the button names the person."""
    person: Any = Confirm.person
    mine = person["is_me"].to(bool)
    return step_screen(
        rx.cond(
            Confirm.loaded,
            rx.fragment(
                _visit_box(),
                rx.el.p(
                    rx.el.strong(Confirm.price_words),
                    ". ",
                    _("You pay at the clinic."),
                    class_name="mt-5",
                ),
                rx.el.p(
                    icons.info("mt-0.5 size-5"),
                    _("You can cancel at no cost in Appointments until the visit begins."),
                    class_name="mt-3 flex gap-3 text-muted",
                ),
                # There before it has anything to say, so that a screen reader hears it.
                rx.el.div(
                    rx.cond(
                        Confirm.refused,
                        alert_box("warning", rx.el.p(Confirm.refused), class_name="mt-5"),
                    ),
                    role="status",
                ),
                rx.el.div(
                    rx.cond(
                        Confirm.refused,
                        _somebody_else(),
                        rx.cond(Confirm.message, _another_time(), _book_button(mine)),
                    ),
                    class_name="action-bar mt-7",
                ),
            ),
            rx.cond(Confirm.message, _start_again(Confirm.times_href), waiting()),
        ),
        title=_("Check and confirm"),
        shown_for=Confirm.shown_for,
        close_to=routes.APPOINTMENTS,
        banner=rx.cond(
            Confirm.loaded,
            for_banner(
                _("Booking for"),
                rx.cond(mine, _("yourself"), person["name"]),
                person["initials"],
                person["colour"].to(int),
                change_to=Confirm.who_href,
            ),
        ),
    )


def _book_button(mine: Any) -> rx.Component:
    person: Any = Confirm.person
    return press(
        rx.cond(
            mine,
            _("Book this visit for me"),
            _("Book this visit for") + " " + person["first_name"].to(str),
        ),
        on_press=Confirm.book(
            person["id"],
            Confirm.service_id,
            Confirm.practitioner_id,
            Confirm.at,
            Confirm.price_cents,
            Confirm.request_key,
        ),
        answered=Confirm.answered,
        class_name=_LAST_BUTTON,
    )


def _another_time() -> rx.Component:
    """Lead on after a refusal: the same press would only be refused again."""
    return link(_("Choose another time"), to=Confirm.times_href, class_name=_LAST_BUTTON)


def _somebody_else() -> rx.Component:
    return link(_("Choose somebody else"), to=Confirm.who_href, class_name=_LAST_BUTTON)


def _visit_box() -> rx.Component:
    person: Any = Confirm.person
    return rx.el.section(
        rx.el.div(
            face(person["initials"], person["colour"].to(int), "lg"),
            rx.el.div(
                rx.el.p(Confirm.when_words, class_name="text-xl font-bold leading-snug"),
                rx.el.p(Confirm.service_words, class_name="mt-1"),
                rx.el.p(
                    _("For"),
                    " ",
                    rx.el.strong(person["name"], class_name="wrap-anywhere"),
                    class_name="mt-1",
                ),
                rx.el.p(Confirm.place_words, class_name="mt-1"),
                class_name="min-w-0",
            ),
            class_name="flex items-start gap-4",
        ),
        class_name=["tinted mt-5 rounded-box p-5", person_class(person["colour"].to(int))],
        custom_attrs={"aria-label": _("The visit")},
    )
