"""What time does to rows: what is closed, what is forgotten, and what stays."""

from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from portal import clock, housekeeping
from portal.account.closing import FLAG_UNCONFIRMED
from portal.account.links import Purpose, make_link
from portal.db import reading, writing
from portal.ids import new_id
from portal.models import (
    Account,
    AuditEntry,
    DoneRequest,
    LoginSession,
    MailLink,
    OutboxMessage,
    Visit,
)
from tests import builders
from tests.builders import add_person


def test_an_account_that_was_never_confirmed_is_closed_after_a_week(database: str) -> None:
    with writing() as session:
        late = add_person(session, verified=False)
        early = add_person(session, verified=False)
        verified = add_person(session)
        for actor in (late, early, verified):
            session.add(login(actor.account_id))
        for actor, days in ((late, 8), (early, 6), (verified, 99)):
            account = session.get_one(Account, actor.account_id)
            account.created_at = clock.now() - timedelta(days=days)
    housekeeping.keep_house()
    with reading() as session:
        closed = {a: session.get_one(Account, a.account_id).closed_at for a in (late, early)}
        assert closed[late] is not None
        assert closed[early] is None
        assert session.get_one(Account, verified.account_id).closed_at is None
        assert session.get_one(LoginSession, f"s{late.account_id}").ended_at is not None
        assert session.get_one(LoginSession, f"s{early.account_id}").ended_at is None
        (entry,) = session.exec(select(AuditEntry)).all()
        assert (entry.actor, entry.action, entry.subject_id) == (
            "system",
            "account.close",
            late.patient_id,
        )


def test_visits_of_an_account_that_was_never_confirmed_are_flagged_to_staff(database: str) -> None:
    with writing() as session:
        builders.add_clinic(session)
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service])
        late = add_person(session, verified=False)
        session.get_one(Account, late.account_id).created_at = clock.now() - timedelta(days=8)

        def visit(days: int, hour: int, booked_by: str) -> str:
            starts_at = builders.local(builders.in_days(days), hour)
            return builders.add_visit(
                session, late.me, practitioner, service, starts_at, booked_by=booked_by
            )

        coming, past = visit(3, 9, late.name), visit(-3, 9, late.name)
        others = visit(3, 11, "staff:sam")
    housekeeping.keep_house()
    with reading() as session:
        flags = [session.get_one(Visit, id_).flag for id_ in (coming, past, others)]
        assert flags == [FLAG_UNCONFIRMED, None, None]
        assert session.get_one(Visit, coming).cancelled_at is None


def test_what_nobody_needs_any_more_is_forgotten_and_the_rest_stays(database: str) -> None:
    old, now = clock.now() - timedelta(days=31), clock.now()
    with writing() as session:
        actor = add_person(session)
        account_id = actor.account_id or ""
        for key, at in (("old", now - timedelta(days=8)), ("new", now - timedelta(days=6))):
            session.add(DoneRequest(account_id=account_id, request_key=key, content="", done_at=at))
        session.add(login(account_id, expires_at=old))
        session.add(login("kept", account=account_id))
        make_link(session, Purpose.VERIFY, account_id=account_id)
        make_link(session, Purpose.RESET, account_id=account_id)
        session.flush()
        session.exec(
            update(MailLink).where(col(MailLink.purpose) == Purpose.VERIFY).values(expires_at=old)
        )
        for dedup, done, dead in (("sent", old, None), ("parked", None, old), ("new", now, None)):
            session.add(
                OutboxMessage(
                    id=dedup,
                    kind="",
                    payload={},
                    dedup=dedup,
                    created_at=old,
                    run_at=old,
                    done_at=done,
                    dead_at=dead,
                )
            )
    housekeeping.keep_house()
    with reading() as session:
        assert [row.request_key for row in session.exec(select(DoneRequest))] == ["new"]
        assert [row.id for row in session.exec(select(LoginSession))] == ["skept"]
        assert [row.purpose for row in session.exec(select(MailLink))] == [Purpose.RESET]
        assert {row.id for row in session.exec(select(OutboxMessage))} == {"parked", "new"}


def test_a_long_backlog_is_forgotten_in_batches(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "BATCH", 3)
    with writing() as session:
        account_id = add_person(session).account_id or ""
        for number in range(8):
            at = clock.now() - timedelta(days=8)
            session.add(
                DoneRequest(account_id=account_id, request_key=str(number), content="", done_at=at)
            )
    with writing() as session:
        assert housekeeping.forget_requests(session) == 3
    housekeeping.keep_house()
    with reading() as session:
        assert session.exec(select(DoneRequest)).all() == []


def login(name: str | None, *, account: str | None = None, expires_at=None) -> LoginSession:
    """Make a log-in session called after its account."""
    now = clock.now()
    return LoginSession(
        id=f"s{name}",
        token_hash=new_id(),
        account_id=account or name or "",
        device="Firefox",
        created_at=now,
        last_seen_at=now,
        proved_at=now,
        expires_at=expires_at or now + timedelta(days=1),
    )
