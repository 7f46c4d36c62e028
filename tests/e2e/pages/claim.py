"""The page behind "Claim this profile"."""

import re

from playwright.sync_api import Locator

from tests.e2e.pages.frame import PageObject


class ClaimPage(PageObject):
    """Keep or drop, then an account."""

    path = "/claim"

    def question(self, label: str, of: str = "") -> Locator:
        """One permission by its official label, of one person where there are several."""
        questions = self.page.get_by_role("group", name=label, exact=True)
        return questions.and_(self.about(of).get_by_role("group")) if of else questions

    def about(self, name: str) -> Locator:
        """The part about one person."""
        heading = self.page.get_by_role("heading", level=3, name=re.compile(f"^What {name}"))
        return self.page.get_by_role("main").locator("div").filter(has=heading).last

    def answer(self, label: str, answer: str) -> None:
        """Choose Keep or Drop for one permission."""
        self.question(label).get_by_text(answer, exact=True).click()

    def chosen(self, answer: str) -> Locator:
        """The answers that are given."""
        return self.page.get_by_role("radio", name=answer, checked=True)

    def answer_all(self, answer: str) -> None:
        """Press Keep all or Drop all."""
        self.page.get_by_role("button", name=f"{answer} all").click()

    @property
    def count(self) -> Locator:
        """The line that says how many are answered."""
        return self.page.get_by_role("status").filter(has_text="answered")

    @property
    def password(self) -> Locator:
        """The field for the new password."""
        return self.page.get_by_role("textbox", name="Choose a password")

    def make_account(self, password: str) -> None:
        """Choose a password and press the button."""
        self.password.fill(password)
        self.page.get_by_role("button", name="Save and make my account").click()

    def join(self) -> None:
        """Press the button that makes the profile a part of the account."""
        self.page.get_by_role("button", name="Join this profile to my account").click()

    def sign_in(self) -> None:
        """Go to the log-in page from here."""
        self.page.get_by_role("button", name=re.compile("^Sign in and join")).click()

    def join_sign_up(self) -> None:
        """Press the button that makes a second sign-up a part of the account."""
        self.page.get_by_role("button", name="Join the new profile to my account").click()

    def close_sign_up(self) -> None:
        """Open the part below and say that the sign-up was somebody else's."""
        self.page.locator("summary").filter(has_text="Close it now").click()
        self.page.get_by_role("button", name="It was not me, close it").click()

    def not_me(self) -> None:
        """Open the part below and press its button."""
        self.page.locator("summary").filter(has_text="This is not me").click()
        self.page.get_by_role("button", name="Take my address off").click()
