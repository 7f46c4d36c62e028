"""The frame around every page: skip link, header, menus, footer. Pages put their content inside.

``page`` is the usual one, ``account_page`` adds the My Account menu, ``flow_page`` takes all menus
away for steps that are to be finished.
"""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.clinic import CLINIC, VISITOR, Clinic, Me
from portal.shell.links import link, plain_link
from portal.shell.menus import (
    ACCOUNT_MENU,
    MAIN_MENU,
    Menu,
    account_entries,
    corner,
    dock,
    main_menu,
    sign_out,
)
from portal.words import _

Text = str | rx.Var[str]

__all__ = [
    "ACCOUNT_MENU",
    "MAIN_MENU",
    "READ",
    "WIDE",
    "account_page",
    "flow_page",
    "heading",
    "page",
    "sign_out",
]

READ = "max-w-read"
WIDE = "max-w-page"


class _FocusTitle(rx.Component):
    library = "$/public/kit/shell.jsx"
    tag = "FocusTitle"
    alias = "KitFocusTitle"


class _Progress(rx.Component):
    library = "$/public/kit/shell.jsx"
    tag = "Progress"
    alias = "KitProgress"

    waiting: rx.Var[Any]
    label: rx.Var[str]


def heading(text: Text, lead: Text | None = None, *beside: rx.Component) -> rx.Component:
    """Start a page: its title, which gets the focus after a change of page, and a line below."""
    words = rx.el.div(
        rx.el.h1(text, class_name="text-2xl sm:text-3xl", tab_index=-1),
        rx.el.p(lead, class_name="mt-1 max-w-read text-muted")
        if lead is not None
        else rx.fragment(),
    )
    if not beside:
        return words
    return rx.el.div(words, *beside, class_name="flex flex-wrap items-start justify-between gap-4")


def page(
    *children: Any,
    current: str = "",
    me: Me = VISITOR,
    clinic: Clinic = CLINIC,
    width: str = WIDE,
    class_name: str = "py-6 lg:py-10",
    beside: rx.Component | None = None,
    banner: rx.Component | None = None,
) -> rx.Component:
    """Frame a page of the main menu, or one for visitors; ``current`` is its key in the menu.

    ``beside`` stands in the corner in place of the person's own menu or the two ways in;
    ``banner`` says below the header for whom something is done.
    """
    return _frame(
        rx.el.main(
            *children,
            id="main",
            class_name=f"mx-auto w-full {width} px-4 sm:px-6 {class_name}",
        ),
        header=_header(
            clinic, main_menu(current, me), beside if beside is not None else corner(me)
        ),
        banner=banner,
        bottom=dock(current, me),
        clinic=clinic,
    )


def staff_page(
    *children: Any, menu: rx.Component, corner: rx.Component, clinic: Clinic = CLINIC
) -> rx.Component:
    """Frame a page of the clinic's side, with its own menus."""
    return _frame(
        rx.el.main(
            *children,
            id="main",
            class_name="mx-auto w-full max-w-page px-4 py-5 sm:px-6 lg:py-8",
        ),
        header=_header(clinic, menu, corner, staff=True),
        clinic=None,
    )


def account_page(
    *children: Any, current: str, me: Me = VISITOR, clinic: Clinic = CLINIC
) -> rx.Component:
    """Frame a page of My Account; ``current`` is a key of ``ACCOUNT_MENU``."""
    here = next(entry for entry in ACCOUNT_MENU if entry.key == current)
    return _frame(
        rx.el.div(
            rx.el.nav(
                rx.el.p(_("My Account"), class_name="mb-2 px-3 font-bold"),
                account_entries(current, "menu w-full gap-0.5 p-0"),
                class_name="hidden lg:block",
                custom_attrs={"aria-label": _("My Account")},
            ),
            Menu.create(
                rx.el.summary(
                    rx.el.span(_("My Account"), ": ", rx.el.strong(here.label)),
                    icons.chevron_down(),
                    class_name="flex min-h-11 cursor-pointer items-center justify-between gap-2 "
                    "px-4 py-2",
                ),
                rx.el.nav(
                    account_entries(current, "menu w-full gap-0.5 border-t border-base-300"),
                    custom_attrs={"aria-label": _("My Account")},
                ),
                class_name="mb-5 rounded-box border border-base-300 bg-base-100 lg:hidden",
            ),
            rx.el.main(*children, id="main", class_name="min-w-0"),
            class_name="mx-auto w-full max-w-page px-4 py-5 sm:px-6 "
            "lg:grid lg:grid-cols-[14.5rem_minmax(0,1fr)] lg:gap-10 lg:py-10",
        ),
        header=_header(clinic, main_menu("account", me), corner(me)),
        bottom=dock("account", me),
        clinic=clinic,
    )


def flow_page(
    *children: Any,
    title: Text,
    lead: Text | None = None,
    step: int | None = None,
    of: int | None = None,
    close_to: Text | None = None,
    close_label: str | None = None,
    banner: rx.Component | None = None,
    clinic: Clinic = CLINIC,
    width: str = READ,
    footer: bool = True,
) -> rx.Component:
    """Frame one step of something to finish: no menus, only a way out at ``close_to``.

    ``banner`` is a ``for_banner``; it stays in sight on every step.
    """
    way_out = rx.fragment()
    if close_to is not None:
        way_out = link(
            close_label or _("Close"), to=close_to, class_name="btn btn-ghost px-2 text-primary"
        )
    counter = rx.fragment()
    if step is not None and of is not None:
        counter = rx.el.p(
            _("Step {step} of {of}").format(step=step, of=of), class_name="text-sm text-muted"
        )
    return _frame(
        rx.el.main(
            counter,
            rx.el.h1(title, class_name="text-2xl sm:text-3xl", tab_index=-1),
            rx.el.p(lead, class_name="mt-2 text-muted") if lead is not None else rx.fragment(),
            *children,
            id="main",
            class_name=f"mx-auto w-full {width} px-4 py-6 sm:px-6 lg:py-10",
        ),
        header=_header(clinic, rx.fragment(), way_out),
        banner=banner,
        clinic=clinic if footer else None,
    )


def _frame(
    main: rx.Component,
    header: rx.Component,
    clinic: Clinic | None,
    banner: rx.Component | None = None,
    bottom: rx.Component | None = None,
) -> rx.Component:
    return rx.el.div(
        _FocusTitle.create(),
        _Progress.create(waiting=~rx.State.is_hydrated, label=_("Loading. Please wait.")),
        plain_link(_("Skip to the main part"), to="#main", class_name="skip-link"),
        header,
        banner if banner is not None else rx.fragment(),
        main,
        _footer(clinic) if clinic is not None else rx.fragment(),
        bottom if bottom is not None else rx.fragment(),
        class_name="flex min-h-dvh flex-col has-[.dock]:pb-20 lg:has-[.dock]:pb-0",
    )


def _header(
    clinic: Clinic, menu: rx.Component, corner: rx.Component, *, staff: bool = False
) -> rx.Component:
    # Staff have little room on a phone and beside eight entries: the badge says where they are.
    name = "sr-only sm:not-sr-only lg:sr-only xl:not-sr-only" if staff else ""
    badge = rx.el.span(_("Staff"), class_name="badge badge-neutral") if staff else rx.fragment()
    return rx.el.header(
        rx.el.div(
            link(
                icons.logo(),
                rx.el.span(clinic.name, class_name=f"{name} whitespace-nowrap".strip()),
                badge,
                rx.el.span(" ", _("(start page)"), class_name="sr-only"),
                to=routes.STAFF if staff else routes.HOME,
                class_name="flex min-h-11 items-center gap-2 text-base font-bold leading-tight "
                "no-underline sm:gap-2.5 sm:text-lg",
            ),
            menu,
            corner,
            class_name="mx-auto flex min-h-16 max-w-page items-center justify-between gap-4 "
            "px-4 sm:px-6",
        ),
        class_name="border-b border-base-300 bg-base-100",
    )


def _footer(clinic: Clinic) -> rx.Component:
    phone = plain_link(clinic.phone, to=f"tel:{clinic.phone}", class_name="link whitespace-nowrap")
    words = rx.el.p(
        clinic.name,
        ", ",
        clinic.address,
        ". ",
        _("Call us on"),
        " ",
        phone,
        ", ",
        clinic.hours,
        ".",
    )
    return rx.el.footer(
        rx.el.div(
            # Its line is kept free until the clinic is known: no link without words, no jump.
            rx.cond(rx.Var.create(clinic.phone) != "", words, rx.el.p("\u00a0")),
            class_name="mx-auto max-w-page px-4 py-6 text-sm text-muted sm:px-6",
        ),
        class_name="mt-auto border-t border-base-300 bg-base-100",
    )
