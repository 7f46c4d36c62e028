"""My Account > Sharing: people who can act for me, or for a profile that I manage."""

from typing import Any

import reflex as rx

from portal import routes
from portal.sharing.dialogs_page import dialogs
from portal.sharing.state import Sharing
from portal.sharing.views import SwitchView
from portal.shell import icons
from portal.shell.frame import heading
from portal.shell.fresh import fresh
from portal.shell.links import link, plain_link
from portal.shell.meaning import meaning_lines
from portal.shell.notice import alert_box
from portal.shell.people import face
from portal.shell.press import press, switch
from portal.shell.screen import account_screen, title, waiting
from portal.shell.state import Shell
from portal.words import _

BOX = "rounded-box border border-base-300 bg-base-100"


@rx.page(routes.ACCOUNT_SHARING, title=title(_("Sharing")), on_load=Sharing.load)
def sharing() -> rx.Component:
    """List who can act, each with a switch for each permission."""
    return account_screen(
        heading(
            rx.cond(
                Sharing.owner_name != "",
                _("People who can act for") + " " + Sharing.owner_name,
                _("People who can act for you"),
            ),
            rx.cond(
                Sharing.may_change,
                _(
                    "You decide. A change works at once. If you turn something off, we tell the "
                    "other person, without a reason."
                ),
                _("What each person can do, and what that does not open."),
            ),
        ),
        rx.el.p(Sharing.said, class_name="sr-only", role="status"),
        _owners(),
        fresh(
            rx.cond(
                Sharing.loaded,
                rx.cond(Sharing.missing, _missing(), _content()),
                rx.cond(Sharing.missing & (Sharing.message != ""), _missing(), waiting()),
            ),
            Sharing.shown_for,
        ),
        *dialogs(),
        current="sharing",
    )


def _content() -> rx.Component:
    return rx.fragment(
        rx.cond(Sharing.may_change, rx.fragment(), _clinic_decides()),
        rx.foreach(Sharing.asks, _ask),
        rx.cond(Sharing.people, rx.foreach(Sharing.people, _person), _nobody()),
        rx.cond(Sharing.blocked, _blocked()),
        rx.el.p(
            _("What you can do for others is under"),
            " ",
            link(
                _("Family Members"),
                to=routes.ACCOUNT_FAMILY,
                class_name="link link-primary font-bold",
            ),
            ". ",
            _("What people did is under"),
            " ",
            link(
                _("Activity"),
                to=routes.ACCOUNT_ACTIVITY,
                class_name="link link-primary font-bold",
            ),
            ".",
            class_name="mt-8 max-w-read text-muted",
        ),
    )


def _owners() -> rx.Component:
    """Offer the profiles that one manages; of most people there is none."""

    def entry(owner: Any) -> rx.Component:
        def to(look: str, *, here: bool) -> rx.Component:
            return link(
                face(owner["initials"], owner["colour"].to(int), "sm"),
                owner["name"],
                to=owner["href"],
                class_name=look,
                current=here,
            )

        here = to("btn border-primary bg-secondary text-secondary-content", here=True)
        return rx.el.li(
            rx.cond(owner["id"] == Sharing.owner_id, here, to("btn", here=False)),
            key=owner["id"],
        )

    return rx.cond(
        Sharing.owners,
        rx.el.nav(
            rx.el.ul(rx.foreach(Sharing.owners, entry), class_name="flex flex-wrap gap-2"),
            class_name="no-print mt-4",
            custom_attrs={"aria-label": _("For whom")},
        ),
    )


def _clinic_decides() -> rx.Component:
    return alert_box(
        "info",
        rx.el.p(
            _("At this clinic, changes to who can act for you go through the front desk."),
            " ",
            rx.el.strong(Shell.clinic_name),
            ", ",
            plain_link(Shell.clinic_phone, to=f"tel:{Shell.clinic_phone}"),
            ".",
        ),
        class_name="mt-6",
    )


def _ask(ask: Any) -> rx.Component:
    def button(words: str, *, accept: bool, look: str) -> rx.Component:
        return press(
            words,
            rx.el.span(": ", ask["title"], class_name="sr-only"),
            on_press=Sharing.answer(ask["id"], accept),
            answered=Sharing.answered,
            class_name=f"{look} flex-1 lg:flex-none",
        )

    return rx.el.section(
        rx.el.div(
            face(ask["initials"], ask["colour"].to(int), "lg"),
            rx.el.div(
                rx.el.h2(
                    ask["title"],
                    id=f"ask-{ask['id']}",
                    class_name="text-lg leading-snug wrap-anywhere",
                ),
                rx.el.p(ask["opens"], class_name="mt-1"),
                rx.el.p(ask["does_not_open"], " ", ask["asked"], class_name="text-muted"),
                class_name="min-w-0",
            ),
            rx.el.div(
                button(_("Say no"), accept=False, look="btn"),
                button(_("Allow this"), accept=True, look="btn btn-primary"),
                class_name="col-span-2 flex gap-2 lg:col-span-1",
            ),
            class_name="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-4 "
            "lg:grid-cols-[auto_minmax(0,1fr)_auto]",
        ),
        _refusal(ask["id"]),
        class_name="mt-6 rounded-box border-2 border-accent bg-base-100 p-4 sm:p-6",
        custom_attrs={"aria-labelledby": f"ask-{ask['id']}"},
        key=ask["id"],
    )


def _person(person: Any) -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            face(person["initials"], person["colour"].to(int), "lg"),
            rx.el.div(
                rx.el.h2(person["name"], class_name="text-lg leading-snug wrap-anywhere"),
                rx.el.p(person["about"], class_name="text-sm text-muted wrap-anywhere"),
                class_name="min-w-0 flex-1",
            ),
            icons.chevron_down(),
            class_name="flex cursor-pointer items-center gap-4 p-4 sm:px-6",
        ),
        rx.el.ul(
            rx.foreach(person["switches"].to(list[SwitchView]), lambda one: _switch(person, one)),
            class_name="border-t border-base-300",
        ),
        rx.cond(Sharing.may_change, _more(person)),
        open=person["open"],
        class_name=f"mt-6 {BOX}",
        key=person["id"],
    )


def _switch(person: Any, one: Any) -> rx.Component:
    words = rx.el.div(
        *meaning_lines(one["opens"], one["does_not_open"]),
        rx.cond(
            one["history"] != "", rx.el.p(one["history"], class_name="mt-1 text-sm text-muted")
        ),
        id=f"{one['id']}-about",
        class_name="col-span-2 mt-1 grid gap-1 sm:col-span-1",
    )
    state = rx.el.span(
        rx.cond(one["on"], _("On"), _("Off")),
        class_name="w-6 text-end text-sm text-muted",
        custom_attrs={"aria-hidden": rx.cond(Sharing.may_change, "true", "false")},
    )
    control = switch(
        on_press=Sharing.switch(Sharing.owner_id, person["id"], one["key"], ~one["on"].to(bool)),
        answered=Sharing.answered,
        on=one["on"],
        id=one["id"],
        described_by=f"{one['id']}-about",
    )
    return rx.el.li(
        rx.el.div(
            rx.el.label(
                one["label"],
                html_for=one["id"],
                class_name=rx.cond(
                    one["is_part"],
                    "flex min-h-11 items-center font-bold leading-snug",
                    "flex min-h-11 items-center text-lg font-bold leading-snug",
                ),
            ),
            rx.el.span(
                state,
                rx.cond(Sharing.may_change, control),
                class_name="flex min-h-11 items-center gap-2 self-start",
            ),
            words,
            _refusal(one["id"]),
            class_name=rx.cond(
                one["is_part"],
                "grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 rounded-field bg-base-200 px-4 "
                "pt-2.5 pb-4",
                "grid grid-cols-[minmax(0,1fr)_auto] gap-x-4",
            ),
        ),
        class_name=rx.cond(
            one["is_part"],
            "px-4 pb-4 sm:px-6 sm:pb-5",
            "border-t border-base-300 px-4 py-3 first:border-t-0 sm:px-6 sm:pb-5",
        ),
        key=one["id"],
    )


def _refusal(place: Any) -> rx.Component:
    """Say why it did not work, beside what was pressed: the notice above may be out of sight."""
    return rx.cond(
        (Sharing.at == place) & (Sharing.message != ""),
        rx.el.p(
            icons.alert("size-4"),
            rx.el.span(Sharing.message),
            class_name="field-error col-span-2 mt-2",
        ),
    )


def _more(person: Any) -> rx.Component:
    """Offer what concerns all of it: everything off, block, remove."""

    def name(words: str) -> rx.Component:
        return rx.el.span(words, " ", person["first_name"], class_name="sr-only")

    own = rx.fragment(
        rx.el.button(
            _("Block"),
            name(""),
            type="button",
            on_click=Sharing.ask_block(person["id"]),
            class_name="btn flex-1 sm:flex-none",
        ),
        rx.el.button(
            _("Remove"),
            name(""),
            type="button",
            on_click=Sharing.ask_removal(person["id"]),
            class_name="btn btn-outline btn-error flex-1 sm:flex-none",
        ),
    )
    return rx.el.div(
        rx.cond(
            person["can_act"],
            press(
                _("Turn off everything"),
                name(_(" for")),
                on_press=Sharing.all_off(Sharing.owner_id, person["id"]),
                answered=Sharing.answered,
                class_name="btn w-full sm:w-auto",
            ),
        ),
        rx.cond(Sharing.owner_name == "", own),
        _refusal(person["id"].to(str) + "-all"),
        class_name="flex flex-wrap gap-2 border-t border-base-300 p-4 empty:hidden sm:px-6",
    )


def _blocked() -> rx.Component:
    def row(one: Any) -> rx.Component:
        return rx.el.li(
            rx.el.span(one["name"], class_name="font-bold wrap-anywhere"),
            rx.cond(
                Sharing.may_change,
                press(
                    _("Unblock"),
                    rx.el.span(" ", one["name"], class_name="sr-only"),
                    on_press=Sharing.unblock(one["id"]),
                    answered=Sharing.answered,
                ),
            ),
            class_name="flex min-h-11 items-center justify-between gap-3 px-4 py-3 sm:px-6",
            key=one["id"],
        )

    return rx.el.section(
        rx.el.h2(_("Blocked"), id="blocked", class_name="text-xl"),
        rx.el.p(
            _("They can do nothing for you and ask you for nothing. They are not told."),
            class_name="mt-1 text-muted",
        ),
        rx.el.ul(
            rx.foreach(Sharing.blocked, row), class_name=f"mt-3 divide-y divide-base-300 {BOX}"
        ),
        class_name="mt-8",
        custom_attrs={"aria-labelledby": "blocked"},
    )


def _nobody() -> rx.Component:
    return rx.el.div(
        rx.el.h2(_("Nobody can act for you"), class_name="text-lg"),
        rx.el.p(
            _(
                "Only you can see and book your visits here. To let somebody help, add them under "
                "Family Members, or ask the clinic to link your profiles. Then you choose here "
                "what they can do."
            ),
            class_name="mt-1 text-muted",
        ),
        link(_("Family Members"), to=routes.ACCOUNT_FAMILY, class_name="btn btn-primary mt-4"),
        class_name=f"mt-6 p-6 {BOX}",
    )


def _missing() -> rx.Component:
    return rx.el.div(
        rx.el.h2(_("You do not decide for this profile"), class_name="text-lg"),
        rx.el.p(
            _("It may have its own account by now. Ask the family member, or call the clinic."),
            class_name="mt-1 text-muted",
        ),
        link(
            _("See who can act for you"),
            to=routes.ACCOUNT_SHARING,
            class_name="btn btn-primary mt-4",
        ),
        class_name=f"mt-6 p-6 {BOX}",
    )
