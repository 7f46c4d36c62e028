"""The start page: what the portal is for, and the way in."""

import reflex as rx

from portal import routes
from portal.shell import frame, icons
from portal.shell.links import link, plain_link
from portal.shell.screen import title
from portal.shell.state import CLINIC, ME, Shell
from portal.words import _


@rx.page(routes.HOME, title=title(_("Book for yourself and your family")), on_load=Shell.load)
def home() -> rx.Component:
    """Show the start page."""
    return frame.page(
        _welcome(),
        _how(),
        _find_us(),
        rx.el.p(
            icons.emergency("size-6", "text-error"),
            rx.el.span(
                rx.el.strong(_("In an emergency")),
                _(", do not book here. Call the emergency number or go to the nearest hospital."),
            ),
            class_name="mt-10 flex items-center gap-3 rounded-box border border-base-300 bg-base-100 p-4 sm:px-5",
        ),
        me=ME,
        clinic=CLINIC,
        class_name="py-8 lg:py-14",
    )


def _welcome() -> rx.Component:
    return rx.el.div(
        rx.el.h1(
            _("Book for yourself and for your whole family"),
            class_name="max-w-read text-3xl sm:text-4xl",
            tab_index=-1,
        ),
        rx.el.p(
            _(
                "One sign-in for everyone’s visits. Each person says what you may see and do for "
                "them, and can change it at any time."
            ),
            class_name="mt-4 max-w-read text-lg text-muted",
        ),
        rx.el.div(
            link(
                icons.calendar_add(),
                _("Book a visit"),
                to=routes.BOOK,
                class_name="btn btn-primary btn-lg",
            ),
            rx.cond(
                Shell.signed_in,
                link(_("Appointments"), to=routes.APPOINTMENTS, class_name="btn btn-lg"),
                link(_("Sign in"), to=routes.LOGIN, class_name="btn btn-lg"),
            ),
            class_name="mt-6 flex flex-wrap gap-3",
        ),
        rx.cond(
            Shell.signed_in,
            rx.fragment(),
            rx.el.p(
                _("New here?"),
                " ",
                link(
                    _("Create an account"),
                    to=routes.SIGNUP,
                    class_name="link link-primary font-bold",
                ),
                ". ",
                _("It takes about three minutes."),
                class_name="mt-4",
            ),
        ),
    )


def _how() -> rx.Component:
    steps = (
        (
            _("1. Add a family member"),
            _("Tell us their name, email and how you are related. You can book for them at once."),
        ),
        (
            _("2. They decide"),
            _("We send them an email that says what you can do for them and how to change it."),
        ),
        (
            _("3. You act from your own page"),
            _("Their colour and initials are on every step, so you always know whose visit it is."),
        ),
    )
    return rx.el.section(
        rx.el.h2(_("How booking for family works"), id="how", class_name="text-xl"),
        rx.el.ol(
            *(
                rx.el.li(
                    rx.el.h3(name, class_name="text-lg"),
                    rx.el.p(words, class_name="mt-1 text-muted"),
                    class_name="border-t-3 border-primary pt-3",
                )
                for name, words in steps
            ),
            class_name="mt-5 grid gap-6 md:grid-cols-3 md:gap-10",
        ),
        class_name="mt-12 lg:mt-16",
        custom_attrs={"aria-labelledby": "how"},
    )


def _find_us() -> rx.Component:
    facts = (
        (_("Find us"), Shell.clinic_address),
        (_("Open"), Shell.clinic_opening),
        (
            _("Call"),
            rx.cond(
                Shell.clinic_phone,
                plain_link(
                    Shell.clinic_phone,
                    to="tel:" + Shell.clinic_phone,
                    class_name="link link-primary font-bold",
                ),
            ),
        ),
    )
    return rx.el.dl(
        *(
            rx.el.div(rx.el.dt(name, class_name="text-lg font-bold"), rx.el.dd(words))
            for name, words in facts
        ),
        class_name="mt-12 grid gap-5 sm:grid-cols-3",
    )
