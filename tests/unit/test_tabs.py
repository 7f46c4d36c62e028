"""Which tabs hear of what, and how many are kept."""

import pytest

from portal.channel import from_text, to_text
from portal.live import News
from portal.shell import tabs
from portal.shell.tabs import Tabs


def found(kept: Tabs, *keys: str) -> set[str]:
    """Return the tokens of the tabs under some ids."""
    return {tab.token for tab in kept.of(keys)}


def test_a_tab_is_found_by_its_session_its_person_and_whom_it_watches() -> None:
    kept = Tabs()
    kept.remember("one", "session", "rosa")
    kept.remember("two", "other session", "rosa")
    kept.remember("three", "third session", "ada")
    kept.watch("three", ["theo", "rosa"])
    assert found(kept, "rosa") == {"one", "two", "three"}
    assert found(kept, "session") == {"one"}
    assert found(kept, "theo", "nobody") == {"three"}
    kept.watch("three", [])
    assert found(kept, "theo") == set()
    assert found(kept, "ada") == {"three"}


def test_a_tab_that_somebody_else_takes_over_hears_nothing_of_the_one_before() -> None:
    kept = Tabs()
    kept.remember("one", "session", "rosa")
    kept.watch("one", ["theo"])
    kept.remember("one", "next session", "ada")
    assert found(kept, "rosa", "session", "theo") == set()
    assert found(kept, "ada", "next session") == {"one"}


def test_nothing_is_left_of_a_tab_that_is_gone() -> None:
    kept = Tabs()
    kept.remember("one", "session", "rosa")
    kept.watch("one", ["theo"])
    kept.forget("one")
    kept.forget("one")
    kept.watch("one", ["theo"])
    assert len(kept) == 0
    assert found(kept, "rosa", "session", "theo") == set()
    assert not kept._by_key


def test_one_session_keeps_its_latest_tabs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabs, "MOST_OF_ONE_SESSION", 2)
    kept = Tabs()
    for token in ("one", "two", "three"):
        kept.remember(token, "session", "rosa")
    assert found(kept, "rosa") == {"two", "three"}


def test_of_all_tabs_the_least_recently_used_fall_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabs, "MOST_TABS", 2)
    kept = Tabs()
    kept.remember("one", "first", "rosa")
    kept.remember("two", "second", "ada")
    kept.remember("one", "first", "rosa")
    kept.remember("three", "third", "theo")
    assert found(kept, "rosa", "ada", "theo") == {"one", "three"}


def test_news_survive_the_way_through_redis() -> None:
    news = News(frozenset({"rosa", "ada"}), frozenset({"session"}), True, "tab")
    assert from_text(to_text(news)) == news


@pytest.mark.parametrize("text", ["", "{", "[]", "[1, 2, 3]", "null", '["a", 5, true, ""]'])
def test_a_message_of_another_version_means_that_anything_may_have_changed(text: str) -> None:
    assert from_text(text) == News(everybody=True)
