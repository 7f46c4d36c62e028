"""Several people in one search, and the same visit again and again."""

import re

from playwright.sync_api import Locator

from tests.e2e.pages.frame import PageObject

# "9:00 to 10:00. Tuesday 4 March: Theo 9:00 and Mina 9:30, with Dr Ines Calloway"
WAY = re.compile(r"\w+day \d+ \w+: .*\d+:\d\d")


class Together(PageObject):
    """Times that fit everyone."""

    path = "/book/together"

    def come(self, how: str) -> None:
        """Say how the visits lie to each other: "One after the other" and so on."""
        # The answer of the portal marks it, so it is not checked at once.
        self.page.get_by_role("radio", name=re.compile(f"^{how}")).click()

    def comes_for(self, person: str, service: str) -> None:
        """Let one person come for something."""
        box = self.page.get_by_role("combobox", name=f"What for {person}?")
        label = box.get_by_role("option", name=re.compile(f"^{service}")).inner_text()
        box.select_option(label=label)

    def part_of_day(self, name: str) -> None:
        """Look only at the morning, the afternoon or the evening."""
        self.page.get_by_role("combobox", name="Time of day").select_option(name)

    @property
    def ways(self) -> Locator:
        """Everything that fits everyone."""
        return self.page.get_by_role("button", name=WAY)

    def way(self, words: str) -> Locator:
        """The first times about which something is said."""
        return self.page.get_by_role("button", name=re.compile(words)).first

    @property
    def count(self) -> Locator:
        """The line that says how much was found."""
        return self.page.get_by_role("status").filter(has_text=re.compile("fits? everyone"))

    def choose(self, number: int = 0) -> None:
        """Mark times."""
        self.ways.nth(number).click()

    def go_on(self) -> None:
        """Go on with the times that are marked."""
        self.page.get_by_role("button", name="Go on with these times").click()


class Repeat(PageObject):
    """The same visit again."""

    path = "/book/repeat"

    def every(self, words: str) -> None:
        """Say how far apart the visits lie: "Every 2 weeks"."""
        self.page.get_by_role("combobox", name="How often?").select_option(words)

    def times(self, words: str) -> None:
        """Say how many: "4 visits"."""
        self.page.get_by_role("combobox", name="How many?").select_option(words)

    def look(self) -> None:
        """Ask for every date."""
        self.page.get_by_role("button", name="Show the dates").click()

    @property
    def summary(self) -> Locator:
        """The line that says how many dates are free."""
        return self.page.get_by_role("status").filter(has_text="free.")

    @property
    def free_dates(self) -> Locator:
        """The dates that can be had."""
        return self.page.get_by_role("main").get_by_role("checkbox")

    @property
    def conflicts(self) -> Locator:
        """The dates for which another time has to be chosen."""
        dates = self.page.get_by_role("region", name="Every date")
        return dates.get_by_role("group").or_(dates.get_by_role("radiogroup"))

    def keep(self) -> None:
        """Go on with what is chosen."""
        self.page.get_by_role("button", name="Keep these times and go on").click()
