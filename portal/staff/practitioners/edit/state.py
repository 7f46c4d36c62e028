"""The practitioner whose page is open."""

from typing import Any, TypedDict

import reflex as rx

from portal import db, routes
from portal.clinic import read_typed
from portal.errors import NotFound
from portal.ids import is_id
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.staff.affected.state import AffectedList, change, forget_affected
from portal.staff.practitioners.edit.service import (
    PractitionerFile,
    PractitionerForm,
    read_practitioner,
    save_practitioner,
)
from portal.staff.practitioners.hours.state import fill_hours
from portal.staff.state import fill_desk, read_desk
from portal.web.limits import take
from portal.words import _


class OfferView(TypedDict):
    """A service, and whether they give it."""

    id: str
    name: str
    given: bool
    place_id: str


class EditPractitioner(PageState, AffectedList, rx.State):
    """Names, role, switches and services of one practitioner."""

    shown_for: str = ""
    loaded: bool = False
    practitioner_id: str = ""
    heading: str = ""
    # By the names of `PractitionerForm`, as they are typed.
    saved: dict[str, str] = {}
    online: bool = True
    ended: bool = False
    may_edit: bool = False
    offers: list[OfferView] = []
    places: list[tuple[str, str]] = []

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """Open a practitioner, or the form for a new one."""
        await fill_desk(self, actor)
        self.shown_for, self.loaded = here(self), False
        forget_affected(self)
        practitioner_id = self.router.url.query_parameters.get("id", "")
        if practitioner_id and not is_id(practitioner_id):
            raise NotFound
        await self._read(actor, practitioner_id)

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Read them again."""
        await read_desk(self, actor)
        if self.loaded and self.practitioner_id:
            await self._read(actor, self.practitioner_id)

    @guarded(staff=True)
    async def save(self, data: dict[str, Any], *, actor: Actor) -> Any:
        """Save the practitioner, unless it affects visits that nobody has looked at yet."""
        form = await read_typed(PractitionerForm, data)
        await take("desk", actor.staff_id or "")
        saved = await change(self, save_practitioner, actor, form)
        if saved is None:
            return None
        if not form.practitioner_id:
            words = _("Saved. Now add their working hours.")
            await announce(self, notice("success", words), on_next_page=True)
            page = routes.with_query(routes.STAFF_PRACTITIONER, id=saved)
            return rx.redirect(page if saved else routes.STAFF_PRACTITIONERS)
        await self._read(actor, form.practitioner_id)
        await announce(self, notice("success", _("Saved.")))
        return None

    async def _read(self, actor: Actor, practitioner_id: str) -> None:
        file = await db.read(read_practitioner, actor, practitioner_id)
        await fill_hours(self, actor, practitioner_id)
        self._show(file)

    def _show(self, file: PractitionerFile) -> None:
        short = file.short_name if file.short_name != file.name else ""
        put(
            self,
            practitioner_id=file.id,
            heading=file.name or _("New practitioner"),
            saved={
                "name": file.name,
                "short_name": short,
                "role": file.role,
                "step_minutes": str(file.step_minutes or ""),
            },
            online=file.online,
            ended=file.ended,
            may_edit=file.may_edit,
            offers=[
                OfferView(
                    id=line.service_id,
                    name=f"{line.name} ({line.category})",
                    given=line.given,
                    place_id=line.place_id,
                )
                for line in file.offers
            ],
            places=list(file.places),
            loaded=True,
        )


refreshes(routes.STAFF_PRACTITIONER, EditPractitioner.refresh)
