"""A family of four in a database that keeps what is committed, and what was written about them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from portal.ids import PatientId
from portal.models import AuditEntry, Grant, OutboxMessage
from portal.permissions import SYSTEM, Action, Actor, Permission
from tests.permissions.world import World

Row = TypeVar("Row", AuditEntry, OutboxMessage)


@dataclass
class Clinic:
    """A database with committed people, and what has been written about them."""

    engine: Engine
    seen: dict[str, set[str]] = field(default_factory=dict)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction as `portal.db` does."""
        options = self.engine.execution_options(writes=True)
        with Session(options, expire_on_commit=False) as session, session.begin():
            yield session

    def do(self, what: Callable[..., Any], *args: Any, **options: Any) -> None:
        """Run one change in a transaction of its own."""
        with self.writing() as session:
            what(session, *args, **options)

    def refused(
        self,
        why: type[Exception] | tuple[type[Exception], ...],
        what: Callable[..., Any],
        *args: Any,
    ) -> None:
        """Check that a change is refused and that nothing at all was written."""
        before = self.live(), self._ids()
        with pytest.raises(why):
            self.do(what, *args)
        assert (self.live(), self._ids()) == before

    def live(self) -> set[tuple[str, str, str]]:
        """Return every live grant: (owner, holder, permission)."""
        with Session(self.engine) as session:
            rows = session.exec(select(Grant).where(col(Grant.ended_at).is_(None))).all()
            return {(g.owner_id, g.holder_id, g.permission) for g in rows}

    def new_audit(self) -> list[tuple[str, str, str | None, dict[str, Any]]]:
        """Return the audit entries since the last call: (actor, action, subject, detail)."""
        rows = self._new(AuditEntry)
        assert all(row.allowed for row in rows)
        return sorted(
            ((r.actor, r.action, r.subject_id, r.detail) for r in rows), key=lambda r: repr(r)
        )

    def new_messages(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the queued messages since the last call: (kind, payload)."""
        return [(row.kind, row.payload) for row in self._new(OutboxMessage)]

    def forget(self) -> None:
        """Count what has been written so far as seen."""
        self._new(AuditEntry)
        self._new(OutboxMessage)

    def _new(self, table: type[Row]) -> list[Row]:
        with Session(self.engine) as session:
            rows = session.exec(select(table)).all()
        seen = self.seen.setdefault(table.__name__, set())
        fresh = [row for row in rows if row.id not in seen]
        seen.update(row.id for row in fresh)
        return fresh

    def _ids(self) -> set[str]:
        with Session(self.engine) as session:
            return {*session.exec(select(AuditEntry.id)), *session.exec(select(OutboxMessage.id))}


@dataclass
class Family(Clinic):
    """Ann and Bob are related, and so are Bob and Cy; nobody has given anything."""

    ann: Actor = SYSTEM
    bob: Actor = SYSTEM
    cy: Actor = SYSTEM
    stranger: Actor = SYSTEM


def make_family(engine: Engine) -> Family:
    """Commit the family, in which everybody has just proved who they are."""
    family = Family(engine)
    with family.writing() as session:
        world = World(session)
        world.clinic()
        family.ann, family.bob, family.cy, family.stranger = (
            world.sign_in(world.person()) for _ in range(4)
        )
        world.relate(family.ann.me, family.bob.me)
        world.relate(family.bob.me, family.cy.me)
    return family


def entry(
    actor: Actor, action: Action, owner: Actor | PatientId, holder: Actor, permission: Permission
) -> tuple[str, str, str, dict[str, str]]:
    """Return the audit entry of one permission."""
    owner_id = owner.me if isinstance(owner, Actor) else owner
    detail = {"holder": holder.me, "permission": permission.value}
    return actor.name, action.value, owner_id, detail


def in_order(entries: Iterable[tuple]) -> list[tuple]:
    """Sort audit entries as `Clinic.new_audit` does."""
    return sorted(entries, key=lambda e: repr(e))
