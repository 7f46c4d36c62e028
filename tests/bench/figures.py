"""Every figure of `make bench`, what it means, and the aim it is held to."""

from dataclasses import dataclass
from typing import Literal

Figures = dict[str, float]
"""Key -> number, as in ``bench.json``; the key ends in its unit."""


@dataclass(frozen=True)
class Figure:
    """One key of ``bench.json``.

    ``<key>_x`` is how many times slower something is than its floor, measured in the same run.
    """

    key: str
    what: str
    aim: float | None = None
    better: Literal["less", "more", "exactly"] = "less"

    def is_met(self, value: float) -> bool | None:
        """Tell whether a value reaches the aim; ``None`` where there is none."""
        if self.aim is None:
            return None
        if self.better == "exactly":
            return value == self.aim
        return value >= self.aim if self.better == "more" else value <= self.aim


FIGURES = (
    Figure("cold_visit_kb", "first visit of /book, empty cache, encoded", 160),
    Figure("cold_visit_requests", "the same, requests", 20),
    Figure("cold_lcp_ms", "the same, largest paint", 300),
    Figure("slow_phone_lcp_ms", "the same, 1.6 Mbit/s, 150 ms, processor at a quarter", 1500),
    Figure("floor_json_per_s", "a bare JSON route, 8 clients", better="more"),
    Figure("floor_echo_ms", "a bare websocket echo, 1 client"),
    Figure("floor_query_ms", "the query of the event alone"),
    Figure("event_p50_ms_1", "a reading event, guard and query, 1 client"),
    Figure("event_p50_ms_1_x", "the same against echo and query", 3),
    Figure("event_p99_ms_1", "the slowest hundredth"),
    Figure("page_p50_ms_1", "a page opened again, frame and content, 1 client"),
    Figure("event_p50_ms_50", "50 people, one event a second each"),
    Figure("event_p99_ms_50", "the slowest hundredth"),
    Figure("event_p50_ms_200", "200 people, one event a second each"),
    Figure("event_p99_ms_200", "the slowest hundredth"),
    Figure("events_per_s", "50 clients without a pause", better="more"),
    Figure(
        "bookings_per_s_sqlite", "distinct bookings of kept times by event, 8 clients", 500, "more"
    ),
    Figure("holds_per_s_sqlite", "times kept by event, 8 clients", better="more"),
    Figure("bookings_per_s_sqlite_x", "the same against bare insert transactions"),
    Figure(
        "bookings_per_s_postgres",
        "distinct bookings of kept times by event, 8 clients",
        500,
        "more",
    ),
    Figure("holds_per_s_postgres", "times kept by event, 8 clients", better="more"),
    Figure("bookings_per_s_postgres_x", "the same against bare insert transactions"),
    Figure("floor_inserts_per_s_sqlite", "bare insert transactions, 1 writer", better="more"),
    Figure("floor_inserts_per_s_postgres", "bare insert transactions, 8 clients", better="more"),
    Figure("race_winners_sqlite", "most winners of 10 rounds, 20 clients, one slot", 1, "exactly"),
    Figure("race_winners_postgres", "the same on PostgreSQL", 1, "exactly"),
    Figure("overlaps_after_stress", "after 8 processes of everything, both databases", 0),
    Figure("permission_check_us_1k", "one check among 1,000 relationships", 200),
    Figure("permission_check_us_100k", "one check among 100,000", 200),
    Figure("visible_list_ms_100k", "everyone I may act for", 3),
    Figure("staff_search_ms_200k", "the slowest of many patient searches", 50),
    Figure("avail_day_ms", "one practitioner, one day, 100,000 visits", 5),
    Figure("avail_2w_any_ms_100k", "50 practitioners, two weeks, anyone", 40),
    Figure("avail_2w_any_ms_1m", "the same among 1,000,000 visits", 60),
    Figure("sibling_search_ms", "three people, two weeks, 50 practitioners, 1,000,000 visits", 150),
    Figure("day_click_to_slots_ms", "in the browser, press to the first frame of times", 25),
    Figure("booking_flow_ms", "whole booking in the browser, empty cache", 800),
    Figure("mails_per_s_worker", "one worker, local SMTP, visit mails", 100, "more"),
    Figure("rss_idle_mb", "web process after its first page", 200),
    Figure("rss_per_session_kb", "each signed-in tab more", 150),
    Figure("start_warm_s", "second make demo to the first answer", 10),
)

NOT_BUILT_YET = (
    "form_open_ms",
    "form_save_ms_200",
    "checkout_ms_5",
    "checkouts_per_s",
    "feed_ms_500",
    "feed_304_ms",
    "reminder_plan_s_20k",
)
