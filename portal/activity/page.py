"""My Account > Activity: who did what on my profile, and what I did for others."""

from typing import Any

import reflex as rx

from portal import routes
from portal.activity.state import Activity, EntryView
from portal.shell import icons
from portal.shell.frame import heading
from portal.shell.links import link, plain_link
from portal.shell.people import face
from portal.shell.press import press
from portal.shell.screen import account_screen, title, waiting
from portal.words import _

BOX = "rounded-box border border-base-300 bg-base-100"


@rx.page(routes.ACCOUNT_ACTIVITY, title=title(_("Activity")), on_load=Activity.load)
def activity() -> rx.Component:
    """List what happened, the newest first."""
    return account_screen(
        heading(
            _("Activity"),
            _("What your family and the clinic did on your profile, and what you did for others."),
        ),
        rx.cond(
            Activity.loaded,
            rx.fragment(
                rx.el.div(
                    _filter(),
                    plain_link(
                        _("Download as a table"),
                        rx.el.span(_(" (CSV file)"), class_name="sr-only"),
                        to=Activity.download,
                        download=True,
                        class_name="btn",
                    ),
                    class_name="no-print mt-5 flex flex-col gap-3 sm:flex-row sm:items-center "
                    "sm:justify-between",
                ),
                rx.cond(Activity.days, rx.foreach(Activity.days, _day), _nothing()),
                _pages(),
            ),
            waiting(),
        ),
        rx.el.p(
            _("Something here that should not be? Turn it off under"),
            " ",
            link(_("Sharing"), to=routes.ACCOUNT_SHARING, class_name="link link-primary font-bold"),
            _(", or call the clinic."),
            class_name="mt-8 max-w-read text-muted",
        ),
        current="activity",
    )


def _filter() -> rx.Component:
    return rx.el.div(
        rx.el.label(_("Show"), html_for="only", class_name="shrink-0"),
        rx.el.select(
            rx.el.option(_("Everyone"), value=""),
            rx.foreach(
                Activity.people,
                lambda one: rx.el.option(one["name"], value=one["id"], key=one["id"]),
            ),
            id="only",
            name="only",
            default_value="",
            on_change=Activity.show_only,
            class_name="select sm:w-56",
        ),
        class_name="flex items-center gap-3",
    )


def _day(day: Any) -> rx.Component:
    return rx.fragment(
        rx.el.h2(day["day"], class_name="mt-6 mb-3 text-lg"),
        rx.el.ul(
            rx.foreach(day["entries"].to(list[EntryView]), _entry),
            class_name=f"divide-y divide-base-300 {BOX}",
        ),
        key=day["day"],
    )


def _entry(entry: Any) -> rx.Component:
    return rx.el.li(
        rx.cond(
            entry["initials"] != "",
            face(entry["initials"], entry["colour"].to(int)),
            rx.el.span(
                icons.info("size-5"), class_name="face", custom_attrs={"aria-hidden": "true"}
            ),
        ),
        rx.el.div(
            rx.el.p(entry["text"], class_name="wrap-anywhere"),
            rx.cond(
                entry["detail"] != "",
                rx.el.p(entry["detail"], class_name="text-sm text-muted wrap-anywhere"),
            ),
            class_name="min-w-0 flex-1",
        ),
        rx.el.p(entry["time"], class_name="shrink-0 text-sm text-muted tabular-nums"),
        class_name="print-whole flex items-start gap-3 px-4 py-3 sm:gap-4 sm:px-5",
        key=entry["id"],
    )


def _nothing() -> rx.Component:
    return rx.el.div(
        rx.el.h2(_("Nothing to show"), class_name="text-lg"),
        rx.el.p(
            _("Choose somebody else above, or everyone."),
            class_name="mt-1 text-muted",
        ),
        class_name=f"mt-6 p-6 {BOX}",
    )


def _pages() -> rx.Component:
    def turn(words: str, by: int, there: Any) -> rx.Component:
        return rx.cond(
            there,
            press(
                words,
                on_press=Activity.turn(Activity.page + by),
                answered=Activity.answered,
            ),
        )

    return rx.el.div(
        turn(_("Newer"), -1, Activity.page > 1),
        turn(_("Older"), 1, Activity.has_more),
        class_name="no-print mt-6 flex gap-3 empty:hidden",
    )
