"""What the pages of the doors show; the forms themselves post to plain routes."""

import reflex as rx

from portal import db, routes
from portal.account.links import Purpose
from portal.account.service import about_link
from portal.permissions import Actor
from portal.shell.guard import announce, guarded
from portal.shell.notice import Notice, notice
from portal.shell.state import fill_frame
from portal.words import _

SAID: dict[str, Notice] = {
    "verified": notice("success", _("Your email is confirmed. Sign in to go on.")),
    "new-password": notice("success", _("Your new password is set. Sign in with it.")),
    "out": notice("info", _("You are signed out.")),
}


class Login(rx.State):
    """The log-in page and the pages behind links in mails."""

    needs_password: bool = True

    @guarded(public=True)
    async def load(self, *, actor: Actor | None) -> rx.event.EventSpec | None:
        """Say what just happened; somebody signed in goes on at once.

        With ``other`` in the address they have said that they want another account of theirs.
        """
        await fill_frame(self, actor)
        query = self.router.url.query_parameters
        if actor and not query.get("other"):
            return rx.redirect(routes.return_to(query.get("next")), replace=True)
        what = SAID.get(query.get("said", ""))
        if what:
            await announce(self, what)
        return None

    @guarded(public=True)
    async def load_verify(self, *, actor: Actor | None) -> None:
        """Find out whether this browser signed up; another one is asked for the password."""
        await self._load_link(Purpose.VERIFY, actor)

    @guarded(public=True)
    async def load_new_email(self, *, actor: Actor | None) -> None:
        """Find out whether the account is signed in here; elsewhere its password is asked for."""
        await self._load_link(Purpose.NEW_EMAIL, actor)

    async def _load_link(self, purpose: Purpose, actor: Actor | None) -> None:
        await fill_frame(self, actor)
        token = self.router.url.query_parameters.get("token", "")
        about = await db.read(about_link, purpose, token)
        self.needs_password = not (about and actor and about.account_id == actor.account_id)


class StaffLogin(rx.State):
    """The log-in page of the people who work at the clinic."""

    @guarded(public=True)
    async def load(self, *, actor: Actor | None) -> None:
        """Say what just happened."""
        await fill_frame(self, actor)
        what = SAID.get(self.router.url.query_parameters.get("said", ""))
        if what:
            await announce(self, what)
