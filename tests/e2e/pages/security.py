"""The Security page, and the dialogs that open on it."""

from playwright.sync_api import Locator, Page

from tests.e2e.pages.frame import PageObject


class Security(PageObject):
    """My Account > Security."""

    path = "/account/security"

    @property
    def devices(self) -> Locator:
        """The browsers I am signed in with."""
        return self.part("Where you are signed in").get_by_role("listitem")

    @property
    def passkeys(self) -> Locator:
        """My passkeys."""
        return self.part("Passkeys").get_by_role("listitem")

    @property
    def codes(self) -> Locator:
        """The part about codes at sign-in."""
        return self.part("Sign-in codes")

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")

    def part(self, name: str) -> Locator:
        """One section of the page."""
        return self.page.get_by_role("region", name=name)

    def press(self, name: str) -> None:
        """Press one of the page's buttons."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def change_password(self, current: str, new: str) -> None:
        """Fill in both and press the button."""
        self.page.get_by_role("textbox", name="Current password").fill(current)
        self.page.get_by_role("textbox", name="New password").fill(new)
        self.press("Change the password")

    def change_email(self, email: str) -> None:
        """Ask for another address."""
        self.page.get_by_role("textbox", name="New email").fill(email)
        self.press("Send the link")

    def sign_out_elsewhere(self) -> None:
        """End all other sessions."""
        self.press("Sign out everywhere else")

    def prove(self, password: str, code: str = "") -> None:
        """Answer the question who it is."""
        asked = self.page.get_by_role("dialog", name="Is it still you?")
        asked.get_by_role("textbox", name="Password").fill(password)
        if code:
            asked.get_by_role("textbox", name="Code from your app").fill(code)
        asked.get_by_role("button", name="Go on").click()


class AppSetUp:
    """Setting an app up, wherever it is shown."""

    def __init__(self, page: Page) -> None:
        """Take the tab."""
        self.page = page

    @property
    def picture(self) -> Locator:
        """What a phone scans."""
        return self.page.get_by_role("img", name="Picture to scan with the app")

    @property
    def key(self) -> str:
        """The key to type into an app, as it is shown."""
        return self.page.locator("[data-key]").inner_text()

    @property
    def recovery_codes(self) -> Locator:
        """The codes that are shown once."""
        return self.page.get_by_role("region", name="Keep these recovery codes").get_by_role(
            "listitem"
        )

    def confirm(self, code: str) -> None:
        """Enter the first code."""
        self.page.get_by_role("textbox", name="Code that the app shows now").fill(code)
        self.page.get_by_role("button", name="Turn the codes on").click()

    def keep(self) -> None:
        """Say that the codes are in a safe place."""
        self.page.get_by_role("button", name="I have kept them").click()
