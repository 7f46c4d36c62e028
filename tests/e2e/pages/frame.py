"""What every page has: its heading, notices, menus and the way out."""

import re

from playwright.sync_api import Locator, Page


class PageObject:
    """One page in one tab."""

    path = "/"

    def __init__(self, page: Page) -> None:
        """Take the tab."""
        self.page = page

    def open(self) -> None:
        """Type the address."""
        self.page.goto(self.path)

    @property
    def heading(self) -> Locator:
        """The title on the page."""
        return self.page.get_by_role("heading", level=1)

    @property
    def summary(self) -> Locator:
        """The box above a form that says what has to be fixed."""
        return self.page.get_by_role("alert").filter(
            has=self.page.get_by_role("heading", name=re.compile("to fix$"))
        )

    def alert(self, words: str) -> Locator:
        """A message that interrupts."""
        return self.page.get_by_role("alert").filter(has_text=words)

    def notice(self, words: str) -> Locator:
        """A message that waits its turn."""
        return self.page.get_by_role("status").filter(has_text=words)

    @property
    def connection_line(self) -> Locator:
        """The line that says the connection is gone."""
        return self.page.get_by_role("status").filter(has_text="No connection.")

    def sign_out(self) -> None:
        """Use the menu in the corner."""
        # A summary has no role that browsers agree on.
        self.page.locator("summary").filter(has_text="your menu").click()
        self.page.get_by_role("button", name="Sign out", exact=True).click()
