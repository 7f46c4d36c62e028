"""Whose open pages must be read again: noted inside a transaction, told after its commit.

A service calls `touch` beside what it writes. `portal.db` calls `tell` once the transaction is
committed, which hands what was noted to the one listener of this process: a web process that pushes
to its own tabs, or the channel that reaches all of them (`portal.channel`). Without a listener
nothing is told, and after a roll-back there is nothing to tell.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, replace

from sqlmodel import Session


@dataclass(frozen=True)
class News:
    """What happened, as ids only: what somebody may see of it is decided when their page asks."""

    people: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()
    everybody: bool = False
    besides: str = ""
    """The tab whose own press this was: it shows the answer already."""

    def __bool__(self) -> bool:
        return bool(self.people or self.ended or self.everybody)


Listener = Callable[[News], None]

acting_tab: ContextVar[str] = ContextVar("acting_tab", default="")
"""The client token of the tab whose event this task works on."""

_NOTED = "kindred-news"
_listener: Listener | None = None


def touch(session: Session, *ids: str) -> None:
    """Note that open pages of these patients or members of staff, or about them, have changed."""
    news = _noted(session)
    session.info[_NOTED] = replace(news, people=news.people.union(ids))


def touch_everybody(session: Session) -> None:
    """Note that something changed which every open page may show, such as a clinic's setting."""
    session.info[_NOTED] = replace(_noted(session), everybody=True)


def end_sessions(session: Session, ids: Iterable[str]) -> None:
    """Note that log-in sessions end, so that their tabs close with the commit."""
    news = _noted(session)
    session.info[_NOTED] = replace(news, ended=news.ended.union(ids))


def tell(session: Session) -> None:
    """Hand on what a transaction noted; only `portal.db` calls this, after the commit."""
    announce(_noted(session))


def announce(news: News) -> None:
    """Hand news to whoever listens in this process."""
    if news and _listener:
        _listener(replace(news, besides=acting_tab.get()))


def listen(listener: Listener | None) -> None:
    """Let ``listener`` hear of every change of this process; it is called in any thread."""
    global _listener
    _listener = listener


def _noted(session: Session) -> News:
    return session.info.get(_NOTED, News())
