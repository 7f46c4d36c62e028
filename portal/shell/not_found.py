"""The page for addresses that lead nowhere, or nowhere open to this person: both look the same."""

import reflex as rx

from portal import routes
from portal.shell.frame import READ, heading, page
from portal.shell.links import link
from portal.shell.state import CLINIC, ME, Shell
from portal.words import _


def not_found() -> rx.Component:
    """Say that there is nothing here, that nothing is lost, and where to go."""
    return page(
        heading(_("We cannot find this page")),
        rx.el.p(
            _(
                "The address may be wrong, or the page is not open to you. "
                "Nothing of yours is lost."
            ),
            class_name="mt-3 text-lg",
        ),
        rx.el.div(
            link(_("Go to the start"), to=routes.HOME, class_name="btn btn-primary"),
            rx.cond(
                Shell.signed_in,
                link(_("Appointments"), to=routes.APPOINTMENTS, class_name="btn"),
                link(_("Sign in"), to=routes.LOGIN, class_name="btn"),
            ),
            class_name="mt-6 flex flex-col gap-3 sm:flex-row",
        ),
        rx.el.p(
            _("Came from a link in an email? It may be too old. Call us, and we send a new one."),
            class_name="mt-6 text-muted",
        ),
        me=ME,
        clinic=CLINIC,
        width=READ,
        class_name="py-10 lg:py-20",
    )
