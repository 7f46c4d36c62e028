"""A chosen time is kept for ten minutes: for one person, and only for so long."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from portal.account.sessions import end_session
from portal.booking.book import book_visit
from portal.booking.hold import HoldLost, choose_people, extend, hold, let_go, read_order
from portal.booking.release import release_expired
from portal.booking.rows import OrderRow
from portal.booking.service import find_times
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound, PortalError, SlotTaken
from portal.ids import new_id
from portal.models import ClaimedUnit, Hold
from portal.permissions import Actor, Permission
from portal.sharing.change import withdraw
from tests import builders
from tests.booking_family import NOW, TUESDAY, Family, add_family, everything, rows


@pytest.fixture(autouse=True)
def travel() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def family(database: str) -> Family:
    return add_family(database)


def keep(family: Family, *wishes: object, actor: Actor | None = None, **more: str) -> OrderRow:
    with writing() as session:
        return hold(session, actor or family.rosa, wishes or [family.wish()], **more)  # pyright: ignore[reportArgumentType]


def book(family: Family, actor: Actor | None = None, hour: int = 9, minute: int = 0) -> None:
    wish = family.wish(hour, minute)
    actor = actor or family.stranger
    with writing() as session:
        book_visit(
            session,
            actor,
            actor.me,
            wish.service_id,
            wish.practitioner_id,
            wish.starts_at,
            new_id(),
        )


def starts(family: Family, mine: str | None = None) -> list[str]:
    with reading() as session:
        days = find_times(
            session,
            family.rosa,
            family.check_up,
            family.calloway,
            TUESDAY,
            1,
            every_start=True,
            mine=mine,
        )
    return [f"{slot.starts_local:%H:%M}" for slot in days[0].slots]


def refused(error: type[PortalError], call: object, *args: object, **more: object) -> str:
    before = everything()
    with pytest.raises(error) as caught, writing() as session:
        call(session, *args, **more)  # pyright: ignore[reportCallIssue]
    assert everything() == before
    return caught.value.message


def test_a_kept_time_is_nobody_elses(family: Family) -> None:
    keep(family)
    with pytest.raises(SlotTaken):
        book(family)
    with pytest.raises(SlotTaken):
        book(family, minute=20)
    assert starts(family)[0] == "09:30"


def test_whoever_keeps_it_sees_it_as_free(family: Family) -> None:
    order = keep(family)
    assert starts(family, mine=order.id)[0] == "09:00"


def test_after_ten_minutes_anybody_may_have_it_even_before_it_is_tidied_up(
    family: Family, travel: time_machine.Traveller
) -> None:
    order = keep(family)
    travel.shift(timedelta(minutes=9, seconds=59))
    with pytest.raises(SlotTaken):
        book(family)
    travel.shift(timedelta(seconds=1))
    assert starts(family)[0] == "09:00"
    with pytest.raises(HoldLost), reading() as session:
        read_order(session, family.rosa, order.id)
    book(family)
    with pytest.raises(HoldLost), writing() as session:
        extend(session, family.rosa, order.id)


def test_it_is_kept_longer_once(family: Family, travel: time_machine.Traveller) -> None:
    order = keep(family)
    travel.shift(timedelta(minutes=8))
    with writing() as session:
        longer = extend(session, family.rosa, order.id)
    assert longer.expires_at == NOW + timedelta(minutes=18)
    assert not longer.can_extend
    travel.shift(timedelta(minutes=9))
    with pytest.raises(SlotTaken):
        book(family)
    assert "once" in refused(Invalid, extend, family.rosa, order.id)


def test_another_time_takes_the_place_of_the_first(family: Family) -> None:
    order = keep(family)
    again = keep(family, family.wish(10), order_id=order.id, instead_of=order.items[0].id)
    assert [item.starts_at for item in again.items] == [builders.local(TUESDAY, 10)]
    assert starts(family)[:3] == ["09:00", "09:10", "09:20"]


def test_when_the_other_time_is_gone_the_first_one_stays(family: Family) -> None:
    order = keep(family)
    book(family, hour=10)
    wish = family.wish(10)
    refused(
        SlotTaken,
        hold,
        family.rosa,
        [wish],
        order_id=order.id,
        instead_of=order.items[0].id,
    )
    assert starts(family)[0] == "09:30"


def test_several_times_are_kept_together_or_not_at_all(family: Family) -> None:
    book(family, hour=10)
    wishes = [family.wish(9, 0, family.theo), family.wish(10, 0, family.mina)]
    refused(SlotTaken, hold, family.rosa, wishes)
    wishes[1] = family.wish(9, 30, family.mina)
    order = keep(family, *wishes)
    assert [item.people[0].id for item in order.items] == [family.theo, family.mina]


def test_nobody_can_keep_the_whole_week(family: Family) -> None:
    for number in range(12):
        keep(family, family.wish(9 + number // 2, 30 * (number % 2)))
    assert "12" in refused(Invalid, hold, family.rosa, [family.wish(15)])


def test_letting_go_frees_one_or_all(family: Family) -> None:
    order = keep(family, family.wish(9), family.wish(10))
    with writing() as session:
        left = let_go(session, family.rosa, order.id, order.items[0].id)
    assert left
    assert len(left.items) == 1
    with writing() as session:
        assert let_go(session, family.rosa, order.id) is None
    assert rows(ClaimedUnit) == rows(Hold) == 0


def test_signing_out_lets_go(family: Family) -> None:
    with writing() as session:
        rosa = builders.sign_in(session, family.rosa)
    keep(family, actor=rosa)
    with writing() as session:
        end_session(session, rosa, rosa.session_id or "")
    assert rows(ClaimedUnit) == rows(Hold) == 0


def test_the_worker_tidies_up(family: Family, travel: time_machine.Traveller) -> None:
    keep(family)
    with writing() as session:
        assert release_expired(session) == 0
    travel.shift(timedelta(minutes=21))
    with writing() as session:
        assert release_expired(session) == 1
    assert rows(ClaimedUnit) == rows(Hold) == 0


def test_losing_the_permission_lets_go_of_what_was_kept_for_that_person(family: Family) -> None:
    keep(family, family.wish(9, 0, family.idris.me), family.wish(10, 0, family.theo))
    with writing() as session:
        withdraw(session, family.idris, family.idris.me, family.rosa.me, [Permission.BOOK])
    with reading() as session:
        assert [one.people for one in session.exec(select(Hold))] == [[family.theo]]


class TestHostile:
    """What a browser may send."""

    def test_an_order_of_somebody_else_is_not_there(self, family: Family) -> None:
        order = keep(family)
        for actor in (family.stranger, family.idris):
            refused(NotFound, extend, actor, order.id)
            refused(NotFound, let_go, actor, order.id)
            refused(NotFound, choose_people, actor, order.items[0].id, [actor.me])
            refused(NotFound, hold, actor, [family.wish(12)], order_id=order.id)
            with pytest.raises(NotFound), reading() as session:
                read_order(session, actor, order.id)

    def test_a_time_cannot_be_kept_for_a_stranger(self, family: Family) -> None:
        wish = family.wish(9, 0, family.stranger.me)
        refused(NotFound, hold, family.rosa, [wish])
        refused(NotAllowed, hold, family.idris, [family.wish(9, 0, family.rosa.me)])
        order = keep(family)
        item = order.items[0].id
        refused(NotFound, choose_people, family.rosa, item, [family.stranger.me])
        refused(Invalid, choose_people, family.rosa, item, [])
        refused(Invalid, choose_people, family.rosa, item, [family.theo, family.mina])

    @pytest.mark.parametrize("what", ["", "no", "\0", "x" * 5000, "a'; drop table hold; --"])
    def test_ids_that_are_none(self, family: Family, what: str) -> None:
        order = keep(family)
        refused(NotFound, hold, family.rosa, [family.wish(12)], order_id=what or "-")
        refused(NotFound, hold, family.rosa, [family.wish(12, service_id=what)])
        refused(NotFound, hold, family.rosa, [family.wish(12, practitioner_id=what)])
        refused(NotFound, hold, family.rosa, [family.wish(12, moves_id=what or "-")])
        refused(
            NotFound,
            hold,
            family.rosa,
            [family.wish(12)],
            order_id=order.id,
            instead_of=what or "-",
        )
        refused(NotFound, extend, family.rosa, what)
        refused(NotFound, choose_people, family.rosa, what, [family.theo])

    def test_times_that_are_not_offered(self, family: Family) -> None:
        for wish in (
            family.wish(8, 30),
            family.wish(16, 40),
            family.wish(9, 3),
            family.wish(9, starts_at=NOW + timedelta(minutes=30)),
            family.wish(9, starts_at=NOW - timedelta(days=1)),
            family.wish(9, starts_at=NOW + timedelta(days=400)),
            family.wish(9, starts_at=NOW.replace(tzinfo=None)),
        ):
            refused(Invalid, hold, family.rosa, [wish])
        refused(Invalid, hold, family.rosa, [family.wish(9, shown_price_cents=1)])
