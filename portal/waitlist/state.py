"""What is waited for in a family, answering an offer, and asking for a place on the list."""

from datetime import timedelta
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

import reflex as rx

from portal import clock, db, routes, say
from portal.clinic import read_typed
from portal.family.faces import family_faces
from portal.family.labels import your
from portal.ids import Id
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.shell.state import fill_frame
from portal.waitlist import service
from portal.waitlist.answer import accept, decline
from portal.waitlist.ask import AskForm, ask, withdraw
from portal.waitlist.views import RequestView, ask_href, request_view
from portal.web.limits import take
from portal.words import _

USUAL_WAIT = timedelta(days=28)


class Person(TypedDict):
    """Somebody to ask for."""

    id: str
    name: str
    relation: str
    initials: str
    colour: int


class Category(TypedDict):
    """The services of one category, each with where it is asked for."""

    name: str
    services: list[tuple[str, str]]


class WaitList(PageState, rx.State):
    """The open requests of everyone I may book for; what is offered stands on top."""

    shown_for: str = ""
    loaded: bool = False
    open: bool = True
    offers: list[RequestView] = []
    requests: list[RequestView] = []
    leaving: str = ""  # the request asked about before it is taken off the list
    leaving_about: str = ""

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """List what is waited for."""
        await fill_frame(self, actor)
        self.shown_for, self.leaving = here(self), ""
        await self._read(actor)

    @guarded(quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Read the list again."""
        await self._read(actor)
        if self.leaving not in ("", *(one["id"] for one in self.requests)):
            self.leaving = ""

    @guarded
    async def accept(self, offer_id: Id, *, actor: Actor) -> None:
        """Book what is kept."""
        await take("wait", actor.me)
        visit = await db.write(accept, actor, offer_id)
        await self._read(actor)
        words = _("Booked for {name}: {when}. We send you an email.").format(
            name=_("you") if visit.person.is_me else visit.person.first_name,
            when=say.day_time(visit.starts_local),
        )
        to = routes.with_query(routes.VISIT, id=visit.id)
        await announce(self, notice("success", words, label=_("See the visit"), href=to))

    @guarded
    async def decline(self, offer_id: Id, *, actor: Actor) -> None:
        """Let the time go to the next in line."""
        await take("wait", actor.me)
        await db.write(decline, actor, offer_id)
        await self._read(actor)
        words = _("The time goes to the next person. The place on the wait list stays.")
        await announce(self, notice("success", words))

    @guarded
    def ask_withdraw(self, request_id: Id) -> None:
        """Ask before a request is taken off the list."""
        found = (one for one in self.requests if one["id"] == request_id)
        if one := next(found, None):
            self.leaving, self.leaving_about = request_id, one["about"]

    @guarded
    def close(self) -> None:
        """Close the question; everything stays."""
        self.leaving = ""

    @guarded
    async def withdraw(self, request_id: Id, *, actor: Actor) -> None:
        """Take a request off the list."""
        self.leaving = ""
        await take("wait", actor.me)
        await db.write(withdraw, actor, request_id)
        await self._read(actor)
        await announce(self, notice("success", _("Taken off the wait list.")))

    async def _read(self, actor: Actor) -> None:
        rows = await db.read(service.list_requests, actor)
        letters = await db.read(family_faces, actor)
        views = [request_view(row, letters) for row in rows]
        put(
            self,
            offers=[one for one in views if one["offer_id"]],
            requests=views,
            open=await db.read(service.is_open),
            loaded=True,
        )


class WaitAsk(PageState, rx.State):
    """The form that asks for a place on the list: for whom, with whom, when."""

    shown_for: str = ""
    loaded: bool = False
    categories: list[Category] = []  # where no service is chosen yet
    service_id: str = ""
    service_name: str = ""
    people: list[Person] = []
    patient_id: str = ""  # whom it is about, as the page opens
    practitioners: list[tuple[str, str]] = []
    practitioner_id: str = ""
    visit_id: str = ""
    visit_words: str = ""
    zone_words: str = ""
    first_on: str = ""
    until_on: str = ""

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """Open the form for what the address names, or the list of services first."""
        await fill_frame(self, actor)
        self.shown_for, self.loaded = here(self), False
        query = self.router.url.query_parameters
        self.visit_id = query.get("visit", "")
        service_id = query.get("service", "")
        if self.visit_id:
            service_id = await db.read(service.service_of_visit, actor, self.visit_id)
        self.service_id, self.categories = service_id, []
        if service_id:
            await self._open(actor, query.get("for", "").split(".")[0], query.get("with", ""))
        else:
            await self._offer_services(actor, query.get("for", ""))
        self.loaded = True

    @guarded
    async def ask(self, data: dict[str, Any], *, actor: Actor) -> rx.event.EventSpec:
        """Put somebody on the list, then show it."""
        form = await read_typed(AskForm, data)
        await take("wait", actor.me)
        await db.write(ask, actor, form)
        words = _("You are on the wait list. We write to you as soon as a time becomes free.")
        if form.patient_id != actor.me:
            words = _("It is on the wait list. We write to you as soon as a time becomes free.")
        await announce(self, notice("success", words), on_next_page=True)
        return rx.redirect(routes.WAIT_LIST)

    async def _offer_services(self, actor: Actor, people: str) -> None:
        groups = await db.read(service.services_to_wait_for, actor)
        self.categories = [
            Category(
                name=group.category,
                services=[(one.name, ask_href(one.id, people=people)) for one in group.services],
            )
            for group in groups
        ]

    async def _open(self, actor: Actor, patient_id: str, practitioner_id: str) -> None:
        asking = await db.read(service.asking_for, actor, self.service_id, self.visit_id)
        letters = await db.read(family_faces, actor)
        self.service_name = asking.service.name
        self.people = [
            Person(
                id=one.id,
                name=_("Me, {name}").format(name=one.first_name) if one.is_me else one.full_name,
                relation="" if one.is_me else your(one.label or "", one.label_text),
                initials=letters.get(one.id, ""),
                colour=one.colour,
            )
            for one in asking.people
        ]
        known = {one["id"] for one in self.people}
        only = self.people[0]["id"] if len(known) == 1 else ""
        self.patient_id = patient_id if patient_id in known else only
        self.practitioners = [(one.id, one.name) for one in asking.practitioners]
        given = {id_ for id_, _name in self.practitioners}
        self.practitioner_id = practitioner_id if practitioner_id in given else ""
        today = clock.today(ZoneInfo(asking.zone))
        self.first_on, self.until_on = today.isoformat(), (today + USUAL_WAIT).isoformat()
        self.zone_words = _("Days and times are those of the clinic ({zone}).").format(
            zone=say.zone(asking.zone)
        )
        self.visit_words = ""
        if visit := asking.visit:
            self.until_on = visit.starts_local.date().isoformat()
            words = _("The visit on {when} stays booked until you accept an earlier time.")
            self.visit_words = words.format(when=say.day_time(visit.starts_local))


refreshes(routes.WAIT_LIST, WaitList.refresh)
