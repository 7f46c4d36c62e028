"""A tab that comes back catches up with what it missed."""

import reflex as rx

from portal.shell.state import Shell


class _Wake(rx.Component):
    library = "$/public/kit/wake.jsx"
    tag = "Wake"
    alias = "KitWake"

    on_wake: rx.EventHandler[rx.event.no_args_event_spec]


def wake() -> rx.Component:
    """Read the open page again after a while out of sight; once for the whole app."""
    # Temporal: without a connection nothing is sent later, as the next one loads the page anyway.
    return _Wake.create(on_wake=Shell.wake.temporal)  # pyright: ignore[reportAttributeAccessIssue]
