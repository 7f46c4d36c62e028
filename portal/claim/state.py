"""The claim page: what the link in the mail is about, and joining it to the account one has."""

from typing import Any

import reflex as rx

from portal import db, routes
from portal.claim.service import JoinForm, join_profile, read_invitation
from portal.claim.views import HolderView, holder_view, story_of, title_of, way_of
from portal.clinic import clinic_info, read_typed
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded, staff_is_here
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.shell.state import fill_frame
from portal.web.limits import take
from portal.words import _


class Claim(PageState, rx.State):
    """One link, for whoever has opened it; opening it does nothing."""

    shown_for: str = ""
    way: str = ""  # `portal.claim.views.way_of`; empty until it is known
    heading: str = ""
    initials: str = ""  # of who added the profile
    colour: int = 1
    story: str = ""
    name: str = ""
    email: str = ""
    holders: list[HolderView] = []
    names: list[str] = []  # of the questions, as the form calls them

    @guarded(public=True)
    async def load(self, *, actor: Actor | None) -> None:
        """Show whose profile it is and what others may do for it."""
        self.way, self.shown_for = "", here(self)
        await fill_frame(self, actor)
        await self._read(actor)

    @guarded(public=True, quiet=True)
    async def refresh(self, *, actor: Actor | None) -> None:
        """Show what others may do for it now."""
        await self._read(actor)

    @guarded(public=True)
    def sign_in(self) -> Any:
        """Go to the log-in page, which leads back here."""
        back = routes.with_query(routes.CLAIM, token=self._token())
        return rx.redirect(routes.with_query(routes.LOGIN, next=back))

    @guarded
    async def join(self, data: dict[str, Any], *, actor: Actor) -> Any:
        """Make the profile a part of my account."""
        form = await read_typed(JoinForm, data)
        await take("access", actor.me)
        await db.write(join_profile, actor, form)
        words = _("Done. The profile is part of your account now. Here is who can act for you.")
        await announce(self, notice("success", words), on_next_page=True)
        return rx.redirect(routes.ACCOUNT_SHARING)

    def _token(self) -> str:
        return self.router.url.query_parameters.get("token", "")

    async def _read(self, actor: Actor | None) -> None:
        info = await db.read(clinic_info)
        found = await db.read(read_invitation, self._token(), actor)
        way = way_of(found, staff=staff_is_here())
        if found is None:
            put(self, way=way, heading="", initials="", story="", name="", email="")
            put(self, holders=[], names=[])
            return
        holders = [holder_view(holder) for holder in found.holders]
        put(
            self,
            way=way,
            heading=title_of(found, info.name),
            initials=found.made_by_initials,
            colour=found.made_by_colour,
            story=story_of(found, info.name, info.zone),
            name=found.name,
            email=found.email,
            holders=holders if way in ("new", "join") else [],
            names=[grant["name"] for holder in holders for grant in holder["grants"]],
        )


refreshes(routes.CLAIM, Claim.refresh)
