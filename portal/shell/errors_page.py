"""What a person sees when a page breaks in their browser: calm words, nothing technical."""

import reflex as rx
from reflex_components_core.base.error_boundary import ErrorBoundary

from portal import routes
from portal.shell.links import plain_link
from portal.words import _


def error_boundary(_stateful: bool = True) -> rx.Component:
    """Make the app wrap ``(55, "ErrorBoundary")``; its links do without the router."""
    return ErrorBoundary.create(fallback_render=_broken_page())


def _broken_page() -> rx.Component:
    title = _("Something went wrong on this page")
    return rx.el.main(
        rx.el.title(title),
        rx.el.div(
            rx.el.h1(title, class_name="text-2xl sm:text-3xl", tab_index=-1),
            rx.el.p(
                _("It is not your fault, and nothing you saved is lost. Reload the page to go on."),
                class_name="mt-3 text-lg",
            ),
            role="alert",
        ),
        rx.el.div(
            plain_link(_("Reload the page"), to="", class_name="btn btn-primary"),
            plain_link(_("Go to the start"), to=routes.HOME, class_name="btn"),
            class_name="mt-6 flex flex-col gap-3 sm:flex-row",
        ),
        rx.el.p(_("If it happens again, call the clinic."), class_name="mt-6 text-muted"),
        id="main",
        class_name="mx-auto w-full max-w-read px-4 py-10 sm:px-6 lg:py-20",
    )
