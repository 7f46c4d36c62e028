"""Which tabs of this process belong to whom, so that a change reaches them and signing out too.

A tab is known by Reflex's client token. In memory and of this process only: each process pushes to
the tabs whose sockets it holds. What a tab shows is not kept here: it says so when it asks.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from portal.live import News, announce

MOST_TABS = 50_000
MOST_OF_ONE_SESSION = 30


@dataclass
class Tab:
    """One tab: its log-in session, the person, and about whom else it wants to know."""

    token: str
    session_id: str
    person_id: str
    watched: frozenset[str] = frozenset()
    pushed_at: float = 0.0  # of the loop's clock
    staff: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """Return every id under which it is found."""
        return self.watched | {self.session_id, self.person_id}


class Tabs:
    """The tabs of one process; the least recently used ones fall out."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tabs: OrderedDict[str, Tab] = OrderedDict()
        self._by_key: dict[str, dict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._tabs)

    def remember(self, token: str, session_id: str, person_id: str, *, staff: bool = False) -> None:
        """Note whose tab this is; a tab that another person took over forgets the one before."""
        tab = self._tabs.get(token)
        if tab is None or (tab.session_id, tab.person_id) != (session_id, person_id):
            self.forget(token)
            self._add(Tab(token, session_id, person_id, staff=staff))
            of_session = self._by_key[session_id]
            if len(of_session) > MOST_OF_ONE_SESSION:
                self.forget(next(iter(of_session)))
            if len(self._tabs) > MOST_TABS:
                self.forget(next(iter(self._tabs)))
        self._tabs.move_to_end(token)

    def watch(self, token: str, ids: Iterable[str]) -> None:
        """Let a tab hear of changes about these patients too, and of no others it asked for."""
        tab = self._tabs.get(token)
        watched = frozenset(ids)
        if tab and tab.watched != watched:
            self.forget(token)
            tab.watched = watched
            self._add(tab)

    def forget(self, token: str) -> None:
        """Drop a tab."""
        tab = self._tabs.pop(token, None)
        for key in tab.keys if tab else ():
            with_key = self._by_key[key]
            del with_key[token]
            if not with_key:
                del self._by_key[key]

    def of(self, keys: Iterable[str]) -> list[Tab]:
        """Return the tabs of these sessions and people, and those that watch them."""
        tokens = {token for key in keys for token in self._by_key.get(key, ())}
        return [self._tabs[token] for token in tokens]

    def all(self) -> list[Tab]:
        """Return every tab."""
        return list(self._tabs.values())

    def clear(self) -> None:
        """Forget them all."""
        self._tabs.clear()
        self._by_key.clear()

    def _add(self, tab: Tab) -> None:
        self._tabs[tab.token] = tab
        for key in tab.keys:
            self._by_key.setdefault(key, {})[tab.token] = None


TABS = Tabs()


async def close_tabs(session_ids: Iterable[str]) -> None:
    """Send every tab of the ended sessions to the log-in page, in whichever process it is."""
    await asyncio.to_thread(announce, News(ended=frozenset(session_ids)))
