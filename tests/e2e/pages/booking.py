"""Booking in four steps."""

import re

from playwright.sync_api import Locator, Page

from tests.e2e.pages.frame import PageObject
from tests.e2e.pages.sign_up import Member, MemberList

# "Tuesday 4 March, 9:30, with Dr Calloway"
TIME = re.compile(r"^\w+day \d+ \w+, \d+:\d\d, with .+")


class Booking(PageObject):
    """All steps; the page tells which one it is."""

    path = "/book"

    def choose_service(self, name: str) -> None:
        """Take a service from the list."""
        self.page.get_by_role("main").get_by_role("link", name=re.compile(f"^{name}")).click()

    @property
    def times(self) -> Locator:
        """Every free time of the week shown."""
        return self.page.get_by_role("button", name=TIME)

    @property
    def chosen_time(self) -> Locator:
        """The time that is marked."""
        return self.page.get_by_role("button", name=TIME, pressed=True)

    @property
    def week(self) -> Locator:
        """The heading that names the week."""
        return self.page.get_by_role("heading", level=2)

    @property
    def count(self) -> Locator:
        """The line that says how many times were found."""
        return self.page.get_by_role("status").filter(has_text=re.compile("[Tt]imes? free"))

    def choose_practitioner(self, name: str) -> None:
        """Ask for somebody, or for Anyone."""
        self.page.get_by_role("radio", name=re.compile(f"^{name}")).check()

    def week_after(self) -> None:
        """Go on by a week."""
        self.page.get_by_role("button", name="Week after").click()

    def week_before(self) -> None:
        """Go back by a week."""
        self.page.get_by_role("button", name="Week before").click()

    def choose_time(self, number: int = 0) -> str:
        """Mark a time, counted from 0, or from the end below 0; return its full name."""
        button = self.times.nth(number)
        name = button.get_attribute("aria-label") or ""
        button.click()
        return name

    @property
    def go_on_link(self) -> Locator:
        """The way on, once a time is chosen."""
        return self.page.get_by_role("link", name="Go on with this time")

    def go_on(self) -> None:
        """Go on with the time that is marked."""
        self.go_on_link.click()

    def person(self, name: str) -> Locator:
        """Somebody to book for."""
        return self.page.get_by_role("main").get_by_role("link", name=re.compile(name))

    def choose_person(self, name: str) -> None:
        """Book for somebody."""
        self.person(name).click()

    def choose_me(self) -> None:
        """Book for myself."""
        self.person("^Me, ").click()

    @property
    def add_member_button(self) -> Locator:
        """The way to add somebody in place."""
        return self.page.get_by_role("button", name="Add a family member")

    def add_member(self) -> "NewMember":
        """Ask for the form for somebody new."""
        self.add_member_button.click()
        return NewMember(self.page)

    @property
    def banner(self) -> Locator:
        """The line that says whom this is for."""
        return self.page.get_by_role("region", name="Who this is for")

    def confirm_button(self, whom: str) -> Locator:
        """The last button, which names the person."""
        return self.page.get_by_role("button", name=f"Book this visit for {whom}", exact=True)

    def confirm(self, whom: str = "me") -> None:
        """Say yes."""
        self.confirm_button(whom).click()

    def change(self, what: str) -> None:
        """Go back to change the service, the time or who this is for."""
        self.page.get_by_role("link", name=f"Change {what}").click()

    def another_time(self) -> None:
        """Take the way back to the times after a refusal."""
        self.page.get_by_role("link", name="Choose another time").click()


class NewMember:
    """The dialog that adds somebody while booking."""

    def __init__(self, page: Page) -> None:
        """Take the dialog that is open."""
        self.box = page.get_by_role("dialog", name="Add a family member")

    @property
    def fields(self) -> Member:
        """The fields."""
        return MemberList(self.box.page).member(1)

    def save(self) -> None:
        """Press the button."""
        self.box.get_by_role("button", name="Add and go on").click()
