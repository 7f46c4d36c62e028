"""The clinic's side: search, a patient's page, the blue pencil, settings, colleagues."""

import re

from playwright.sync_api import Locator, Page

from tests.e2e.pages.frame import PageObject


class PatientSearch:
    """The search field and what it found."""

    def __init__(self, page: Page) -> None:
        """Take the tab."""
        self.page = page

    @property
    def field(self) -> Locator:
        """Where to type."""
        return self.page.get_by_role("searchbox", name="Find a patient")

    @property
    def found(self) -> Locator:
        """The rows of everybody found."""
        return self.page.get_by_role("main").locator("[data-found]").get_by_role("listitem")

    def link(self, name: str) -> Locator:
        """One patient's link."""
        return self.found.get_by_role("link", name=name, exact=True)

    def choose(self, typed: str, name: str) -> None:
        """Type, and open the one found."""
        self.field.fill(typed)
        self.link(name).click()


class StaffStart(PageObject):
    """The start page."""

    path = "/staff"

    def __init__(self, page: Page) -> None:
        """Take the tab."""
        super().__init__(page)
        self.search = PatientSearch(page)

    def part(self, heading: str) -> Locator:
        """One list of what waits."""
        return (
            self.page.get_by_role("main")
            .locator("section")
            .filter(has=self.page.get_by_role("heading", name=heading, level=2))
        )


class PatientPage(PageObject):
    """One patient."""

    def open_for(self, patient_id: str) -> None:
        """Type the address."""
        self.page.goto(f"/staff/patient?id={patient_id}")

    def part(self, heading: str) -> Locator:
        """One box of the page."""
        return (
            self.page.get_by_role("main")
            .locator("section")
            .filter(has=self.page.get_by_role("heading", name=heading, level=2))
        )

    def relative(self, name: str) -> Locator:
        """One row of the Relationship section."""
        return (
            self.part("Relationship")
            .get_by_role("listitem")
            .filter(has=self.page.get_by_role("heading", name=name, level=3))
        )

    def edit(self, name: str) -> "LinkPage":
        """Press the blue pencil."""
        self.page.get_by_role("link", name=f"Edit the relationship with {name}").click()
        return LinkPage(self.page)

    def add_link(self) -> PatientSearch:
        """Go to the search for somebody to link."""
        self.page.get_by_role("link", name="Link another patient").click()
        return PatientSearch(self.page)


class LinkPage(PageObject):
    """The blue pencil."""

    def direction(self, holder: str, owner: str) -> Locator:
        """What one may do for the other."""
        return self.page.get_by_role("group", name=f"{holder} can do for {owner}")

    def switch(self, holder: str, owner: str, label: str) -> Locator:
        """One permission of a direction."""
        return self.direction(holder, owner).get_by_role("switch", name=re.compile(f"^{label}"))

    def call(self, member: str, patient: str, what: str) -> None:
        """Choose what one is to the other."""
        self.page.get_by_role("combobox", name=f"{member} is {patient}’s…").select_option(what)

    @property
    def after(self) -> Locator:
        """What saving will make true."""
        return self.page.get_by_role("region", name="After saving")

    def save(self) -> None:
        """Press the button."""
        self.page.get_by_role("button", name="Save", exact=True).click()

    def ask_removal(self) -> Locator:
        """Open the question before the link ends."""
        self.page.get_by_role("button", name="Remove this relationship").click()
        return self.page.get_by_role("dialog")
