"""The Family Members pages: the list, what I may do for one member, adding and removing."""

from typing import Any, TypedDict

import reflex as rx

from portal import db, routes
from portal.clinic import clinic_info, read_typed
from portal.family import service
from portal.family.add import NewFamily, add_family_members
from portal.family.faces import family_faces
from portal.family.labels import your
from portal.family.wording import label as permission_label
from portal.family.wording import short, told_to_holder
from portal.ids import Id
from portal.permissions import SIX, Actor, Permission
from portal.shell.guard import PageState, announce, guarded
from portal.shell.notice import notice
from portal.shell.state import fill_frame
from portal.web.limits import take
from portal.words import _, ngettext


class Ability(TypedDict):
    """One of the six, always in the same place: what it is called and whether I hold it."""

    key: str
    short: str
    label: str
    opens: str
    does_not_open: str
    held: bool


class Member(TypedDict):
    """One family member on screen."""

    id: str
    name: str
    first_name: str
    initials: str
    colour: int
    relation: str
    label: str
    label_text: str
    managed_by_me: bool
    abilities: list[Ability]


NOBODY = Member(
    id="",
    name="",
    first_name="",
    initials="",
    colour=1,
    relation="",
    label="",
    label_text="",
    managed_by_me=False,
    abilities=[],
)


class Family(PageState, rx.State):
    """My family members and the dialogs about one of them."""

    loaded: bool = False
    members: list[Member] = []
    chosen: Member = NOBODY
    dialog: str = ""  # "", "edit" or "remove"
    stops: list[str] = []
    stays: list[str] = []

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """List the family."""
        await fill_frame(self, actor)
        self.dialog = ""
        await self._reload(actor)

    @guarded
    async def load_add(self, *, actor: Actor) -> rx.event.EventSpec | None:
        """Show the form only while the clinic lets patients add family members."""
        await fill_frame(self, actor)
        info = await db.read(clinic_info)
        return None if info.allow_related_profiles else rx.redirect(routes.ACCOUNT_FAMILY)

    @guarded
    async def add(self, data: dict[str, Any], *, actor: Actor) -> rx.event.EventSpec:
        """Add the members of the form, then show the list."""
        form = await read_typed(NewFamily, data)
        await take("family_add", actor.me)
        added = await db.write(add_family_members, actor, form)
        words = ngettext(
            "Added. You can book for them now.", "All added. You can book for them now.", len(added)
        )
        await announce(self, notice("success", words), on_next_page=True)
        return rx.redirect(routes.ACCOUNT_FAMILY)

    @guarded
    async def edit(self, member_id: Id, *, actor: Actor) -> None:
        """Open what I may do for a member."""
        self.chosen = await self._one(actor, await db.read(service.find_member, actor, member_id))
        self.dialog = "edit"

    @guarded
    async def give_up(self, member_id: Id, permission: Permission, *, actor: Actor) -> None:
        """Drop one permission I hold, at once."""
        await take("access", actor.me)
        row = await db.write(service.give_up, actor, member_id, permission)
        self.chosen = await self._one(actor, row)
        await self._reload(actor)

    @guarded
    async def take_back(self, member_id: Id, permission: Permission, *, actor: Actor) -> None:
        """Take one permission on a profile that I manage."""
        await take("access", actor.me)
        row = await db.write(service.take_back, actor, member_id, permission)
        self.chosen = await self._one(actor, row)
        await self._reload(actor)

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
        removal = await db.read(service.about_removal, actor, member_id)
        self.chosen = await self._one(actor, removal.member)
        self.stops = _stops(self.chosen)
        self.stays = _stays(self.chosen, removal.upcoming_visits)
        self.dialog = "remove"

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

    async def _one(self, actor: Actor, row: service.MemberRow) -> Member:
        letters = await db.read(family_faces, actor)
        return _member(row, letters.get(row.id, ""))

    async def _reload(self, actor: Actor) -> None:
        rows = await db.read(service.list_members, actor)
        letters = await db.read(family_faces, actor)
        self.members = [_member(row, letters.get(row.id, "")) for row in rows]
        self.loaded = True


def _member(row: service.MemberRow, initials: str) -> Member:
    relation = your(row.label, row.label_text)
    if row.managed_by_me:
        relation = _("{relation}. Managed by you.").format(relation=relation)
    return Member(
        id=row.id,
        name=f"{row.first_name} {row.last_name}".strip(),
        first_name=row.first_name,
        initials=initials,
        colour=row.colour,
        relation=relation,
        label=row.label,
        label_text=row.label_text or "",
        managed_by_me=row.managed_by_me,
        abilities=[_ability(permission, row) for permission in SIX],
    )


def _ability(permission: Permission, row: service.MemberRow) -> Ability:
    meaning = told_to_holder(permission, row.first_name)
    return Ability(
        key=permission,
        short=short(permission),
        label=permission_label(permission),
        opens=meaning.opens,
        does_not_open=meaning.does_not_open,
        held=permission in row.held,
    )


def _stops(member: Member) -> list[str]:
    """Say what ends for both; what they hold on me stays unlisted, as on all of this page."""
    name = member["first_name"]
    mine = [ability["short"] for ability in member["abilities"] if ability["held"]]
    ends = []
    if mine:
        ends.append(_("For {name} you lose: {list}.").format(name=name, list=", ".join(mine)))
    ends.append(_("{name} can no longer do anything for you, or use your cards.").format(name=name))
    return ends


def _stays(member: Member, upcoming: int) -> list[str]:
    name = member["first_name"]
    stays = [_("Bills that are paid stay paid."), _("Forms already sent stay with the clinic.")]
    if upcoming:
        words = ngettext(
            "{name}’s coming visit stays booked, for {name}.",
            "{name}’s {count} coming visits stay booked, for {name}.",
            upcoming,
        )
        stays.insert(0, words.format(name=name, count=upcoming))
    return stays
