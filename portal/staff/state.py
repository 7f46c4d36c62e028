"""What the frame of every staff page shows: who is at the desk, and what they may open."""

import reflex as rx

from portal import db
from portal.permissions import Actor
from portal.shell.guard import PageState
from portal.shell.live import put
from portal.shell.state import fill_frame
from portal.staff.rights import staff_badge
from portal.staff.wording import role_words


class Desk(PageState, rx.State):
    """The member of staff who is signed in."""

    name: str = ""
    initials: str = ""
    role: str = ""
    runs_clinic: bool = False
    at_desk: bool = False


async def fill_desk(state: rx.State, actor: Actor) -> None:
    """Fill the frame, as the first thing that a staff page's own ``load`` does."""
    await fill_frame(state, None)  # what is said, and the clinic; patients' parts stay empty
    await read_desk(state, actor)


async def read_desk(state: rx.State, actor: Actor) -> None:
    """Read who is at the desk again: a role may have changed."""
    me = await db.read(staff_badge, actor)
    put(
        await state.get_state(Desk),
        name=me.name,
        initials=me.initials,
        role=role_words(me.role),
        runs_clinic=me.runs_clinic,
        at_desk=me.at_desk,
    )
