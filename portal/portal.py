"""The application: every page, the plain routes around them, and the doors in front of both."""

import logging
import sys

import reflex as rx
from starlette.applications import Starlette
from starlette.routing import Route

# Importing a page registers it with Reflex.
import portal.account.page
import portal.activity.page
import portal.asks.page
import portal.booking.confirm.page
import portal.booking.page
import portal.booking.repeat.page
import portal.booking.together.page
import portal.booking.week.page
import portal.booking.who.page
import portal.claim.page
import portal.family.page
import portal.home.page
import portal.login.page
import portal.login.staff_page
import portal.security.page
import portal.security.staff_page
import portal.sharing.page
import portal.signup.page
import portal.staff.away.page
import portal.staff.book.page
import portal.staff.classes.page
import portal.staff.groups.page
import portal.staff.holidays.page
import portal.staff.home.page
import portal.staff.link.add_page
import portal.staff.link.page
import portal.staff.patient.page
import portal.staff.patients.page
import portal.staff.people.page
import portal.staff.places.page
import portal.staff.practitioners.edit.page
import portal.staff.practitioners.page
import portal.staff.schedule.page
import portal.staff.services.edit.page
import portal.staff.services.page
import portal.staff.settings.page
import portal.staff.visit.page
import portal.staff.wait_list.add_page
import portal.staff.wait_list.page
import portal.visits.one.page
import portal.visits.page
import portal.waitlist.ask_page
import portal.waitlist.page  # noqa: F401
from portal import routes
from portal.activity.download import ACTIVITY_ROUTES
from portal.demo.mailbox import mailbox_routes
from portal.metrics import count_connections
from portal.shell import errors_page, head, offline
from portal.shell.guard import GuardMiddleware
from portal.shell.live import pushing
from portal.shell.not_found import not_found
from portal.shell.screen import title
from portal.shell.state import Shell
from portal.visits.download import VISIT_ROUTES
from portal.web.auth import AUTH_ROUTES
from portal.web.headers import SecurityHeaders
from portal.web.health import healthz, readyz
from portal.web.logs import configure_logs
from portal.words import _

log = logging.getLogger("portal")


def on_backend_error(exception: Exception) -> None:
    """Log what went wrong outside a handler; nothing of it reaches the browser."""
    log.error("event failed", exc_info=exception)


configure_logs()
count_connections()
# A thread that works for one event gives way to the event loop of all the others ten times sooner
# than Python's 5 ms: under load the slowest answers come in half of the time.
sys.setswitchinterval(0.0005)
http = Starlette(
    routes=[
        *AUTH_ROUTES,
        *ACTIVITY_ROUTES,
        *VISIT_ROUTES,
        Route(routes.HEALTH, healthz),
        Route(routes.READY, readyz),
        *mailbox_routes(),
    ]
)
app = rx.App(
    app_wraps={
        (55, "ErrorBoundary"): errors_page.error_boundary,
        (5, "Overlay"): offline.offline_banner,
    },
    head_components=head.head_components(),
    html_lang="en",
    toaster=None,
    reset_style=False,  # Tailwind brings its own
    api_transformer=[http, SecurityHeaders],
    backend_exception_handler=on_backend_error,
)
app.add_page(not_found, route="404", title=title(_("We cannot find this page")), on_load=Shell.load)
app.add_middleware(GuardMiddleware())
app.register_lifespan_task(pushing)
