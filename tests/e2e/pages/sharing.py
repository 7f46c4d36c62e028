"""My Account > Sharing, and the page behind the link in a mail that asks."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.pages.frame import PageObject


class Sharing(PageObject):
    """People who can act for me."""

    path = "/account/sharing"

    def person(self, name: str) -> "PersonBox":
        """One person's part of the page."""
        heading = self.page.get_by_role("heading", level=2, name=name, exact=True)
        return PersonBox(self.page, self.page.locator("details").filter(has=heading))

    def ask(self, words: str) -> Locator:
        """What somebody asks for."""
        return self.page.get_by_role("region", name=words)

    def say_yes(self, words: str) -> None:
        """Allow what somebody asks for."""
        self.ask(words).get_by_role("button", name="Allow this").click()

    def say_no(self, words: str) -> None:
        """Decline what somebody asks for."""
        self.ask(words).get_by_role("button", name="Say no").click()

    @property
    def blocked(self) -> Locator:
        """The people I blocked."""
        return self.page.get_by_role("region", name="Blocked")

    @property
    def owners(self) -> Locator:
        """For whom I decide."""
        return self.page.get_by_role("navigation", name="For whom")


class PersonBox:
    """One person on the Sharing page."""

    def __init__(self, page: Page, box: Locator) -> None:
        """Take the part of the page."""
        self.page, self.box = page, box

    def open(self) -> None:
        """Show the switches, where they are folded away."""
        if not self.box.get_by_role("switch").first.is_visible():
            self.box.locator("summary").click()
            expect(self.box.get_by_role("switch").first).to_be_visible()

    def switch(self, label: str) -> Locator:
        """One permission's switch."""
        return self.box.get_by_role("switch", name=label, exact=True)

    def row(self, label: str) -> Locator:
        """All that stands about one permission."""
        switch = self.page.get_by_role("switch", name=label, exact=True)
        return self.box.get_by_role("listitem").filter(has=switch)

    def press(self, button: str) -> None:
        """Press one of the buttons below the switches."""
        self.box.get_by_role("button", name=re.compile(f"^{button}")).click()

    @property
    def question(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")


class AskPage(PageObject):
    """The page behind the link in a mail that asks."""

    path = "/ask"

    def answer(self, words: str, choice: str) -> None:
        """Choose yes or no for one of the questions."""
        group = self.page.get_by_role("group", name=words)
        group.get_by_role("radio", name=choice).check()

    @property
    def password(self) -> Locator:
        """The field that only a yes needs."""
        return self.page.get_by_role("textbox", name="Password")

    def send(self) -> None:
        """Press the button."""
        self.page.get_by_role("button", name="Send my answer").click()
