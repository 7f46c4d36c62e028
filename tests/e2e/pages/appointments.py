"""Appointments: mine and my family's."""

from playwright.sync_api import Locator

from tests.e2e.pages.frame import PageObject


class Appointments(PageObject):
    """The list and the question before a visit is cancelled."""

    path = "/appointments"

    @property
    def visits(self) -> Locator:
        """Every visit shown."""
        return self.page.get_by_role("article")

    def visit_of(self, name: str) -> Locator:
        """The visits of one person."""
        heading = self.page.get_by_role("heading", level=3, name=name, exact=True)
        return self.visits.filter(has=heading)

    def show_only(self, name: str) -> None:
        """Show one person, or Everyone."""
        self.page.get_by_role("combobox", name="Show").select_option(name)

    def show_past(self) -> None:
        """Turn to the past visits."""
        self.page.get_by_role("navigation", name="Which visits").get_by_role(
            "link", name="Past and cancelled"
        ).click()

    def show_upcoming(self) -> None:
        """Turn to the coming visits."""
        self.page.get_by_role("navigation", name="Which visits").get_by_role(
            "link", name="Upcoming"
        ).click()

    def ask_cancel(self, name: str) -> Locator:
        """Open the question before the first visit of somebody is cancelled; return it."""
        self.visit_of(name).first.get_by_role("button", name="Cancel").click()
        return self.page.get_by_role("dialog", name="Cancel this visit?")

    def cancel(self, name: str) -> None:
        """Cancel the first visit of somebody."""
        self.ask_cancel(name).get_by_role("button", name="Cancel the visit").click()

    def undo(self) -> None:
        """Take back what was just booked, from the notice."""
        self.page.get_by_role("status").get_by_role("button", name="Undo").click()

    def open_visit(self, name: str) -> None:
        """Turn to the page of somebody's first visit."""
        self.visit_of(name).first.get_by_role("paragraph").get_by_role("link").click()
        self.page.get_by_role("heading", level=1, name="Visit").wait_for()

    def fact(self, title: str) -> Locator:
        """What the page of a visit says under a title."""
        term = self.page.get_by_role("term").filter(has_text=title)
        return self.page.locator("dl > div").filter(has=term).get_by_role("definition")
