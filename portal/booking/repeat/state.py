"""The same visit again: how often, then every date before anything is booked."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import reflex as rx
from pydantic import Field, StringConstraints

from portal import db, routes
from portal.booking import service
from portal.booking.choices import Choices, read_choices
from portal.booking.repeat.rows import Chosen
from portal.booking.repeat.rules import MOST, MOST_WEEKS
from portal.booking.repeat.service import hold_all, preview, read_start
from portal.booking.repeat.views import (
    FREE,
    OTHER,
    SKIP,
    DateView,
    about,
    date_views,
    summary,
)
from portal.booking.views import FaceView
from portal.clinic import read_typed
from portal.errors import Invalid, SlotTaken
from portal.forms import Form
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, guarded
from portal.shell.live import put, refreshes
from portal.shell.state import fill_frame
from portal.web.limits import take
from portal.words import _

Value = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}-[A-Za-z0-9_-]{1,40}$")]
LATEST = 4_000_000_000  # seconds since 1970: keeps what a browser sends inside what a date can be


class PlanForm(Form):
    """How often, and up to when."""

    every: int = Field(default=1, ge=1, le=MOST_WEEKS)
    end: Literal["times", "until"] = "times"
    times: int | None = Field(default=None, ge=1, le=MOST)
    until: date | None = None


class DatesForm(Form):
    """The times chosen, beside the first one."""

    dates: list[Value] = Field(default_factory=list, max_length=MOST)


class Repeat(PageState, rx.State):
    """A series that begins with the visit that is kept."""

    shown_for: str = ""
    loaded: bool = False
    faces: list[FaceView] = []
    banner_name: str = ""
    first_words: str = ""
    service_words: str = ""
    confirm_href: str = ""
    last_on: str = ""
    dates: list[DateView] = []
    summary_words: str = ""
    shown: str = ""  # changes with each answer, so that the dates begin afresh
    refused: str = ""  # why nobody can book for this person any more
    _plan: PlanForm | None = None

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """Show what is to be repeated."""
        await fill_frame(self, actor)
        self.shown_for, self.loaded, self.refused = here(self), False, ""
        put(self, dates=[], summary_words="", _plan=None)
        put(self, **about(await db.read(read_start, actor, self._order())))
        self.loaded = True

    @guarded(quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Say it before the press when the person no longer lets me book for them."""
        if not self.loaded:
            return
        bookable = {one.id for one in await db.read(service.list_bookable_people, actor)}
        gone = any(one["id"] not in bookable for one in self.faces)
        words = _("You can no longer book for {name}. Nothing was booked.")
        put(self, refused=words.format(name=self.banner_name) if gone else "")

    @guarded
    async def look(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Show every date, free or not."""
        form = await read_typed(PlanForm, data)
        if form.end == "until" and form.until is None:
            raise Invalid({"until": _("Choose the last day.")})
        if form.end == "times" and form.times is None:
            raise Invalid({"times": _("Choose how many visits.")})
        self._plan = form
        await self._show(actor, form)

    @guarded
    async def keep(self, data: dict[str, Any], *, actor: Actor) -> Any:
        """Keep every time chosen, then ask for a yes."""
        if any(not name.startswith((FREE, OTHER)) and name != "request_key" for name in data):
            raise Invalid({"": _("Choose one of the times shown.")})
        values = [name.removeprefix(FREE) for name, on in data.items() if _is_on(name, on)]
        values += [
            value for name, value in data.items() if name.startswith(OTHER) and value != SKIP
        ]
        sent = {"dates": values, "request_key": data.get("request_key", "")}
        form = await read_typed(DatesForm, sent)
        await take("hold", actor.me)
        try:
            order = await db.write(hold_all, actor, self._order(), [_time(v) for v in form.dates])
        except SlotTaken:
            if self._plan:
                await self._show(actor, self._plan)
            raise
        return rx.redirect(Choices(order=order.id).href(routes.BOOK_CONFIRM))

    def _order(self) -> str:
        return read_choices(self.router.url.query_parameters).order

    async def _show(self, actor: Actor, form: PlanForm) -> None:
        ends = {"until": form.until} if form.end == "until" else {"times": form.times}
        start = await db.read(read_start, actor, self._order())
        series = await db.read(preview, actor, self._order(), form.every, **ends)  # pyright: ignore[reportArgumentType]
        put(self, dates=date_views(series, start), summary_words=summary(series))
        self.shown = f"{self._answers}"


refreshes(routes.BOOK_REPEAT, Repeat.refresh)


def _is_on(name: str, on: Any) -> bool:
    return name.startswith(FREE) and on is True


def _time(value: str) -> Chosen:
    """Return the time that a field names.

    Raises:
        Invalid: it is beyond every calendar.
    """
    at, _dash, practitioner_id = value.partition("-")
    if int(at) > LATEST:
        raise Invalid({"": _("Choose one of the times shown.")})
    return Chosen(practitioner_id, datetime.fromtimestamp(int(at), UTC))
