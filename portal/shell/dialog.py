"""The browser's own dialog: for what cannot be undone, and for small forms in place."""

from typing import Any

import reflex as rx

from portal.shell import icons
from portal.words import _

Text = str | rx.Var[str]


class _Dialog(rx.Component):
    library = "$/public/kit/dialog.jsx"
    tag = "Dialog"
    alias = "KitDialog"

    open: rx.Var[bool]
    heading: rx.Var[str]
    face: rx.Var[rx.Component]
    on_close: rx.EventHandler[rx.event.no_args_event_spec]


def dialog(
    heading: Text,
    *children: Any,
    open: Any,  # noqa: A002 - as the browser calls it
    on_close: Any,
    face: rx.Component | None = None,
) -> rx.Component:
    """Show a dialog while ``open`` is true; Escape and a press beside it call ``on_close``.

    The heading gets the focus, which goes back where it was afterwards. ``face`` stands beside the
    heading. The children exist only while it is open.
    """
    extra = {"face": face} if face is not None else {}
    return _Dialog.create(*children, open=open, on_close=on_close, heading=heading, **extra)


def dialog_actions(*buttons: rx.Component) -> rx.Component:
    """Put buttons at a dialog's end; the last one is the main one (on a phone it comes first)."""
    return rx.el.div(*buttons, class_name="modal-action mt-6 flex-col-reverse gap-3 sm:flex-row")


def stops_and_stays(stops: Any, stays: Any, stops_title: Text | None = None) -> rx.Component:
    """List what ends and what remains, side by side; each a list of sentences or a var of one."""
    return rx.el.div(
        _list(stops_title if stops_title is not None else _("This stops now"), stops, _stops()),
        _list(_("This stays"), stays, icons.stays(colour="text-success")),
        class_name="mt-5 grid gap-5 sm:grid-cols-2 sm:gap-8",
    )


def _stops() -> rx.Component:
    return icons.stops(colour="text-error")


def _list(title: Text, sentences: Any, icon: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.h3(icon, title, class_name="flex items-center gap-2 text-base"),
        rx.el.ul(
            rx.foreach(sentences, lambda sentence: rx.el.li(sentence)),
            class_name="mt-2 grid list-disc gap-1.5 ps-12 marker:text-muted",
        ),
    )
