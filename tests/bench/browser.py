"""What a patient waits for, in a real browser: the first visit, the press for times, a booking.

The page itself takes the time: a script of ours, put into it before anything else runs, presses and
looks, so that no message between test and browser is counted.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portal import routes
from portal.web.cookie import cookie_name
from tests.bench.crowd import Crowd, Person, add_crowd
from tests.bench.figures import Figures
from tests.bench.ground import Ground
from tests.servers.programs import chromium

RUNS = 5
PRESSES = 20
FAMILY = 3
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
# 1.6 Mbit/s in bytes, 150 ms: a phone on a slow mobile network.
SLOW_NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 94_000,
}
SLOW_PROCESSOR = {"rate": 4}
QUIET_MS = 700

SCRIPT = """
window.bench = {
  paints: [],
  // The first moment at which `find` finds something.
  seen: (find) => new Promise((resolve) => {
    const look = () => { const found = find(); if (found) { watch.disconnect(); resolve(found); } };
    const watch = new MutationObserver(look);
    watch.observe(document, { subtree: true, childList: true, attributes: true,
                              characterData: true });
    look();
  }),
  // After the next frame has been drawn.
  drawn: () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    port2.postMessage(0);
  })),
  named: (kind, words) => () => [...document.querySelectorAll(kind)].find(
    (one) => (one.getAttribute("aria-label") || one.textContent).includes(words) && !one.disabled),
};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.bench.paints.push(entry.startTime);
}).observe({ type: "largest-contentful-paint", buffered: true });
"""

TURN = """async () => {
  const { seen, drawn, named } = window.bench;
  const button = await seen(named("button", "Week after")) || null;
  const week = document.querySelector("#week").textContent;
  const started = performance.now();
  button.click();
  await seen(() => document.querySelector("#week").textContent !== week
                   && document.querySelector("button.slot"));
  return await drawn() - started;
}"""

BACK = """async () => {
  const { seen, drawn, named } = window.bench;
  const week = document.querySelector("#week").textContent;
  (await seen(named("button", "Week before"))).click();
  await seen(() => document.querySelector("#week").textContent !== week
                   && document.querySelector("button.slot"));
  await drawn();
}"""

FLOW = """async () => {
  const { seen, drawn, named } = window.bench;
  const press = async (find) => (await seen(find)).click();
  await press(named("main a[href*='/book/times']", "Visit 0"));
  await press(() => document.querySelector("button.slot"));
  await press(named("button:enabled", "Go on with this time"));
  await press(named("main li button", "Member 0"));
  await press(named("button:enabled", "Book for Member 0"));
  await seen(() => location.pathname.startsWith("/appointments")
                   && named("main li, main article", "Member 0")());
  return await drawn();
}"""


def measure(ground: Ground) -> Figures:
    """Measure with a desktop's screen, but for the slow phone."""
    with ground.database() as url:
        crowd = add_crowd(RUNS + 1, practitioners=8, family=FAMILY)
        with ground.served(url) as portal, _browser() as browser:
            visitor = _Visitor(browser, portal.url, crowd)
            visitor.cold_visit(DESKTOP)  # the server's first page takes longer
            cold = [visitor.cold_visit(DESKTOP) for _run in range(RUNS)]
            slow = [visitor.cold_visit(PHONE, slow=True) for _run in range(RUNS)]
            return {
                "cold_visit_kb": median(one["kb"] for one in cold),
                "cold_visit_requests": median(one["requests"] for one in cold),
                "cold_lcp_ms": median(one["lcp_ms"] for one in cold),
                "slow_phone_lcp_ms": median(one["lcp_ms"] for one in slow),
                "day_click_to_slots_ms": visitor.press_to_times(),
                "booking_flow_ms": median(visitor.booking(person) for person in crowd.people[1:]),
            }


class _Visitor:
    """Opens browsers for signed-in people; each window has an empty cache."""

    def __init__(self, browser: Browser, url: str, crowd: Crowd) -> None:
        self._browser, self._url, self._crowd = browser, url, crowd

    def cold_visit(self, screen: dict[str, Any], *, slow: bool = False) -> dict[str, float]:
        """Open the booking page and wait until nothing comes any more."""
        with self._window(self._crowd.people[0], screen) as page:
            network = page.context.new_cdp_session(page)
            network.send("Network.enable")
            if slow:
                network.send("Network.emulateNetworkConditions", SLOW_NETWORK)
                network.send("Emulation.setCPUThrottlingRate", SLOW_PROCESSOR)
            requests: list[str] = []
            sizes: list[float] = []
            network.on("Network.requestWillBeSent", lambda e: requests.append(e["requestId"]))
            network.on("Network.loadingFinished", lambda e: sizes.append(e["encodedDataLength"]))
            page.goto(routes.BOOK)
            page.get_by_role("link", name="Visit 0").wait_for()
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(QUIET_MS)
            lcp_ms = page.evaluate("Math.max(...window.bench.paints)")
            return {"kb": sum(sizes) / 1000, "requests": len(requests), "lcp_ms": lcp_ms}

    def press_to_times(self) -> float:
        """Return the milliseconds from the press on the next week to its times on screen."""
        with self._window(self._crowd.people[0], DESKTOP) as page:
            page.goto(f"{routes.BOOK_TIMES}?service={self._crowd.services[0]}")
            page.locator("button.slot").first.wait_for()
            took: list[float] = []
            for _press in range(PRESSES):
                took.append(page.evaluate(TURN))
                page.evaluate(BACK)
            return median(took)

    def booking(self, person: Person) -> float:
        """Return the milliseconds from opening the first page to the booked visit on screen."""
        with self._window(person, DESKTOP) as page:
            page.goto(routes.BOOK, wait_until="commit")
            return page.evaluate(FLOW)

    @contextmanager
    def _window(self, person: Person, screen: dict[str, Any]) -> Iterator[Page]:
        context: BrowserContext = self._browser.new_context(base_url=self._url, **screen)
        cookie = {"name": cookie_name(), "value": person.cookie, "url": self._url}
        context.add_cookies([cookie])  # pyright: ignore[reportArgumentType]
        context.add_init_script(SCRIPT)
        yield context.new_page()
        context.close()


@contextmanager
def _browser() -> Iterator[Browser]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium()), args=arguments)
        yield browser
        browser.close()
