"""What a change tells, to whom, and when; and the channel between processes."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from redis.asyncio import Redis
from sqlmodel import Session

from portal import db, live
from portal.account.profile import ProfileForm, save_profile
from portal.booking.book import book_visit
from portal.channel import CHANNEL, Publisher, subscribe
from portal.db import writing
from portal.family.labels import Label
from portal.family.service import LabelForm, set_label
from portal.ids import new_id
from portal.live import News, acting_tab
from portal.permissions import Actor, Permission
from portal.sharing import change, relate
from portal.visits.cancel import cancel_visit
from tests import builders
from tests.servers.processes import free_port

Told = list[News]


@pytest.fixture
def told() -> Iterator[Told]:
    """Give all that is told, as it is told."""
    found: Told = []
    live.listen(found.append)
    yield found
    live.listen(None)


def do(use_case: Callable[..., object], *args: object, **kwargs: object) -> None:
    """Run one use case in a transaction."""
    with writing() as session:
        use_case(session, *args, **kwargs)


def test_it_is_told_after_the_commit_and_once(database: str, told: Told) -> None:
    with writing() as session:
        live.touch(session, "rosa", "ada")
        live.touch(session, "ada", "theo")
        live.end_sessions(session, ["session"])
        assert told == []
    assert told == [News(frozenset({"rosa", "ada", "theo"}), frozenset({"session"}))]


def test_nothing_is_told_of_what_was_rolled_back(database: str, told: Told) -> None:
    class Broken(Exception):
        """Something went wrong at the end."""

    def fail(session: Session) -> None:
        live.touch(session, "rosa")
        live.touch_everybody(session)
        raise Broken

    with pytest.raises(Broken):
        do(fail)
    do(lambda _session: None)
    assert told == []


def test_a_commit_that_fails_tells_nothing(database: str, told: Told) -> None:
    def clash(session: Session) -> None:
        builders.add_clinic(session)
        live.touch(session, "rosa")

    do(clash)
    with pytest.raises(Exception, match=r"(?i)unique"):
        do(clash)
    assert told == [News(frozenset({"rosa"}))]


async def test_the_tab_whose_press_it_was_is_named(database: str, told: Told) -> None:
    acting_tab.set("tab")
    await db.write(live.touch, "rosa")
    assert told == [News(frozenset({"rosa"}), besides="tab")]


def test_without_a_listener_nothing_happens(database: str) -> None:
    do(live.touch, "rosa")


def test_a_booking_is_told_to_everyone_who_may_see_it_and_to_nobody_else(
    database: str, told: Told
) -> None:
    with writing() as session:
        builders.add_clinic(session)
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service])
        owner, booker, payer, stranger = (
            builders.add_person(session, name) for name in ("Ada", "Rosa", "Idris", "Sten")
        )
        for holder, permission in (
            (booker, Permission.BOOK),
            (payer, Permission.VIEW_AND_PAY),
        ):
            link = builders.relate(session, holder.me, owner.me)
            builders.give(session, link, owner.me, holder.me, permission)
    assert stranger
    at = builders.local(builders.in_days(3), 9)
    with writing() as session:
        visit = book_visit(session, booker, owner.me, service, practitioner, at, new_id())
    do(cancel_visit, owner, visit.id)
    do(cancel_visit, owner, visit.id)
    # The schedule of the practitioner is open too.
    assert told == [News(frozenset({owner.me, booker.me, practitioner}))] * 2


def test_a_change_between_two_people_is_told_to_both(database: str, told: Told) -> None:
    with writing() as session:
        builders.add_clinic(session)
        ada, rosa = (builders.add_person(session, name) for name in ("Ada", "Rosa"))
        builders.relate(session, rosa.me, ada.me)
        ada, rosa = builders.sign_in(session, ada), builders.sign_in(session, rosa)
    told.clear()  # their Security pages heard that they signed in
    both = News(frozenset({ada.me, rosa.me}))
    give: tuple[Actor, str, dict] = (ada, ada.me, {rosa.me: [Permission.BOOK]})
    details = ProfileForm(first_name="Adele", last_name="Keller", phone="+16045550140")
    do(change.give, *give)
    do(change.give, *give)  # nothing new
    do(change.withdraw, ada, ada.me, rosa.me, [Permission.BOOK])
    do(change.give, *give)
    do(change.give_up, rosa, ada.me, [Permission.BOOK])
    do(save_profile, ada, ada.me, details)
    do(relate.remove, rosa, ada.me)
    assert told == [both] * 6


def test_what_one_calls_a_member_is_ones_own_matter(database: str, told: Told) -> None:
    with writing() as session:
        builders.add_clinic(session)
        ada, rosa = (builders.add_person(session, name) for name in ("Ada", "Rosa"))
        builders.relate(session, rosa.me, ada.me)
    do(set_label, rosa, LabelForm(member_id=ada.me, label=Label.FRIEND))
    assert told == [News(frozenset({rosa.me}))]


async def test_every_process_hears_and_one_that_was_cut_off_hears_that_all_may_have_changed(
    redis_url: str,
) -> None:
    heard: tuple[Told, Told] = ([], [])
    tasks = [asyncio.create_task(subscribe(redis_url, one.append)) for one in heard]
    publish, news = Publisher(redis_url), News(frozenset({"rosa"}), besides="tab")
    async with Redis.from_url(redis_url) as redis:
        await until(lambda: subscribers(redis), 2)
        await asyncio.to_thread(publish, news)
        await until(lambda: count(heard), 2)
        assert heard == ([news], [news])
        await redis.client_kill_filter(_type="pubsub")
        await until(lambda: count(heard), 4)
        assert heard[0][1:] == heard[1][1:] == [News(everybody=True)]
        await asyncio.to_thread(publish, news)
        await until(lambda: count(heard), 6)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_could_not_be_told_is_told_with_the_next_change(
    redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    publish = Publisher(f"redis://127.0.0.1:{free_port()}/0")
    await asyncio.to_thread(publish, News(frozenset({"rosa"})))
    assert "a change was not told" in caplog.text
    publish._redis = Publisher(redis_url)._redis
    heard: Told = []
    task = asyncio.create_task(subscribe(redis_url, heard.append))
    async with Redis.from_url(redis_url) as redis:
        await until(lambda: subscribers(redis), 1)
    await asyncio.to_thread(publish, News(frozenset({"ada"}), frozenset({"session"})))
    await asyncio.to_thread(publish, News(frozenset({"ada"})))
    await until(lambda: count((heard,)), 2)
    assert heard == [
        News(ended=frozenset({"session"}), everybody=True),
        News(frozenset({"ada"})),
    ]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def subscribers(redis: Redis) -> int:
    """Count who listens to the channel."""
    [(_name, number)] = await redis.pubsub_numsub(CHANNEL)
    return int(number)


async def count(heard: tuple[Told, ...]) -> int:
    """Count what was heard."""
    return sum(map(len, heard))


async def until(number: Callable[[], object], wanted: int) -> None:
    """Wait until a count is reached."""
    seen = None
    for _time in range(200):
        asked = number()
        seen = await asked if asyncio.iscoroutine(asked) else asked
        if seen == wanted:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{seen}, not {wanted}")
