"""The start page of staff: what waits for somebody."""

from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

import reflex as rx

from portal import db, routes, say
from portal.claim.part import WITHIN, undo_join
from portal.clinic import clinic_info
from portal.ids import Id
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.staff.home import service
from portal.staff.patient.service import clear_flag, clear_visit_flag
from portal.staff.patients.state import PatientLine, find_again, patient_line
from portal.staff.state import fill_desk, read_desk
from portal.staff.wording import flag_words
from portal.web.limits import take
from portal.words import _


class WaitingLine(TypedDict):
    """Something that waits: who or what it is about, and why or since when."""

    id: str
    name: str
    href: str
    detail: str


class Home(PageState, rx.State):
    """What waits, read again whenever something changes for this person."""

    loaded: bool = False
    nothing: bool = False
    profiles: list[PatientLine] = []
    visits: list[WaitingLine] = []
    mails: list[WaitingLine] = []
    joins: list[WaitingLine] = []
    may_retry: bool = False

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """List what waits; who was found before Back is found again."""
        await fill_desk(self, actor)
        await find_again(self, actor)
        await self._read(actor)

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """List it again."""
        await read_desk(self, actor)
        await self._read(actor)

    @guarded(staff=True)
    async def seen_profile(self, patient_id: Id, *, actor: Actor) -> None:
        """Note that somebody has seen to a flagged profile."""
        await db.write(clear_flag, actor, patient_id)
        await self._done(_("Noted: it is seen to."), actor)

    @guarded(staff=True)
    async def seen_visit(self, visit_id: Id, *, actor: Actor) -> None:
        """Note that somebody has seen to a flagged visit."""
        await db.write(clear_visit_flag, actor, visit_id)
        await self._done(_("Noted: it is seen to."), actor)

    @guarded(staff=True)
    async def retry(self, message_id: Id, *, actor: Actor) -> None:
        """Try a parked mail again."""
        await take("desk", actor.staff_id or "")
        await db.write(service.retry_mail, actor, message_id)
        await self._done(_("The mail is on its way again. If it fails, it comes back."), actor)

    @guarded(staff=True)
    async def part(self, join_id: Id, *, actor: Actor) -> None:
        """Part two profiles that were joined by mistake."""
        await take("desk", actor.staff_id or "")
        await db.write(undo_join, actor, join_id)
        await self._done(_("The two profiles are apart again. Both were told."), actor)

    async def _done(self, words: str, actor: Actor) -> None:
        await self._read(actor)
        await announce(self, notice("success", words))

    async def _read(self, actor: Actor) -> None:
        waiting = await db.read(service.what_waits, actor)
        info = await db.read(clinic_info)
        zone = ZoneInfo(info.zone)
        put(
            self,
            profiles=[patient_line(row, info.region) for row in waiting.profiles],
            visits=[_visit(row) for row in waiting.visits],
            mails=[_mail(row, zone) for row in waiting.mails],
            joins=[_join(row, zone) for row in waiting.joins],
            may_retry=waiting.may_retry,
            nothing=not any((waiting.profiles, waiting.visits, waiting.mails, waiting.joins)),
            loaded=True,
        )


def _visit(row: service.FlaggedVisit) -> WaitingLine:
    return WaitingLine(
        id=row.id,
        name=row.patient_name,
        href=routes.with_query(routes.STAFF_PATIENT, id=row.patient_id),
        detail=f"{say.day_time(row.starts_at)}. {flag_words(row.flag)}",
    )


def _mail(row: service.ParkedMail, zone: ZoneInfo) -> WaitingLine:
    parts = [_on(row.since, zone), row.error]
    return WaitingLine(
        id=row.id,
        name=row.kind.replace("_", " "),
        href="",
        detail=". ".join(part for part in parts if part),
    )


def _join(row: service.RecentJoin, zone: ZoneInfo) -> WaitingLine:
    words = _("{name} became a part of this profile on {day}. It can be undone until {until}.")
    if row.from_sign_up:
        words += " " + _("It came from a second sign-up, whose log-in stays closed then.")
    return WaitingLine(
        id=row.id,
        name=row.into_name,
        href=routes.with_query(routes.STAFF_PATIENT, id=row.into_id),
        detail=words.format(
            name=row.from_name,
            day=say.day_month(row.at.astimezone(zone).date()),
            until=say.day_month((row.at + WITHIN).astimezone(zone).date()),
        ),
    )


def _on(at: datetime, zone: ZoneInfo) -> str:
    return _("Given up on {when}").format(when=say.day_time(at.astimezone(zone)))


refreshes(routes.STAFF, Home.refresh)
