"""Signing in, a forgotten password, and the pages that links in mails open."""

from playwright.sync_api import Locator

from tests.e2e.pages.frame import PageObject


class LogIn(PageObject):
    """The log-in page."""

    path = "/login"

    def sign_in(self, email: str, password: str) -> None:
        """Type both and press the button."""
        self.page.get_by_role("textbox", name="Email").fill(email)
        self.page.get_by_role("textbox", name="Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def forgot(self) -> None:
        """Follow the link for a forgotten password."""
        self.page.get_by_role("link", name="Forgot your password?").click()


class Reset(PageObject):
    """The page that sends a link."""

    path = "/reset"

    def ask(self, email: str) -> None:
        """Ask for a link."""
        self.page.get_by_role("textbox", name="Email").fill(email)
        self.page.get_by_role("button", name="Send me the link").click()


class NewPassword(PageObject):
    """The page behind a reset link."""

    def choose(self, password: str) -> None:
        """Set a password."""
        self.page.get_by_role("textbox", name="New password").fill(password)
        self.page.get_by_role("button", name="Save the new password").click()


class Verify(PageObject):
    """The page behind a confirmation link."""

    @property
    def password(self) -> Locator:
        """The field that another browser has to fill in."""
        return self.page.get_by_role("textbox", name="Password")

    def confirm(self) -> None:
        """Press the button."""
        self.page.get_by_role("button", name="Confirm my email").click()


class NotMe(PageObject):
    """The page behind "This is not me"."""

    def take_off(self) -> None:
        """Press the button."""
        self.page.get_by_role("button", name="Take my address off").click()


class Security(PageObject):
    """My Account > Security."""

    path = "/account/security"

    @property
    def devices(self) -> Locator:
        """The browsers I am signed in with."""
        return self.page.get_by_role("region", name="Where you are signed in").get_by_role(
            "listitem"
        )

    def change_password(self, current: str, new: str) -> None:
        """Fill in both and press the button."""
        self.page.get_by_role("textbox", name="Current password").fill(current)
        self.page.get_by_role("textbox", name="New password").fill(new)
        self.page.get_by_role("button", name="Change the password").click()

    def sign_out_elsewhere(self) -> None:
        """End all other sessions."""
        self.page.get_by_role("button", name="Sign out everywhere else").click()
