"""The Family Members pages: the list, what I may do for one member, adding and removing."""

from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from portal import db, routes
from portal.booking.choices import read_choices
from portal.claim.send import send_again
from portal.clinic import clinic_info, read_typed
from portal.family import removal, service
from portal.family.add import NewFamily, add_family_members
from portal.family.asking import AskChoices
from portal.family.faces import family_faces
from portal.family.views import NOBODY, Member, member_view
from portal.ids import Id
from portal.permissions import Actor, Permission
from portal.sharing import asks
from portal.sharing.removal import about_removal
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.shell.state import fill_frame
from portal.web.limits import take
from portal.words import _, ngettext


class Family(PageState, rx.State):
    """My family members and the dialogs about one of them."""

    loaded: bool = False
    members: list[Member] = []
    chosen: Member = NOBODY
    dialog: str = ""  # "", "edit" or "remove"
    stops: list[str] = []
    stays: list[str] = []
    close_href: str = routes.ACCOUNT_FAMILY  # out of the form for somebody new

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """List the family."""
        await fill_frame(self, actor)
        self.dialog = ""
        await self._reload(actor)

    @guarded(quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Read the list again, and what an open dialog says about its member."""
        await self._reload(actor)
        if not self.dialog:
            return
        member = next((one for one in self.members if one["id"] == self.chosen["id"]), None)
        if member is None:
            words = _("{name} is not in your family any more.")
            await announce(self, notice("info", words.format(name=self.chosen["first_name"])))
            self.dialog, self.chosen = "", NOBODY
        elif self.dialog == "remove":
            await self._ask_removal(actor, member["id"])
        else:
            put(self, chosen=member)

    @guarded
    async def load_add(self, *, actor: Actor) -> rx.event.EventSpec | None:
        """Show the form only while the clinic lets patients add family members."""
        await fill_frame(self, actor)
        asked = read_choices(self.router.url.query_parameters)
        back = asked.href(routes.BOOK, back=False)
        self.close_href = back if asked.back else routes.ACCOUNT_FAMILY
        info = await db.read(clinic_info)
        return None if info.allow_related_profiles else rx.redirect(routes.ACCOUNT_FAMILY)

    @guarded
    async def add(self, data: dict[str, Any], *, actor: Actor) -> rx.event.EventSpec:
        """Add the members of the form, then show the list, or go on booking for them."""
        form = await read_typed(NewFamily, data)
        await take("family_add", actor.me)
        added = await db.write(add_family_members, actor, form)
        words = ngettext(
            "Added. You can book for them now.", "All added. You can book for them now.", len(added)
        )
        await announce(self, notice("success", words), on_next_page=True)
        asked = read_choices(self.router.url.query_parameters)
        if not asked.back:
            return rx.redirect(routes.ACCOUNT_FAMILY)
        people = (*(asked.people if asked.several else ()), *added) or asked.people
        return rx.redirect(asked.href(routes.BOOK, back=False, people=people))

    @guarded
    async def edit(self, member_id: Id, *, actor: Actor) -> None:
        """Open what I may do for a member."""
        await db.read(service.find_member, actor, member_id)
        await self._reload(actor)
        self._choose(member_id)
        self.dialog = "edit"

    @guarded
    async def give_up(self, member_id: Id, permission: Permission, *, actor: Actor) -> None:
        """Drop one permission I hold, at once."""
        await take("access", actor.me)
        await db.write(service.give_up, actor, member_id, permission)
        await self._reload(actor)
        self._choose(member_id)

    @guarded
    async def take_back(self, member_id: Id, permission: Permission, *, actor: Actor) -> None:
        """Take one permission on a profile that I manage."""
        await take("access", actor.me)
        await db.write(service.take_back, actor, member_id, permission)
        await self._reload(actor)
        self._choose(member_id)

    @guarded
    async def ask(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Ask a member for more; nothing changes until they say yes."""
        form = await read_typed(AskChoices, data)
        await take("ask", actor.me)
        await db.write(asks.ask, actor, form.as_ask())
        name = self.chosen["first_name"]
        self.dialog, self.chosen = "", NOBODY
        await self._reload(actor)
        words = _("We asked {name} by email. Nothing changes until {name} says yes.")
        await announce(self, notice("success", words.format(name=name)))

    @guarded
    async def take_back_ask(self, ask_id: Id, *, actor: Actor) -> None:
        """Take back something I asked for."""
        await take("access", actor.me)
        await db.write(asks.take_back, actor, ask_id)
        await self._reload(actor)
        await announce(self, notice("success", _("You do not ask for that any more.")))

    @guarded
    async def send_link(self, member_id: Id, *, actor: Actor) -> None:
        """Send the link with which somebody makes the profile their own once more."""
        await take("invite", actor.me)
        await db.write(send_again, actor, member_id)
        self.dialog, self.chosen = "", NOBODY
        await announce(
            self, notice("success", _("We sent the link by email. It works for 14 days."))
        )

    @guarded
    async def save_label(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Change what I call a member."""
        form = await read_typed(service.LabelForm, data)
        await db.write(service.set_label, actor, form)
        self.dialog, self.chosen = "", NOBODY
        await self._reload(actor)
        await announce(self, notice("success", _("Saved.")))

    @guarded
    async def ask_removal(self, member_id: Id, *, actor: Actor) -> None:
        """Open the question before a removal: what stops and what stays."""
        await self._ask_removal(actor, member_id)

    @guarded
    async def remove(self, data: dict[str, Any], *, actor: Actor) -> None:
        """End the relationship and every permission in both directions."""
        await take("access", actor.me)
        form = await read_typed(service.RemovalForm, data)
        await db.write(service.remove_member, actor, form)
        name = self.chosen["first_name"]
        self.dialog, self.chosen = "", NOBODY
        await self._reload(actor)
        words = _("{name} is removed from your family.").format(name=name)
        await announce(self, notice("success", words))

    @guarded
    def close(self) -> None:
        """Close the dialog and change nothing."""
        self.dialog = ""

    def _choose(self, member_id: str) -> None:
        self.chosen = next((one for one in self.members if one["id"] == member_id), NOBODY)

    async def _ask_removal(self, actor: Actor, member_id: str) -> None:
        found = await db.read(about_removal, actor, member_id)
        zone = (await db.read(clinic_info)).zone
        await self._reload(actor)
        self._choose(member_id)
        name = self.chosen["first_name"]
        # What they may do for me stays unlisted, as on all of this page.
        stops = removal.stops(found, name, zone, tell_theirs=False)
        put(self, stops=stops, stays=removal.stays(found, name), dialog="remove")

    async def _reload(self, actor: Actor) -> None:
        rows = await db.read(service.list_members, actor)
        letters = await db.read(family_faces, actor)
        mine = await db.read(asks.my_asks, actor)
        info = await db.read(clinic_info)
        members = [
            member_view(
                row,
                letters.get(row.id, ""),
                mine,
                ZoneInfo(info.zone),
                may_ask=info.patients_manage_sharing,
                sharing_href=routes.with_query(routes.ACCOUNT_SHARING, **{"for": row.id}),
            )
            for row in rows
        ]
        put(self, members=members, loaded=True)


refreshes(routes.ACCOUNT_FAMILY, Family.refresh)
