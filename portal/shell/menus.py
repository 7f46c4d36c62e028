"""The menus of the frame: for everybody, for My Account, for the person signed in."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.clinic import Me
from portal.shell.links import link
from portal.shell.people import face
from portal.words import _


@dataclass(frozen=True)
class Entry:
    """One entry of a menu; ``key`` is what a page calls itself in ``current``."""

    key: str
    label: str
    to: str
    icon: icons.Icon = icons.info


MAIN_MENU = (
    Entry("book", _("Book"), routes.BOOK, icons.calendar_add),
    Entry("appointments", _("Appointments"), routes.APPOINTMENTS, icons.calendar),
    Entry("account", _("My Account"), routes.ACCOUNT, icons.person),
)

ACCOUNT_MENU = (
    Entry("profile", _("Profile"), routes.ACCOUNT),
    Entry("family", _("Family Members"), routes.ACCOUNT_FAMILY),
    Entry("sharing", _("Sharing"), routes.ACCOUNT_SHARING),
    Entry("security", _("Security"), routes.ACCOUNT_SECURITY),
    Entry("activity", _("Activity"), routes.ACCOUNT_ACTIVITY),
)


class Menu(rx.Component):
    """A details box that closes by itself."""

    library = "$/public/kit/shell.jsx"
    tag = "Menu"
    alias = "KitMenu"


class SignOut(rx.Component):
    """The form that ends the session."""

    library = "$/public/kit/shell.jsx"
    tag = "SignOut"
    alias = "KitSignOut"

    action: rx.Var[str]


def sign_out(*words: Any, class_name: str = "w-full text-start") -> rx.Component:
    """Show a button that ends the session by a plain POST and empties this tab's memory."""
    return SignOut.create(
        *(words or (_("Sign out"),)), action=routes.AUTH_LOGOUT, class_name=class_name
    )


def _only_for(me: Me, inside: rx.Component, visitor: rx.Component | None = None) -> rx.Component:
    """Show something to people signed in, something else to visitors."""
    other = visitor if visitor is not None else rx.fragment()
    if isinstance(me.signed_in, bool):
        return inside if me.signed_in else other
    return rx.cond(me.signed_in, inside, other)


def main_menu(current: str, me: Me) -> rx.Component:
    """Show the main menu of wide screens."""

    def entry(item: Entry) -> rx.Component:
        here = item.key == current
        edge = (
            "border-primary font-bold text-primary"
            if here
            else "border-transparent hover:text-primary"
        )
        return rx.el.li(
            link(
                item.label,
                to=item.to,
                current=here,
                class_name=f"flex min-h-11 items-center border-b-3 px-3 {edge}",
            )
        )

    return _only_for(
        me,
        rx.el.nav(
            rx.el.ul(*map(entry, MAIN_MENU), class_name="flex items-center gap-1"),
            class_name="hidden lg:block",
            custom_attrs={"aria-label": _("Main")},
        ),
    )


def dock(current: str, me: Me) -> rx.Component:
    """Show the main menu of phones, under the thumb."""

    def entry(item: Entry) -> rx.Component:
        here = item.key == current
        return link(
            item.icon("size-6"),
            rx.el.span(
                item.label, class_name="dock-label text-xs" + (" font-bold" if here else "")
            ),
            to=item.to,
            current=here,
            class_name="dock-active text-primary" if here else "",
        )

    return _only_for(
        me,
        rx.el.nav(
            *map(entry, MAIN_MENU),
            class_name="dock border-t border-base-300 bg-base-100 lg:hidden",
            custom_attrs={"aria-label": _("Main, at the bottom")},
        ),
    )


def corner(me: Me) -> rx.Component:
    """Show the person's own menu; to a visitor the two ways in."""
    own = Menu.create(
        rx.el.summary(
            face(me.initials, me.colour, "sm"),
            rx.el.span(me.name, class_name="sr-only sm:not-sr-only"),
            rx.el.span(", ", _("your menu"), class_name="sr-only"),
            icons.chevron_down("size-4"),
            class_name="btn btn-ghost px-2",
        ),
        rx.el.ul(
            rx.el.li(link(_("My Account"), to=routes.ACCOUNT, class_name="")),
            rx.el.li(sign_out()),
            class_name="menu dropdown-content z-30 mt-1 w-60 rounded-box border border-base-300 "
            "bg-base-100 shadow-lg",
        ),
        class_name="dropdown dropdown-end",
    )
    ways_in = rx.el.nav(
        link(_("Sign in"), to=routes.LOGIN, class_name="btn btn-ghost px-2 sm:px-4"),
        link(
            _("Create an account"),
            to=routes.SIGNUP,
            class_name="btn btn-outline btn-primary hidden sm:inline-flex",
        ),
        class_name="flex items-center gap-1",
        custom_attrs={"aria-label": _("Your account")},
    )
    return _only_for(me, own, ways_in)


def account_entries(current: str, class_name: str) -> rx.Component:
    """List the pages of My Account."""
    return rx.el.ul(
        *(
            rx.el.li(link(item.label, to=item.to, current=item.key == current, class_name=""))
            for item in ACCOUNT_MENU
        ),
        class_name=class_name,
    )
