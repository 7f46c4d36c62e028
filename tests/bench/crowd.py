"""A clinic with practitioners and signed-in people, and their tabs on a served portal."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp

from portal import routes
from portal.account.sessions import start_session
from portal.booking.confirm.state import Confirm
from portal.booking.state import Services
from portal.booking.week.state import Times
from portal.db import writing
from portal.models import Account
from portal.permissions import SIX
from portal.security.state import Security
from tests import builders
from tests.servers.events import EventSocket, open_tab

# A press that reads one row; and the first page of booking, its frame and its content.
BEGIN = f"{Security.get_full_name()}.begin"
LOAD_PAGE = f"{Services.get_full_name()}.load"
LOAD_TIMES = f"{Times.get_full_name()}.load"
KEEP = f"{Times.get_full_name()}.go_on"
BOOK = f"{Confirm.get_full_name()}.book"

SERVICES = 12
MINUTES = 30
A_DAY = 16  # so many visits fit into the hours of `builders.add_practitioner`
NAMES = ("Rosa", "Idris", "Anton", "Harper", "Jonas", "Grete", "Casper", "Noor")


@dataclass(frozen=True)
class Person:
    """Somebody with a signed-in browser."""

    id: str
    cookie: str


@dataclass(frozen=True)
class Crowd:
    """Who there is, and what they can book; every practitioner gives every service."""

    people: list[Person]
    services: list[str]
    practitioners: list[str]

    def page(self, person: Person, slot: int) -> str:
        """Return the page of times on which a person chooses for themselves; one for each slot."""
        chosen = {"service": self.services[0], "for": person.id, "at": str(slot)}
        return routes.with_query(routes.BOOK_TIMES, **chosen)

    def wanted(self, practitioner: int, slot: int) -> dict[str, str | int]:
        """Return the arguments of `Times.go_on` for the ``slot``-th time of a practitioner."""
        at = int(starts_at(slot).timestamp())
        return {"at": at, "who": self.practitioners[practitioner], "room": ""}


def starts_at(slot: int) -> datetime:
    """Return the start of the ``slot``-th time that can be booked, from the day after tomorrow."""
    day, within = divmod(slot, A_DAY)
    return builders.local(builders.in_days(2 + day), 9) + timedelta(minutes=MINUTES * within)


def add_crowd(people: int, practitioners: int, family: int = 0) -> Crowd:
    """Fill an empty database; each person has ``family`` members to book for."""
    with writing() as session:
        builders.add_clinic(session)
        services = [
            builders.add_service(session, f"Visit {n}", minutes=MINUTES, position=n)
            for n in range(SERVICES)
        ]
        givers = [
            builders.add_practitioner(session, services, name=f"Dr Ines {n}", position=n)
            for n in range(practitioners)
        ]
        crowd = Crowd([], services, givers)
        for number in range(people):
            name = NAMES[number % len(NAMES)]
            actor = builders.add_person(session, name, f"Marlow {number}")
            for member in range(family):
                builders.add_family_member(session, actor, f"Member {member}", *SIX)
            account = session.get_one(Account, actor.account_id)
            crowd.people.append(Person(actor.me, start_session(session, account, "")))
    return crowd


@asynccontextmanager
async def open_tabs(url: str, people: list[Person], path: str) -> AsyncIterator[list[EventSocket]]:
    """Open a tab for each person, one after the other, and close all of them at the end."""
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        yield [
            await stack.enter_async_context(open_tab(session, url, path, person.cookie))
            for person in people
        ]
