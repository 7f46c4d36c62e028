"""Booking: a service, a time, for whom, and yes."""

from typing import Any

import reflex as rx

from portal import routes
from portal.booking.state import Confirm, Services, Times, Who
from portal.booking.views import ServiceView, SlotView
from portal.family.form import member_fields
from portal.shell import icons
from portal.shell.arrows import arrows
from portal.shell.dialog import dialog
from portal.shell.form import blocks, form, submit_bar
from portal.shell.frame import WIDE, heading
from portal.shell.links import link
from portal.shell.people import face, for_banner, person_class
from portal.shell.press import press
from portal.shell.screen import screen, step_screen, title, waiting
from portal.shell.state import Shell
from portal.words import _

_LAST_BUTTON = "btn btn-primary btn-block btn-lg lg:w-auto lg:px-10"
LIST = "divide-y divide-base-300 rounded-box border border-base-300 bg-base-100"


@rx.page(routes.BOOK, title=title(_("Book a visit")), on_load=[Shell.load, Services.load])
def book() -> rx.Component:
    """Choose a service."""
    return screen(
        heading(_("Book a visit"), _("What is it about? You choose the time and the person next.")),
        rx.cond(
            Services.groups,
            rx.el.div(
                rx.foreach(Services.groups, _group),
                class_name="mt-6 grid items-start gap-x-10 gap-y-8 lg:grid-cols-2",
            ),
            waiting(),
        ),
        current="book",
    )


def _group(group: Any) -> rx.Component:
    return rx.el.section(
        rx.el.h2(group["category"], class_name="mb-2 text-lg"),
        rx.el.ul(rx.foreach(group["services"].to(list[ServiceView]), _service), class_name=LIST),
    )


def _service(one: Any) -> rx.Component:
    return rx.el.li(
        link(
            rx.el.span(
                one["name"], class_name="min-w-0 flex-1 font-bold leading-snug text-primary"
            ),
            rx.el.span(
                one["length"],
                rx.el.br(),
                one["price"],
                class_name="text-end text-sm leading-snug text-muted tabular-nums",
            ),
            icons.chevron_right(),
            to=one["href"],
            class_name="flex min-h-16 items-center justify-between gap-4 px-4 py-3 hover:bg-secondary sm:px-5",
        )
    )


@rx.page(routes.BOOK_TIMES, title=title(_("Choose a time")), on_load=[Shell.load, Times.load])
def times() -> rx.Component:
    """Choose with whom and when."""
    return step_screen(
        rx.cond(
            Times.loaded,
            rx.el.div(
                rx.el.div(_service_box(), _practitioners()),
                _week(),
                class_name="mt-4 lg:grid lg:grid-cols-[20rem_minmax(0,1fr)] lg:gap-12",
            ),
            waiting(),
        ),
        title=_("Choose a time"),
        close_to=routes.APPOINTMENTS,
        width=WIDE,
    )


def _service_box() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.el.strong(Times.service_name),
            rx.el.span(Times.service_detail, class_name="block text-sm text-muted"),
            class_name="py-2 leading-snug",
        ),
        link(
            _("Change"),
            rx.el.span(" ", _("the service"), class_name="sr-only"),
            to=routes.BOOK,
            class_name="btn btn-ghost px-2 text-primary",
        ),
        class_name="flex min-h-14 items-center justify-between gap-3 rounded-field border border-base-300 bg-base-100 ps-4 pe-2",
    )


def _practitioners() -> rx.Component:
    def one(id_: Any, name: Any, role: Any) -> rx.Component:
        return rx.el.label(
            rx.el.input(
                type="radio",
                name="with",
                value=id_,
                default_checked=Times.practitioner_id == id_,
                on_change=Times.choose_practitioner(id_),
                class_name="radio",
            ),
            rx.el.span(
                rx.el.span(name, class_name="block font-bold leading-snug"),
                rx.el.span(role, class_name="hidden text-sm lg:block"),
            ),
            class_name="choice",
        )

    return rx.el.fieldset(
        rx.el.legend(_("With whom?"), class_name="text-lg font-bold"),
        rx.el.div(
            one("", _("Anyone"), _("Whoever is free first")),
            rx.foreach(Times.practitioners, lambda who: one(who[0], who[1], who[2])),
            class_name="choice-wrap mt-2",
        ),
        class_name="mt-6",
    )


def _week() -> rx.Component:
    def turn(weeks: int, label: str, icon: icons.Icon, there: Any) -> rx.Component:
        return rx.el.button(
            icon(),
            type="button",
            on_click=Times.turn(weeks),
            disabled=~there,
            class_name="btn btn-square",
            custom_attrs={"aria-label": label},
        )

    return rx.el.section(
        rx.el.div(
            turn(-1, _("Week before"), icons.chevron_left, Times.has_earlier),
            rx.el.div(
                rx.el.h2(Times.week_words, id="week", class_name="text-lg sm:text-xl"),
                rx.el.p(Times.count_words, role="status", class_name="text-sm text-muted"),
                class_name="text-center",
            ),
            turn(1, _("Week after"), icons.chevron_right, Times.has_later),
            class_name="flex items-center justify-between gap-3",
        ),
        arrows(
            rx.foreach(Times.days, _day),
            class_name=f"mt-4 {LIST}",
        ),
        rx.el.p(
            _("Times are clinic time."),
            " ",
            _("Nothing fits? Call us on"),
            " ",
            Shell.clinic_phone,
            ".",
            class_name="mt-4 text-sm text-muted",
        ),
        rx.el.div(
            rx.el.div(
                rx.el.p(
                    rx.cond(Times.chosen_words, Times.chosen_words, _("Choose a time first.")),
                    class_name="text-sm font-bold lg:text-base",
                    role="status",
                ),
                rx.cond(
                    Times.next_href,
                    link(
                        _("Go on with this time"), to=Times.next_href, class_name="btn btn-primary"
                    ),
                    rx.el.button(
                        _("Go on with this time"),
                        type="button",
                        disabled=True,
                        class_name="btn btn-primary",
                    ),
                ),
                class_name="flex flex-col gap-2 lg:flex-row lg:items-center lg:justify-end lg:gap-5",
            ),
            class_name="action-bar action-bar-tall lg:mt-8",
        ),
        class_name="mt-6 lg:mt-0",
        custom_attrs={"aria-labelledby": "week"},
    )


def _day(day: Any) -> rx.Component:
    slots = day["slots"].to(list[SlotView])
    return rx.el.section(
        rx.el.h3(
            day["weekday"],
            " ",
            rx.el.span(day["date"], class_name="font-normal text-muted"),
            id="day-" + day["key"].to(str),
            class_name="text-base sm:pt-2.5",
        ),
        rx.cond(
            slots.length() > 0,
            rx.el.ul(
                rx.foreach(slots, lambda slot: rx.el.li(_slot(day, slot))),
                class_name="grid grid-cols-[repeat(auto-fill,minmax(5.25rem,1fr))] gap-2",
            ),
            rx.el.p(_("No times this day."), class_name="text-muted sm:pt-2.5"),
        ),
        class_name="grid gap-2.5 p-4 sm:grid-cols-[11rem_minmax(0,1fr)] sm:items-start sm:px-6",
        custom_attrs={"aria-labelledby": "day-" + day["key"].to(str)},
    )


def _slot(day: Any, slot: Any) -> rx.Component:
    chosen = (Times.chosen["at"] == slot["at"]) & (Times.chosen["who"] == slot["who"])
    return rx.el.button(
        slot["time"],
        type="button",
        on_click=Times.choose(slot["at"], slot["who"]),
        class_name="slot w-full",
        custom_attrs={
            "aria-pressed": rx.cond(chosen, "true", "false"),
            "aria-label": day["weekday"].to(str)
            + " "
            + day["date"].to(str)
            + ", "
            + slot["time"].to(str)
            + _(", with ")
            + slot["name"].to(str),
        },
    )


@rx.page(routes.BOOK_WHO, title=title(_("Who is this for?")), on_load=[Shell.load, Who.load])
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
        )
    )


def _start_again(times_href: Any) -> rx.Component:
    return rx.el.p(
        link(_("Choose another time"), to=times_href, class_name="btn btn-primary"),
        class_name="mt-6",
    )


@rx.page(
    routes.BOOK_CONFIRM, title=title(_("Check and confirm")), on_load=[Shell.load, Confirm.load]
)
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
                rx.el.div(
                    rx.cond(Confirm.message, _another_time(), _book_button(mine)),
                    class_name="action-bar mt-7",
                ),
            ),
            rx.cond(Confirm.message, _start_again(Confirm.times_href), waiting()),
        ),
        title=_("Check and confirm"),
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
            Confirm.request_key,
        ),
        answered=Confirm.answered,
        class_name=_LAST_BUTTON,
    )


def _another_time() -> rx.Component:
    """Lead on after a refusal: the same press would only be refused again."""
    return link(_("Choose another time"), to=Confirm.times_href, class_name=_LAST_BUTTON)


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
