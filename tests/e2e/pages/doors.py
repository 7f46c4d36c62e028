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
        self.page.get_by_role("button", name="Sign in", exact=True).click()

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


class Code(PageObject):
    """The second step of signing in."""

    path = "/login/code"

    def give(self, code: str) -> None:
        """Enter a code."""
        self.page.get_by_role("textbox", name="Code").fill(code)
        self.page.get_by_role("button", name="Sign in", exact=True).click()


class NewEmail(PageObject):
    """The page behind the link to a new address."""

    def confirm(self) -> None:
        """Press the button."""
        self.page.get_by_role("button", name="Use this email").click()
