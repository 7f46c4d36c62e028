"""My Account: the profile."""

from playwright.sync_api import Locator, Page

from portal import routes


class ProfilePage:
    """Somebody's own details."""

    def __init__(self, page: Page) -> None:
        """Begin anywhere."""
        self._page = page
        self.zone: Locator = page.get_by_label("Show times in")
        self.phone: Locator = page.get_by_label("Mobile phone")
        self.saved: Locator = page.get_by_text("Your details are saved.")

    def open(self) -> None:
        """Open the page."""
        self._page.goto(routes.ACCOUNT)
        self.zone.wait_for()

    def choose_zone(self, words: str) -> None:
        """Choose on whose clock times are shown, and save."""
        self.zone.select_option(label=words)
        self.save()

    def find_zone(self, letters: str) -> None:
        """Choose a zone by the keyboard alone, by the first letters of the city."""
        self.zone.focus()
        self._page.keyboard.type(letters)

    def save(self) -> None:
        """Save the details."""
        self._page.get_by_role("button", name="Save").click()
