"""The settings of online booking."""

from typing import Any

import reflex as rx

from portal import db, routes
from portal.clinic import read_typed
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.staff.settings.service import (
    BookingSettings,
    SettingsForm,
    read_settings,
    save_settings,
)
from portal.staff.state import fill_desk, read_desk
from portal.words import _


class Settings(PageState, rx.State):
    """Both settings as they are saved."""

    loaded: bool = False
    allow_related_profiles: bool = True
    patients_manage_sharing: bool = True

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """Show the settings to whoever may change them."""
        await fill_desk(self, actor)
        self.loaded = False
        self._show(await db.read(read_settings, actor))

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Show them again: a colleague may have changed them."""
        await read_desk(self, actor)
        self._show(await db.read(read_settings, actor))

    @guarded(staff=True)
    async def save(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Change the settings for everybody, at once."""
        form = await read_typed(SettingsForm, data)
        self._show(await db.write(save_settings, actor, form))
        words = _("Saved. It holds from the next click on, on pages that are open too.")
        await announce(self, notice("success", words))

    def _show(self, settings: BookingSettings) -> None:
        put(
            self,
            allow_related_profiles=settings.allow_related_profiles,
            patients_manage_sharing=settings.patients_manage_sharing,
            loaded=True,
        )


refreshes(routes.STAFF_SETTINGS, Settings.refresh)
