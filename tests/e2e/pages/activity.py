"""My Account > Activity."""

from playwright.sync_api import Locator

from tests.e2e.pages.frame import PageObject


class Activity(PageObject):
    """Who did what."""

    path = "/account/activity"

    @property
    def entries(self) -> Locator:
        """All lines of the page, the newest first."""
        return self.page.get_by_role("main").get_by_role("listitem")

    def show_only(self, name: str) -> None:
        """Choose whose doings to see."""
        self.page.get_by_role("combobox", name="Show").select_option(name)

    def older(self) -> None:
        """Turn to what was before."""
        self.page.get_by_role("button", name="Older").click()

    def newer(self) -> None:
        """Turn back."""
        self.page.get_by_role("button", name="Newer").click()

    def download(self) -> str:
        """Follow the link and return the file's text."""
        with self.page.expect_download() as started:
            self.page.get_by_role("link", name="Download as a table").click()
        return started.value.path().read_text("utf-8-sig")
