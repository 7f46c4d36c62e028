"""The Sharing page: who can act for me, or for a profile that I manage; asks; blocking."""

from collections.abc import Sequence
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

import reflex as rx

from portal import db, routes
from portal.clinic import clinic_info, read_typed
from portal.errors import AccessRefused
from portal.family import removal as removal_words
from portal.family.faces import family_faces
from portal.family.service import MemberRow, RemovalForm, list_members, remove_member
from portal.ids import Id
from portal.permissions import Actor, Permission
from portal.sharing import answers, block, service
from portal.sharing.relate import OWN_COLOUR
from portal.sharing.removal import about_removal
from portal.sharing.views import AskView, Face, Owner, PersonView, ask_view, owners, people_views
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes, watch
from portal.shell.notice import notice
from portal.shell.state import Shell, fill_frame
from portal.web.limits import take
from portal.words import _


class Blocked(TypedDict):
    """Somebody from whom I hear nothing more."""

    id: str
    name: str


NOBODY = PersonView(
    id="",
    name="",
    first_name="",
    initials="",
    colour=1,
    about="",
    can_act=False,
    is_me=False,
    open=False,
    switches=[],
)


class Sharing(PageState, rx.State):
    """Who can act for one owner, and the dialogs about one of them."""

    shown_for: str = ""
    loaded: bool = False
    missing: bool = False
    owner_id: str = ""
    owner_name: str = ""  # empty for oneself
    owners: list[Owner] = []
    may_change: bool = True
    asks: list[AskView] = []
    people: list[PersonView] = []
    blocked: list[Blocked] = []
    said: str = ""  # for screen readers: the eyes see the switch
    at: str = ""  # the switch that was pressed last, so that a refusal stands beside it
    chosen: PersonView = NOBODY
    dialog: str = ""  # "", "remove" or "block"
    stops: list[str] = []
    stays: list[str] = []

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """Show who can act for me, or for whom the address says."""
        await fill_frame(self, actor)
        self.shown_for = here(self)
        self.owner_id = self.router.url.query_parameters.get("for", "") or actor.me
        self.loaded, self.missing, self.people = False, True, []
        self.said, self.at, self.dialog, self.chosen = "", "", "", NOBODY
        if self.router.url.query_parameters.get("said") == "claimed":
            words = _("Your account is made. Here is who can act for you.")
            await announce(self, notice("success", words))
        await self._reload(actor)

    @guarded(quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Read the page again; whoever may not see it any more is told."""
        try:
            await self._reload(actor)
        except AccessRefused:
            put(self, missing=True, people=[], asks=[], blocked=[], dialog="")
            return
        if self.dialog and self.chosen["id"] not in {one["id"] for one in self.people}:
            words = _("{name} is not in your family any more.")
            await announce(self, notice("info", words.format(name=self.chosen["first_name"])))
            put(self, dialog="", chosen=NOBODY)

    @guarded
    async def switch(
        self, owner_id: Id, holder_id: Id, permission: Permission, on: bool, *, actor: Actor
    ) -> None:
        """Let a relative do one thing, or end it, at once."""
        self.at, self.said = f"{holder_id}-{permission}", ""
        await take("sharing", actor.me)
        change = service.switch_on if on else service.switch_off
        await db.write(change, actor, owner_id, holder_id, permission)
        self.owner_id = owner_id
        await self._reload(actor)
        self.said = _("Saved. This is on now.") if on else _("Saved. This is off now.")

    @guarded
    async def all_off(self, owner_id: Id, holder_id: Id, *, actor: Actor) -> None:
        """End all that a relative may do."""
        self.at, self.said = f"{holder_id}-all", ""
        await take("sharing", actor.me)
        await db.write(service.switch_all_off, actor, owner_id, holder_id)
        self.owner_id = owner_id
        await self._reload(actor)
        self.said = _("Saved. Everything is off now.")

    @guarded
    async def answer(self, ask_id: Id, accept: bool, *, actor: Actor) -> None:
        """Say yes or no to something that is asked."""
        self.at, self.said = ask_id, ""
        await take("sharing", actor.me)
        await db.write(answers.answer, actor, {ask_id: accept})
        await self._reload(actor)
        words = _("Saved. They can do this from now on.") if accept else _("You said no.")
        await announce(self, notice("success", words))

    @guarded
    async def ask_removal(self, member_id: Id, *, actor: Actor) -> None:
        """Open the question before a removal: what stops and what stays."""
        found = await db.read(about_removal, actor, member_id)
        info = await db.read(clinic_info)
        self._choose(member_id)
        name = self.chosen["first_name"]
        self.stops = removal_words.stops(found, name, info.zone, tell_theirs=True)
        self.stays = removal_words.stays(found, name)
        self.dialog = "remove"

    @guarded
    async def remove(self, data: dict[str, Any], *, actor: Actor) -> None:
        """End the relationship and every permission in both directions."""
        await take("access", actor.me)
        form = await read_typed(RemovalForm, data)
        await db.write(remove_member, actor, form)
        words = _("{name} is removed from your family.").format(name=self.chosen["first_name"])
        await self._done(actor, words)

    @guarded
    async def ask_block(self, member_id: Id, *, actor: Actor) -> None:
        """Open the question before somebody is blocked."""
        found = await db.read(about_removal, actor, member_id)
        self._choose(member_id)
        name = self.chosen["first_name"]
        loses = removal_words.loses_for_you(found, name)
        self.stops = [*loses, _("{name} can ask you for nothing more.").format(name=name)]
        self.stays = [
            _("You stay linked, and what you can do for {name} stays.").format(name=name),
            _("Visits that are booked stay booked."),
            _("We do not tell {name} that you did this.").format(name=name),
        ]
        self.dialog = "block"

    @guarded
    async def block(self, member_id: Id, *, actor: Actor) -> None:
        """Hear nothing more from somebody, and end what they may do."""
        await take("access", actor.me)
        await db.write(block.block, actor, member_id)
        await self._done(actor, _("{name} is blocked.").format(name=self.chosen["first_name"]))

    @guarded
    async def unblock(self, person_id: Id, *, actor: Actor) -> None:
        """Let somebody ask again."""
        await take("access", actor.me)
        await db.write(block.unblock, actor, person_id)
        await self._done(actor, _("Not blocked any more. What was off stays off."))

    @guarded
    def close(self) -> None:
        """Close the dialog and change nothing."""
        self.dialog = ""

    async def _done(self, actor: Actor, words: str) -> None:
        self.dialog, self.chosen = "", NOBODY
        self.owner_id = actor.me  # removing and blocking are about oneself
        await self._reload(actor)
        await announce(self, notice("success", words))

    def _choose(self, member_id: str) -> None:
        self.chosen = next((one for one in self.people if one["id"] == member_id), NOBODY)

    async def _reload(self, actor: Actor) -> None:
        # A server that was restarted has forgotten for whom the page is.
        self.owner_id = self.owner_id or actor.me
        watch(self, self.owner_id)  # before it is read: nothing that comes in between is missed
        try:
            rows = await db.read(service.people_who_act, actor, self.owner_id)
        except AccessRefused:
            watch(self)
            raise
        waiting = await db.read(answers.open_asks, actor, self.owner_id)
        info = await db.read(clinic_info)
        members = await db.read(list_members, actor)
        letters = await db.read(family_faces, actor)
        mine, zone = self.owner_id == actor.me, ZoneInfo(info.zone)
        faces: dict[str, Face] = {one.id: (letters.get(one.id, ""), one.colour) for one in members}
        faces[actor.me] = letters[actor.me], OWN_COLOUR
        owner = "" if mine else next(m.first_name for m in members if m.id == self.owner_id)
        shell = await self.get_state(Shell)
        gone = await db.read(block.list_blocked, actor) if mine and shell.verified else []
        if not info.patients_manage_sharing:
            waiting = ()
        put(
            self,
            owners=owners(actor.me, members, faces),
            owner_name=owner,
            may_change=info.patients_manage_sharing,
            people=people_views(
                rows, self.people, owner, faces, zone, me=actor.me, known=_named(members)
            ),
            asks=[ask_view(one, owner, faces, zone) for one in waiting],
            blocked=[Blocked(id=one.id, name=one.first_name) for one in gone],
            missing=False,
            loaded=True,
        )


def _named(members: Sequence[MemberRow]) -> set[str]:
    """Return the family members whose last name I may see."""
    return {one.id for one in members if one.last_name}


refreshes(routes.ACCOUNT_SHARING, Sharing.refresh)
