"""What the frame of every page shows: who is signed in and which clinic this is."""

from typing import Any

import reflex as rx

from portal import db
from portal.account.profile import get_frame
from portal.account.service import resend_verification
from portal.permissions import Actor
from portal.shell.clinic import Clinic, Me
from portal.shell.guard import PageState, Proof, announce, guarded, turn_page
from portal.shell.live import put, refresh_page
from portal.shell.notice import notice
from portal.web.limits import take
from portal.words import _


class Shell(PageState, rx.State):
    """The person and the clinic, read again whenever a page opens."""

    signed_in: bool = False
    my_id: str = ""
    my_name: str = ""
    my_initials: str = ""
    my_email: str = ""
    verified: bool = True
    clinic_name: str = ""
    clinic_phone: str = ""
    clinic_address: str = ""
    clinic_opening: str = ""
    may_add_family: bool = False

    @guarded(public=True)
    async def load(self, *, actor: Actor | None) -> None:
        """Fill the frame of a page that loads nothing else."""
        await fill_frame(self, actor)

    @guarded(public=True, quiet=True)
    async def refresh(self, *, actor: Actor | None) -> Any:
        """Read the open page again: something on it may have changed."""
        await read_frame(self, actor)
        return await refresh_page(self)

    @guarded(public=True, quiet=True)
    async def wake(self, *, actor: Actor | None) -> Any:
        """Catch up with what happened while the tab was hidden or asleep.

        Not the same door as `refresh`: somebody has come back to the tab, which counts as using
        the session, and the guard tells the two apart by their names.
        """
        await read_frame(self, actor)
        return await refresh_page(self)

    @guarded(public=True)
    async def close_proof(self, proved: bool) -> None:
        """Close the dialog that asks who it is; nothing but what is shown depends on the answer."""
        (await self.get_state(Proof)).asked = ""
        if proved:
            await announce(self, notice("success", _("Thank you. Now press again.")))

    @guarded
    async def send_link_again(self, *, actor: Actor) -> None:
        """Send a fresh link to confirm the address."""
        await take("verify_again", actor.account_id or "")
        await db.write(resend_verification, actor)
        await announce(self, notice("success", _("We sent you a new email. Please open its link.")))


async def fill_frame(state: rx.State, actor: Actor | None) -> None:
    """Fill the frame, as the first thing that a page's own ``load`` does.

    In the same event as the page's content, so that nobody can press a button in between.
    """
    await turn_page(state)
    await read_frame(state, actor)


async def read_frame(state: rx.State, actor: Actor | None) -> None:
    """Read what the frame shows, and leave what is said in it."""
    shell = await state.get_state(Shell)
    frame = await db.read(get_frame, actor)
    info, me = frame.clinic, frame.me
    put(
        shell,
        clinic_name=info.name,
        clinic_phone=info.phone,
        clinic_address=info.address,
        clinic_opening=info.opening,
        may_add_family=info.allow_related_profiles,
        signed_in=actor is not None,
    )
    if actor and me:
        put(
            shell,
            my_id=actor.me,
            my_name=me.name,
            my_initials=me.initials,
            my_email=me.email,
            verified=me.verified,
        )


ME = Me(signed_in=Shell.signed_in, name=Shell.my_name, initials=Shell.my_initials)
CLINIC = Clinic(
    name=Shell.clinic_name,
    address=Shell.clinic_address,
    phone=Shell.clinic_phone,
    hours=Shell.clinic_opening,
)
