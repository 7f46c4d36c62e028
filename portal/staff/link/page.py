"""The blue pencil: two people, both labels, both directions side by side, in one form."""

from typing import Any

import reflex as rx

from portal import routes
from portal.family.labels import COUNTERPART, LABEL_WORDS, LONGEST_OTHER, Label
from portal.shell import icons
from portal.shell.dialog import dialog, stops_and_stays
from portal.shell.form import checkbox, field, form, submit_bar, when
from portal.shell.fresh import fresh
from portal.shell.notice import alert_box
from portal.shell.people import face
from portal.shell.press import press
from portal.shell.screen import title, waiting
from portal.shell.switches import propose, switch_row, watch_form
from portal.staff.frame import above, staff_screen, trail
from portal.staff.link.state import Ability, Link
from portal.words import _

VIEW_AND_PAY, BILL = "view_and_pay", "bill_to_account"
MAY: dict[str, Any] = {"patient_may": Link.one_may, "member_may": Link.other_may}


@rx.page(routes.STAFF_LINK, title=title(_("Relationship")), on_load=Link.load)
def link_page() -> rx.Component:
    """Edit how two patients are related, or link two."""
    return staff_screen(
        trail(
            above(_("Patients"), routes.STAFF_PATIENTS),
            above(rx.cond(Link.loaded, Link.one_full, _("Patient")), Link.back_href),
            rx.el.span(_("Relationship")),
        ),
        rx.el.h1(
            rx.cond(
                Link.loaded,
                rx.fragment(Link.one_full, " ", _("and"), " ", Link.other_full),
                _("Relationship"),
            ),
            class_name="mt-1 text-2xl wrap-anywhere",
            tab_index=-1,
        ),
        rx.el.p(_("Two directions. Each one is set on its own."), class_name="text-muted"),
        fresh(
            rx.cond(
                Link.loaded,
                # Another version of the link is another form: nothing typed for one stays for it.
                rx.fragment(rx.el.div(_stale(), _form(), key=Link.seen), _removal()),
                rx.cond(Link.answered, rx.fragment(), waiting()),
            ),
            Link.shown_for,
        ),
        _remove_dialog(),
        current="patients",
    )


def _stale() -> rx.Component:
    return rx.cond(
        Link.stale,
        alert_box(
            "warning",
            rx.el.p(
                _(
                    "Somebody changed this meanwhile, so nothing was saved. This is how it is "
                    "now: check it, change it and save again."
                )
            ),
            class_name="mt-4",
        ),
    )


def _form() -> rx.Component:
    return form(
        rx.el.div(
            label_fields(
                "member_is",
                Link.other + " " + _("is") + " " + Link.one + _("’s…"),
                Link.member_is,
                Link.member_is_text,
            ),
            label_fields(
                "patient_is",
                Link.one + " " + _("is") + " " + Link.other + _("’s…"),
                Link.patient_is,
                Link.patient_is_text,
            ),
            propose("member_is", "patient_is", PAIRS),
            class_name="grid gap-4 sm:grid-cols-2",
        ),
        rx.el.div(
            _direction("patient_may", one_first=True),
            _direction("member_may", one_first=False),
            class_name="grid gap-4 lg:grid-cols-2",
        ),
        watch_form(Link.preview),
        _after(),
        submit_bar(_("Save"), place="bar"),
        name="link",
        fixed={"patient_id": Link.one_id, "member_id": Link.other_id, "seen": Link.seen},
        on_submit=Link.save,
        answered=Link.answered,
        errors=Link.errors,
        message=Link.message,
        class_name="mt-5 grid gap-5",
    )


PAIRS = {label.value: counterpart.value for label, counterpart in COUNTERPART.items()}


def label_fields(name: str, words: Any, label: Any, text: Any) -> rx.Component:
    """Ask what one person is to another."""
    return rx.el.div(
        field(
            name,
            words,
            options=[(one.value, said) for one, said in LABEL_WORDS.items()],
            default=label,
        ),
        when(
            name,
            Label.OTHER.value,
            field(
                f"{name}_text",
                _("In their words"),
                optional=True,
                maxlength=LONGEST_OTHER,
                default=text,
            ),
        ),
        class_name="grid content-start gap-4",
    )


def _direction(name: str, *, one_first: bool) -> rx.Component:
    one = (Link.one, face(Link.one_face, 1, "sm"))
    other = (Link.other, face(Link.other_face, Link.other_colour, "sm"))
    holder, owner = (one, other) if one_first else (other, one)
    words = (holder[0], " ", _("can do for"), " ", owner[0])
    return rx.el.fieldset(
        rx.el.legend(*words, class_name="sr-only"),
        rx.el.div(
            holder[1],
            rx.el.p(*words, class_name="min-w-0 flex-1 font-bold leading-snug wrap-anywhere"),
            icons.chevron_right("size-4", "text-muted"),
            owner[1],
            class_name="flex items-center gap-3 border-b border-base-300 px-4 py-3",
            custom_attrs={"aria-hidden": "true"},
        ),
        rx.el.ul(
            rx.foreach(
                MAY[name].to(list[Ability]), lambda one: _row(name, one, holder[0], owner[0])
            ),
            class_name="divide-y divide-base-300",
        ),
        class_name="min-w-0 rounded-box border border-base-300 bg-base-100",
    )


def _row(name: str, ability: Any, holder: Any, owner: Any) -> rx.Component:
    path = f"{name}." + ability["key"].to(str)
    bill = when(
        f"{name}.{VIEW_AND_PAY}",
        False,
        switch_row(
            path,
            _("Bill to my account only"),
            hint=holder + " " + _("may pay for own visits with the cards of") + " " + owner,
            on=ability["on"],
            inner=True,
        ),
    )
    included = when(
        f"{name}.{VIEW_AND_PAY}",
        True,
        rx.el.li(
            rx.el.span(
                _("Bill to my account"),
                rx.el.span(_("Comes with View and pay"), class_name="block text-sm text-muted"),
                class_name="leading-snug",
            ),
            rx.el.span(
                icons.check("size-4"),
                _("Included"),
                class_name="flex items-center gap-1 text-sm text-muted",
            ),
            class_name="flex min-h-14 items-center justify-between gap-4 py-2 ps-8 pe-4",
        ),
    )
    return rx.cond(
        ability["key"] == BILL,
        rx.fragment(bill, included),
        switch_row(path, ability["label"], on=ability["on"]),
    )


def _after() -> rx.Component:
    """Say what saving makes true, while it is being chosen."""
    return rx.el.section(
        rx.el.h2(_("After saving"), class_name="text-lg"),
        rx.el.div(
            rx.foreach(Link.will_be, lambda words: rx.el.p(words)),
            rx.foreach(
                Link.mails,
                lambda words: rx.el.p(
                    icons.mail("mt-0.5 size-5", "text-info"),
                    rx.el.span(words),
                    class_name="flex gap-2",
                ),
            ),
            role="status",
            class_name="mt-2 grid gap-2",
        ),
        class_name="rounded-box border border-base-300 bg-base-100 p-4 sm:p-6",
        custom_attrs={"aria-label": _("After saving")},
    )


def _removal() -> rx.Component:
    return rx.cond(
        ~Link.is_new,
        press(
            _("Remove this relationship"),
            on_press=Link.ask_removal(Link.one_id, Link.other_id),
            answered=Link.answered,
            class_name="btn btn-outline btn-error mt-6 w-full sm:w-auto",
        ),
    )


def _remove_dialog() -> rx.Component:
    keep = rx.el.button(_("Keep it"), type="button", class_name="btn", on_click=Link.close)
    return dialog(
        _("Remove the relationship of") + " " + Link.one + " " + _("and") + " " + Link.other,
        stops_and_stays(Link.stops, Link.stays, _("This stops now, for both")),
        form(
            checkbox(
                "quiet",
                _("Do not send them an email about this"),
                hint=_("They will still notice when they next sign in."),
            ),
            submit_bar(_("Remove"), keep, place="dialog", tone="error"),
            name="remove",
            fixed={"patient_id": Link.one_id, "member_id": Link.other_id},
            on_submit=Link.remove,
            answered=Link.answered,
            errors=Link.errors,
            message=Link.message,
            class_name="mt-5 grid gap-5",
        ),
        open=Link.dialog == "remove",
        on_close=Link.close,
    )
