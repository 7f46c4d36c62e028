"""The settings of online booking."""

from typing import Any

import reflex as rx

from portal import db, routes
from portal.clinic import read_typed
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.staff.settings.service import SettingsForm, read_settings, save_settings
from portal.staff.state import fill_desk, read_desk
from portal.web.limits import take
from portal.words import _

STEPS = (5, 10, 15, 20, 30, 60)
"""Minutes between two starts that the form offers."""


class Settings(PageState, rx.State):
    """All settings as they are saved."""

    loaded: bool = False
    # By the names of `SettingsForm`: what is on or off as such, all else as it is typed.
    saved: dict[str, str | bool] = {}

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
        await take("desk", actor.staff_id or "")
        self._show(await db.write(save_settings, actor, form))
        words = _("Saved. It holds from the next click on, on pages that are open too.")
        await announce(self, notice("success", words))

    def _show(self, settings: SettingsForm) -> None:
        values = dict(settings)
        put(
            self,
            saved={
                name: value if isinstance(value, bool) else _typed(value)
                for name, value in values.items()
            },
            loaded=True,
        )


def _typed(value: Any) -> str:
    """Return a value as somebody would type it; nothing for no limit."""
    if value is None:
        return ""
    return value.strftime("%H:%M") if hasattr(value, "strftime") else str(value)


refreshes(routes.STAFF_SETTINGS, Settings.refresh)
