"""A browser without a screen: its events go through Reflex's own processor and the real guard."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from reflex.state import StateUpdate
from reflex_base.event import Event
from reflex_base.event.processor import BaseStateEventProcessor
from reflex_base.utils.format import json_dumps

from portal import routes
from portal.shell.guard import HYDRATE

ADDRESS = "203.0.113.7"
# What only an error that nobody meant to show would contain.
LEAKS = ("Traceback", "sqlite", "psycopg", "sqlalchemy", "SELECT ", "INSERT ", 'File "')


class Outlet:
    """Takes what the processor sends to browsers, in place of the sockets."""

    def __init__(self) -> None:
        """Begin with nothing sent."""
        self.sent: list[tuple[str, str]] = []

    async def emit_update(self, update: StateUpdate, token: str) -> None:
        """Keep one message, as it would go over the wire."""
        self.sent.append((token, json_dumps(update)))


@dataclass
class Answer:
    """Everything that came back for one event, its chain included."""

    vars: dict[str, dict[str, Any]] = field(default_factory=dict)
    goes_to: list[str] = field(default_factory=list)
    text: str = ""

    def has(self, *words: str) -> bool:
        """Tell whether any of the words is anywhere in it, in whatever case."""
        text = self.text.casefold()
        return any(word.casefold() in text for word in words)

    @property
    def sent_to_login(self) -> bool:
        """Tell whether the browser has to go to the log-in page, and nowhere else."""
        return bool(self.goes_to) and all(to.split("?")[0] == routes.LOGIN for to in self.goes_to)


class Browser:
    """One tab: a client token and the cookie that its connection was made with."""

    def __init__(
        self, processor: BaseStateEventProcessor, outlet: Outlet, token: str, cookie: str = ""
    ) -> None:
        """Open a tab; nothing is sent yet."""
        self._processor, self._outlet = processor, outlet
        self.token, self.cookie = token, cookie

    async def hydrate(self, path: str = "/nowhere") -> Answer:
        """Send what every page sends first; it gets all that the server keeps for the tab."""
        return await self.send(HYDRATE, path)

    async def send(
        self, name: str, path: str = "/nowhere", payload: dict[str, Any] | None = None
    ) -> Answer:
        """Send one event and wait for all that follows from it."""
        headers = {"host": "portal.test", "origin": "http://portal.test"}
        if self.cookie:
            headers["cookie"] = f"kindred={self.cookie}"
        event = Event(
            name=name,
            payload=payload or {},
            router_data={
                "pathname": path.split("?")[0],
                "asPath": path,
                "query": {},
                "headers": headers,
                "ip": ADDRESS,
                "sid": "sid",
                "token": self.token,
            },
        )
        self._outlet.sent.clear()
        future = await self._processor.enqueue(self.token, event)
        # What went wrong is in the log, where the test looks for it.
        await asyncio.gather(future.wait_all(), return_exceptions=True)
        return self._read()

    def _read(self) -> Answer:
        answer = Answer()
        texts: list[str] = []
        for token, text in self._outlet.sent:
            assert token == self.token, "an answer went to another tab"
            texts.append(text)
            update = json.loads(text)
            for state, values in update.get("delta", {}).items():
                mine = answer.vars.setdefault(state.rsplit(".", 1)[-1], {})
                mine.update({k.removesuffix("_rx_state_"): v for k, v in values.items()})
            for event in update.get("events", []):
                if event["name"] == "_redirect":
                    answer.goes_to.append(str(event["payload"]["path"]).strip('"'))
        answer.text = "\n".join(texts)
        return answer


def assert_calm(answer: Answer, caplog: pytest.LogCaptureFixture, what: str) -> None:
    """Check that nothing broke: no error in the log and none in the answer."""
    broken = [r for r in caplog.records if r.levelname in {"ERROR", "CRITICAL"}]
    assert not broken, f"{what}: {broken[0].getMessage()} {broken[0].exc_info}"
    assert not answer.has(*LEAKS), f"{what}: an error's text reached the browser"


def pretty(value: object) -> str:
    """Return a short form of a hostile value for a message."""
    return json.dumps(value, default=repr)[:60]
