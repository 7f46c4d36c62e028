"""What the last step shows when the time was up: the nearest times, to be kept at one press."""

from typing import Any

import reflex as rx

from portal import routes
from portal.booking.views import SlotView
from portal.shell.links import link
from portal.shell.pick import radio
from portal.shell.press import press
from portal.words import _


def lost_part(state: Any) -> rx.Component:
    """Say what is not kept any more, and offer what is near it; ``state`` is `Confirm`."""
    return rx.fragment(
        rx.el.p(
            _("Nothing was booked. Choose from what is free now, and we keep it for you again."),
            role="alert",
            class_name="mt-3",
        ),
        rx.el.div(
            rx.foreach(state.lost, lambda one: _one(state, one)), class_name="mt-5 grid gap-4"
        ),
        rx.el.div(
            rx.cond(
                state.all_chosen,
                press(
                    _("Keep this for me"),
                    on_press=state.keep_again,
                    answered=state.answered,
                    class_name="btn btn-primary btn-block lg:w-auto lg:px-10",
                ),
                link(
                    _("Look for other times"),
                    to=routes.BOOK,
                    class_name="btn btn-primary btn-block lg:w-auto lg:px-10",
                ),
            ),
            class_name="action-bar mt-7",
        ),
    )


def _one(state: Any, one: Any) -> rx.Component:
    slots = one["slots"].to(list[SlotView])

    def slot(each: Any) -> rx.Component:
        name = each["at"].to(str) + ":" + each["who"].to(str)
        return rx.el.label(
            radio(
                "lost-" + one["id"].to(str),
                name,
                checked=one["chosen"] == name,
                on_pick=state.pick(one["id"], name),
            ),
            rx.el.span(
                rx.el.span(each["time"], class_name="block font-bold leading-snug"),
                rx.el.span(_("with "), each["name"], class_name="block text-sm"),
            ),
            class_name="choice",
        )

    times = rx.el.fieldset(
        rx.el.legend(one["words"], class_name="font-bold wrap-anywhere"),
        rx.cond(
            slots.length() > 0,
            rx.el.div(rx.foreach(slots, slot), class_name="mt-2 grid gap-2.5 sm:grid-cols-2"),
            rx.el.p(_("Nothing is free near this time."), class_name="mt-2 text-muted"),
        ),
        class_name="min-w-0",
    )
    # A fieldset's own edge would go through its legend.
    return rx.el.div(
        times, class_name="rounded-box border border-base-300 bg-base-100 p-4", key=one["id"]
    )
