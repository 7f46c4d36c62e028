"""The claim page: what the link in the mail is about, and joining it to the account one has."""

from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from portal import db, routes, say
from portal.claim.service import JoinForm, join_profile, read_invitation, read_sign_up
from portal.claim.sign_up import SignUpSeen
from portal.claim.views import (
    HolderView,
    holder_view,
    story_of,
    story_of_sign_up,
    title_of,
    way_of,
    way_of_sign_up,
)
from portal.clinic import ClinicInfo, clinic_info, read_typed
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
    # `portal.claim.views.way_of` or `way_of_sign_up`; empty until it is known
    way: str = ""
    heading: str = ""
    initials: str = ""  # of who added the profile
    colour: int = 1
    story: str = ""
    name: str = ""
    email: str = ""
    closes_on: str = ""  # when a second sign-up closes by itself
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
        other = "yes" if self.way == "again_sign_up" else None
        return rx.redirect(routes.with_query(routes.LOGIN, next=back, other=other))

    @guarded
    async def join(self, data: dict[str, Any], *, actor: Actor) -> Any:
        """Make the profile a part of my account."""
        form = await read_typed(JoinForm, data)
        await take("access", actor.me)
        await db.write(join_profile, actor, form)
        words = _("Done. The profile is part of your account now. Here is who can act for you.")
        page = routes.ACCOUNT_SHARING
        if self.way.startswith("again"):
            words = _("Done. The new profile is part of your account now, with its visits.")
            page = routes.APPOINTMENTS
        await announce(self, notice("success", words), on_next_page=True)
        return rx.redirect(page)

    def _token(self) -> str:
        return self.router.url.query_parameters.get("token", "")

    async def _read(self, actor: Actor | None) -> None:
        info = await db.read(clinic_info)
        found = await db.read(read_invitation, self._token(), actor)
        if found is None and (sign_up := await db.read(read_sign_up, self._token(), actor)):
            self._show_sign_up(sign_up, info)
            return
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

    def _show_sign_up(self, found: SignUpSeen, info: ClinicInfo) -> None:
        closes_at = found.closes_at.astimezone(ZoneInfo(info.zone))
        put(
            self,
            way=way_of_sign_up(found, staff=staff_is_here()),
            heading=_("Did you sign up again?"),
            initials="",
            story=story_of_sign_up(found, info.name, info.zone),
            name=found.name,
            email=found.email,
            closes_on=say.day(closes_at.date()),
            holders=[],
            names=[],
        )


refreshes(routes.CLAIM, Claim.refresh)
