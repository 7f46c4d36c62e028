"""Pages that change by themselves.

For a page: ``refreshes(routes.X, State.refresh)`` beside the state, where ``refresh`` is a
``@guarded(quiet=True)`` handler that reads the page's data again and leaves alone what somebody is
in the middle of: dialogs, notices, errors, typed text. ``put(state, name=value)`` in it sends only
what has changed. A tab hears of changes about the person who is signed in, patient or member of
staff; ``watch(state, patient_id, ...)`` in a page's ``load`` lets it hear of others until the next
page loads or a push was sent; so the ``refresh`` of such a page watches again, while its person may
see it. For a service: `portal.live.touch`.

A push is the name of one event, never data: the browser sends it back for the page that it shows,
through the guard, and gets what its person may see now.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import reflex as rx
from reflex.state import StateUpdate
from reflex_base.event import Event

from portal import channel, live, routes
from portal.config import settings
from portal.live import News
from portal.shell.tabs import TABS, Tab

REFRESH = "reflex___state____state.portal___shell___state____shell.refresh"

TOGETHER = 0.1  # seconds; one action commits several changes
APART = 0.5  # seconds between two pushes to one tab
# When everybody is told at once, their answers are spread: this many pages are read a second, and
# the last one no later than this.
PAGES_A_SECOND, SPREAD = 200, 1.5

_handlers: dict[str, Any] = {}


def back_to_login(*, staff: bool = False) -> Event:
    """Return what sends a tab to the log-in page, patients and staff each to their own."""
    path = routes.STAFF_LOGIN if staff else routes.LOGIN
    go = {"path": path, "external": False, "popup": False, "replace": True}
    return Event(name="_redirect", payload=go)


def refreshes(path: str, handler: Any) -> None:
    """Let ``handler`` read the page at ``path`` again whenever something on it may have changed."""
    _handlers[path.rstrip("/")] = handler


async def refresh_page(state: rx.State) -> Any:
    """Run the refresh handler of the page that the tab shows, through its own door."""
    handler = _handlers.get(state.router.url.path.rstrip("/"))
    if handler is None:
        return None
    return await handler.fn(await state.get_state(handler.state))


def put(state: rx.State, **values: Any) -> None:
    """Set vars, those that differ: what is the same is not sent again."""
    for name, value in values.items():
        if getattr(state, name) != value:
            setattr(state, name, value)


def watch(state: rx.State, *patient_ids: str) -> None:
    """Let the tab hear of changes about these patients too; with none, only about its person."""
    TABS.watch(state.router.session.client_token, patient_ids)


class Push:
    """Pushes to the tabs of this process whose sockets are open."""

    def __init__(self, app: rx.App) -> None:
        """Begin on the loop that runs now."""
        self._app = app
        self._loop = asyncio.get_running_loop()
        self._due: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def hear(self, news: News) -> None:
        """Take news on the loop."""
        for tab in TABS.of(news.ended):
            self._drop(tab)
            self._send(tab.token, back_to_login(staff=tab.staff))
        tabs = TABS.all() if news.everybody else TABS.of(news.people)
        within = min(SPREAD, len(tabs) / PAGES_A_SECOND) if news.everybody else 0.0
        for tab in tabs:
            if tab.token != news.besides:
                self._soon(tab, random.uniform(0, within))  # noqa: S311  no secret

    def hear_in_thread(self, news: News) -> None:
        """Take news in any thread."""
        # The loop closes before the last threads have ended.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.hear, news)

    def stop(self) -> None:
        """Push nothing more."""
        for timer in self._due.values():
            timer.cancel()
        self._due.clear()

    def _soon(self, tab: Tab, later: float) -> None:
        """Push once for all that happens within a moment."""
        if tab.token not in self._due:
            at = max(self._loop.time() + TOGETHER + later, tab.pushed_at + APART)
            self._due[tab.token] = self._loop.call_at(at, self._push, tab)

    def _push(self, tab: Tab) -> None:
        self._due.pop(tab.token, None)
        tab.pushed_at = self._loop.time()
        if self._is_here(tab.token):
            self._send(tab.token, Event(name=REFRESH, payload={}))
            # A browser of ours asks now. Another one that does not would else go on to learn when
            # something happens to somebody who is no business of theirs by now.
            TABS.watch(tab.token, ())
        else:
            # It is closed, or connects anew, to whichever process, and loads its page then.
            TABS.forget(tab.token)

    def _drop(self, tab: Tab) -> None:
        TABS.forget(tab.token)
        if timer := self._due.pop(tab.token, None):
            timer.cancel()

    def _is_here(self, token: str) -> bool:
        namespace = self._app.event_namespace
        if namespace is None:
            return False
        manager = namespace._token_manager  # noqa: SLF001  a test checks that it is there
        record = manager.token_to_socket.get(token)
        return record is not None and record.instance_id == manager.instance_id

    def _send(self, token: str, event: Event) -> None:
        namespace = self._app.event_namespace
        if namespace and self._is_here(token):
            update = StateUpdate(events=[event])
            task = self._loop.create_task(namespace.emit_update(update, token))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


@asynccontextmanager
async def pushing(app: rx.App) -> AsyncIterator[None]:
    """Push while the web process runs: by itself, or through Redis with all the others."""
    push, hearing = Push(app), None
    if redis := settings().redis_url:
        live.listen(channel.Publisher(redis))
        hearing = asyncio.create_task(channel.subscribe(redis, push.hear))
    else:
        live.listen(push.hear_in_thread)
    try:
        yield
    finally:
        live.listen(None)
        push.stop()
        if hearing:
            hearing.cancel()
            with suppress(asyncio.CancelledError):
                await hearing
