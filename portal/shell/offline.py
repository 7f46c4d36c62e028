"""The quiet line that says the connection is gone, instead of Reflex's own."""

from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from portal.shell.wake import wake
from portal.words import _


class _Offline(rx.Component):
    library = "$/public/kit/shell.jsx"
    tag = "Offline"
    alias = "KitOffline"

    broken: rx.Var[Any]
    connection: rx.Var[str]
    lost: rx.Var[str]
    lost_detail: rx.Var[str]
    back: rx.Var[str]


def offline_banner(_stateful: bool = True) -> rx.Component:
    """Make the app wrap ``(5, "Overlay")``.

    Its live region is always there, its words only when needed. The wrap gets the page appended
    inside it, hence the fragment.
    """
    return rx.fragment(
        _Offline.create(
            broken=has_connection_errors,
            connection=rx.State.router.session.session_id,
            lost=_("No connection."),
            lost_detail=_("What you typed is still here. We keep trying."),
            back=_("The connection is back."),
        ),
        wake(),
    )
