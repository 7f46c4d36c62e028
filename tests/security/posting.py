"""Accounts, and requests to the plain routes as a page of the portal sends them."""

from typing import Any

import httpx

from portal import routes
from portal.db import writing
from portal.ids import new_id
from portal.permissions import Actor
from tests import builders
from tests.servers.portal import Portal

PASSWORD, OTHER = "wary otter lantern 9", "brisk pebble canyon 4"


def add_account(password_hash: str, *, verified: bool = True) -> tuple[Actor, str]:
    """Add somebody who can sign in; return them and their address."""
    email = f"sten-{new_id().strip('-_').lower()}@family.example"
    with writing() as session:
        patient = builders.add_patient(session, "Sten", "Strand", email=email)
        actor = builders.add_account(
            session, patient, email=email, verified=verified, password_hash=password_hash
        )
    return actor, email


def post(portal: Portal, path: str, body: Any = None, **kwargs: Any) -> httpx.Response:
    """Post as a page of the portal does."""
    headers = {"Origin": portal.url, **kwargs.pop("headers", {})}
    return httpx.post(portal.url + path, json=body, headers=headers, timeout=20, **kwargs)


def cookie_of(answer: httpx.Response) -> str:
    """Return the session's secret that an answer sets."""
    return answer.cookies["kindred"]


def cookies_of(answer: httpx.Response) -> list[tuple[str, set[str]]]:
    """Return what an answer sets, in order, each with its flags but for the date."""
    found: list[tuple[str, set[str]]] = []
    for line in answer.headers.get_list("set-cookie"):
        name, *flags = (part.strip() for part in line.split(";"))
        kept = {flag.lower() for flag in flags if not flag.lower().startswith("expires")}
        found.append((name, kept))
    return found


def signed_in_as(portal: Portal, cookie: str) -> bool:
    """Tell whether a cookie still opens anything."""
    answer = post(
        portal,
        routes.AUTH_PASSWORD,
        {"current": "x", "password": "y"},
        headers={"Cookie": f"kindred={cookie}"},
    )
    return answer.status_code == 422
