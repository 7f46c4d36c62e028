"""The schedule, booking at the desk, one visit, groups and classes."""

import re
from datetime import date

from playwright.sync_api import Locator

from tests.e2e.pages.frame import PageObject


class SchedulePage(PageObject):
    """A day of everybody, or a practitioner's week."""

    path = "/staff/schedule"

    def open_on(self, on: date, **query: str) -> None:
        """Type the address of a day."""
        more = "".join(f"&{name}={value}" for name, value in query.items())
        self.page.goto(f"{self.path}?on={on.isoformat()}{more}")

    @property
    def days(self) -> Locator:
        """The heading over what is shown."""
        return self.page.get_by_role("main").get_by_role("heading", level=2)

    def lane(self, title: str) -> Locator:
        """One practitioner's day, or one day of a week."""
        return self.page.get_by_role("region", name=title)

    def cell(self, lane: str, words: str) -> Locator:
        """A stretch of time that can be pressed."""
        return self.lane(lane).get_by_role("link", name=re.compile(rf"\b{re.escape(words)}"))

    def turn(self, words: str) -> None:
        """Press one of the buttons that turn."""
        self.page.get_by_role("link", name=words, exact=True).click()


class DeskBooking(PageObject):
    """Booking on behalf of patients."""

    path = "/staff/book"

    def find(self, typed: str, name: str) -> None:
        """Search for somebody, and put them on the list."""
        self.page.get_by_role("searchbox", name="Find a patient").fill(typed)
        self.page.get_by_role("button", name=name, exact=True).click()

    def find_another(self, typed: str, name: str) -> None:
        """Search for somebody else who comes."""
        self.page.get_by_role("button", name="Add somebody").click()
        self.find(typed, name)

    def add_group(self, name: str) -> None:
        """Choose a group."""
        self.page.get_by_role("combobox", name="Add a group").select_option(name)

    def person(self, name: str) -> Locator:
        """The box beside somebody on the list."""
        return self.page.get_by_role("checkbox", name=name)

    def choose(self, field: str, words: str) -> None:
        """Choose from one of the two lists."""
        box = self.page.get_by_role("combobox", name=field)
        value = box.locator("option").filter(has_text=words).first.get_attribute("value")
        box.select_option(value)

    @property
    def times(self) -> Locator:
        """Every free start."""
        return self.page.get_by_role("main").locator("button[aria-pressed]").filter(has_text=":")

    def time(self, words: str) -> Locator:
        """One free start."""
        return self.page.get_by_role("button", name=words, exact=True)

    def book(self, names: str) -> None:
        """Press the last button."""
        self.page.get_by_role("button", name=f"Book for {names}").click()


class DeskVisit(PageObject):
    """One visit at the desk."""

    def open_for(self, visit_id: str) -> None:
        """Type the address."""
        self.page.goto(f"/staff/visit?id={visit_id}")

    def mark(self, words: str) -> Locator:
        """The button that says who came."""
        return self.page.get_by_role("button", name=words, exact=True)

    def ask_cancel(self) -> Locator:
        """Open the question."""
        self.page.get_by_role("button", name="Cancel the visit").click()
        return self.page.get_by_role("dialog")


class GroupsPage(PageObject):
    """Named lists of people."""

    path = "/staff/groups"

    def make(self, name: str) -> None:
        """Make a list."""
        self.page.get_by_role("button", name="Make a group").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Name").fill(name)
        dialog.get_by_role("button", name="Save").click()

    def group(self, name: str) -> Locator:
        """One list."""
        heading = self.page.get_by_role("heading", name=name, level=2)
        return self.page.get_by_role("main").get_by_role("listitem").filter(has=heading)

    def add(self, group: str, typed: str, name: str) -> None:
        """Put somebody on a list."""
        self.group(group).get_by_role("button", name="Add somebody").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("searchbox", name="Find a patient").fill(typed)
        dialog.get_by_role("button", name=name, exact=True).click()


class ClassesPage(PageObject):
    """Classes to come."""

    path = "/staff/classes"

    def make(self, name: str, practitioner: str, place: str, on: date, at: str, weeks: str) -> None:
        """Fill the form in and send it."""
        self.page.get_by_role("button", name="Make classes").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("combobox", name="Class").select_option(name)
        dialog.get_by_role("combobox", name="Practitioner").select_option(practitioner)
        dialog.get_by_role("combobox", name="Place").select_option(place)
        dialog.get_by_label("First day").fill(on.isoformat())
        dialog.get_by_label("Begins at").fill(at)
        dialog.get_by_role("textbox", name="How many weeks").fill(weeks)
        dialog.get_by_role("button", name="Make classes").click()

    def one(self, words: str) -> Locator:
        """One class."""
        heading = self.page.get_by_role("heading", name=words, level=2)
        return self.page.get_by_role("main").get_by_role("listitem").filter(has=heading)
