"""The Security page of the people who work at the clinic."""

import reflex as rx

from portal import routes
from portal.security.page import locks
from portal.security.state import Security
from portal.shell.frame import heading
from portal.shell.screen import title
from portal.staff.frame import staff_screen
from portal.words import _


@rx.page(routes.STAFF_SECURITY, title=title(_("Staff: security")), on_load=Security.load)
def staff_security() -> rx.Component:
    """Show somebody who works here the locks of their own log-in."""
    return staff_screen(
        heading(_("Security"), _("Your password, and where you are signed in.")),
        locks(must_have_codes=True),
        current="security",
    )
