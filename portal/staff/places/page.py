"""Places and rooms: where the clinic sees people, and what each place has."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.dialog import dialog
from portal.shell.form import field, form
from portal.shell.frame import heading
from portal.shell.press import press
from portal.shell.screen import title, waiting
from portal.staff.affected.page import confirming, save_bar
from portal.staff.frame import box, box_rows, empty
from portal.staff.places.state import ZONES, Places
from portal.staff.settings.menu import settings_screen
from portal.words import _

ROW = "flex flex-col gap-3 p-4 sm:flex-row sm:items-center sm:justify-between sm:px-6"


@rx.page(routes.STAFF_PLACES, title=title(_("Places and rooms")), on_load=Places.load)
def places() -> rx.Component:
    """List the places with their rooms."""
    new = rx.el.button(
        _("New place"), type="button", on_click=Places.new_place, class_name="btn btn-primary"
    )
    return settings_screen(
        heading(
            _("Places and rooms"),
            _("Where you see people, and what can be used by one visit at a time."),
            rx.cond(Places.loaded, new),
        ),
        rx.cond(
            Places.loaded,
            rx.foreach(Places.places, _place),
            rx.cond(Places.answered, rx.fragment(), waiting()),
        ),
        _place_dialog(),
        _room_dialog(),
        _end_dialog("end place", _("End this place:"), Places.place, Places.end_place),
        _end_dialog("end room", _("Use no more:"), Places.room, Places.end_room),
        current="places",
    )


def _place(place: Any) -> rx.Component:
    rooms = place["rooms"].to(list[dict[str, Any]])
    return box(
        place["name"],
        rx.el.div(
            rx.cond(place["ended"], rx.el.p(_("Ended"), class_name="badge mb-2")),
            rx.cond(
                place["address"] != "",
                rx.el.p(place["address"], class_name="wrap-anywhere whitespace-pre-line"),
            ),
            rx.cond(
                place["join_url"] != "",
                rx.el.p(_("Video room:"), " ", place["join_url"], class_name="wrap-anywhere"),
            ),
            rx.el.p(place["zone_words"], class_name="text-sm text-muted"),
            rx.cond(
                place["directions"] != "",
                rx.el.p(place["directions"], class_name="text-sm whitespace-pre-line"),
            ),
            class_name="px-4 pb-4 sm:px-6",
        ),
        rx.cond(
            rooms.length() > 0,
            box_rows(rx.foreach(rooms, _room)),
            empty(_("No rooms yet. Add one where a service needs it.")),
        ),
        rx.el.div(
            _button(_("Add a room or equipment"), place, Places.new_room(place["id"])),
            class_name="border-t border-base-300 p-4 sm:px-6",
        ),
        beside=_place_buttons(place),
    )


def _place_buttons(place: Any) -> rx.Component:
    return rx.el.div(
        _button(_("Edit"), place, Places.edit_place(place["id"])),
        rx.cond(
            place["ended"],
            _back(place, Places.bring_back_place(place["id"])),
            _button(
                _("End"), place, Places.ask_end_place(place["id"]), "btn btn-outline btn-error"
            ),
        ),
        class_name="flex gap-2",
    )


def _room(room: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.h3(room["name"], class_name="text-base leading-snug wrap-anywhere"),
            rx.el.p(room["kind"], class_name="text-sm text-muted"),
            rx.cond(room["ended"], rx.el.p(_("Not used any more"), class_name="badge")),
            class_name="min-w-0",
        ),
        rx.el.div(
            _button(_("Edit"), room, Places.edit_room(room["id"])),
            rx.cond(
                room["ended"],
                _back(room, Places.bring_back_room(room["id"])),
                _button(
                    _("End"), room, Places.ask_end_room(room["id"]), "btn btn-outline btn-error"
                ),
            ),
            class_name="flex shrink-0 gap-2",
        ),
        key=room["id"],
        class_name=ROW,
    )


def _button(words: str, of: Any, on_click: Any, class_name: str = "btn") -> rx.Component:
    return rx.el.button(
        words,
        rx.el.span(": ", of["name"], class_name="sr-only"),
        type="button",
        on_click=on_click,
        class_name=class_name,
    )


def _back(of: Any, on_press: Any) -> rx.Component:
    return press(
        _("Use again"),
        rx.el.span(": ", of["name"], class_name="sr-only"),
        on_press=on_press,
        answered=Places.answered,
    )


def _cancel() -> rx.Component:
    return rx.el.button(_("Cancel"), type="button", class_name="btn", on_click=Places.close)


def _answers(**fixed: Any) -> dict[str, Any]:
    return {
        "answered": Places.answered,
        "errors": Places.errors,
        "message": Places.message,
        "fixed": confirming(Places, **fixed),
        "class_name": "mt-4 grid gap-5",
    }


def _place_dialog() -> rx.Component:
    place: Any = Places.place
    return dialog(
        rx.cond(place["id"] != "", place["name"], _("New place")),
        form(
            field("name", _("Name"), autocomplete="off", default=place["name"]),
            field(
                "address",
                _("Address"),
                hint=_("Empty for video calls only."),
                optional=True,
                rows=2,
                maxlength=200,
                default=place["address"],
            ),
            field("zone", _("Time zone"), options=ZONES, default=place["zone"]),
            field(
                "directions",
                _("How to find it"),
                hint=_("Such as: second floor, ring at the blue door."),
                optional=True,
                rows=2,
                maxlength=500,
                default=place["directions"],
            ),
            field(
                "join_url",
                _("Link to the video room"),
                hint=_("People who have a visit here get it in their email and on the page."),
                optional=True,
                type="url",
                autocomplete="off",
                default=place["join_url"],
            ),
            save_bar(Places, _("Save"), _cancel(), place="dialog"),
            name="place",
            on_submit=Places.save_place,
            **_answers(place_id=place["id"]),
        ),
        open=Places.dialog == "place",
        on_close=Places.close,
    )


def _room_dialog() -> rx.Component:
    room: Any = Places.room
    return dialog(
        rx.cond(room["id"] != "", room["name"], _("New room or equipment")),
        form(
            field("name", _("Name"), autocomplete="off", default=room["name"]),
            field(
                "kind",
                _("Kind"),
                hint=_(
                    "Services ask for a kind, such as “Treatment room” or “Ultrasound”, and get "
                    "any free one of it."
                ),
                autocomplete="off",
                default=room["kind"],
            ),
            save_bar(Places, _("Save"), _cancel(), place="dialog"),
            name="room",
            on_submit=Places.save_room,
            **_answers(room_id=room["id"], place_id=Places.place["id"]),
        ),
        open=Places.dialog == "room",
        on_close=Places.close,
    )


def _end_dialog(key: str, words: str, what: Any, end: Any) -> rx.Component:
    return dialog(
        words + " " + what["name"].to(str),
        form(
            rx.el.p(
                icons.stays(colour="text-success"),
                _("Visits that are booked stay booked. You can use it again at any time."),
                class_name="flex gap-2",
            ),
            save_bar(Places, _("End it"), _cancel(), place="dialog", tone="error"),
            name=key.replace(" ", "-"),
            on_submit=end,
            **_answers(id=what["id"]),
        ),
        open=Places.dialog == key,
        on_close=Places.close,
    )
