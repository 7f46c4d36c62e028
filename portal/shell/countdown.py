"""Seconds that go down where something is kept for a while."""

from typing import Any

import reflex as rx

from portal.words import _


class _Countdown(rx.Component):
    library = "$/public/kit/countdown.jsx"
    tag = "Countdown"
    alias = "KitCountdown"

    seconds: rx.Var[int]
    stamp: rx.Var[int]
    left: rx.Var[str]
    near: rx.Var[str]
    over: rx.Var[str]
    on_over: rx.EventHandler[rx.event.no_args_event_spec]


def countdown(seconds: Any, stamp: Any, on_over: Any) -> rx.Component:
    """Count ``seconds`` down, from when ``stamp`` was set; then call ``on_over``, once.

    The words beside it say until when; a screen reader is told at two minutes and at the end.
    """
    return _Countdown.create(
        seconds=seconds,
        stamp=stamp,
        on_over=on_over,
        left=_("{time} left"),
        near=_("Two minutes left."),
        over=_("The time is up."),
    )
