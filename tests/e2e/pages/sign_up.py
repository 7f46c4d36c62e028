"""Sign-up and its family step; the fields of a family member, wherever they stand."""

import re

from playwright.sync_api import Locator, Page

from tests.e2e.clinic import PASSWORD
from tests.e2e.pages.frame import PageObject

BILLING = (
    "I would like to give permission for this family member to bill their payments to my account"
)


class SignUp(PageObject):
    """The first step."""

    path = "/signup"

    def field(self, label: str) -> Locator:
        """A field by the beginning of its label."""
        return self.page.get_by_role("textbox", name=re.compile(rf"^{re.escape(label)}\b"))

    def fill_in(
        self,
        first_name: str = "",
        last_name: str = "",
        email: str = "",
        phone: str = "",
        password: str = "",
    ) -> None:
        """Type what is given; leave the other fields as they are."""
        for label, text in (
            ("First name", first_name),
            ("Last name", last_name),
            ("Email", email),
            ("Mobile phone", phone),
            ("Password", password),
        ):
            if text:
                self.field(label).fill(text)

    def born(self, day: str, month: str, year: str) -> None:
        """Type a birth date."""
        born_on(self.page.get_by_role("group", name="Birth date (if you like)"), day, month, year)

    def go_on(self) -> None:
        """Press Continue."""
        self.page.get_by_role("button", name="Continue").click()


class Member:
    """The fields of one family member."""

    def __init__(self, box: Locator) -> None:
        """Take the group of fields."""
        self.box = box

    @property
    def relationship(self) -> Locator:
        """The list of relationships."""
        return self.box.get_by_role("combobox")

    def field(self, label: str) -> Locator:
        """A field by the beginning of its label."""
        return self.box.get_by_role("textbox", name=re.compile(rf"^{re.escape(label)}\b"))

    def fill_in(
        self,
        relationship: str = "",
        first_name: str = "",
        last_name: str = "",
        email: str = "",
    ) -> None:
        """Fill in what is given."""
        if relationship:
            self.relationship.select_option(relationship)
        for label, text in (
            ("First name", first_name),
            ("Last name", last_name),
            ("Email", email),
        ):
            if text:
                self.field(label).fill(text)

    def born(self, day: str, month: str, year: str) -> None:
        """Type a birth date."""
        born_on(self.box.get_by_role("group", name=re.compile("^Birth date")), day, month, year)

    def use_my_address(self) -> None:
        """Press the button for somebody without an address."""
        self.box.get_by_role("button", name="No email? Use mine").click()

    @property
    def billing(self) -> Locator:
        """The box that lets them bill to my account."""
        return self.box.get_by_role("checkbox", name=BILLING, exact=True)

    def take_off(self) -> None:
        """Take this person off the list."""
        self.box.get_by_role("button", name=re.compile("^Take off list")).click()


class MemberList:
    """A form with one group of fields for each family member."""

    def __init__(self, page: Page) -> None:
        """Take the tab."""
        self.page = page

    def member(self, number: int) -> Member:
        """The fields of one person, counted from 1 as on the page."""
        title = re.compile(rf"^Family member {number}(:|$)")
        return Member(self.page.get_by_role("group", name=title))

    @property
    def members(self) -> Locator:
        """The groups of fields of everybody on the list."""
        return self.page.get_by_role("group", name=re.compile("^Family member"))

    def add_another(self) -> None:
        """Ask for one more group of fields."""
        self.page.get_by_role("button", name="Add Another Family Member").click()

    def undo(self) -> None:
        """Put the person taken off last back on the list."""
        self.page.get_by_role("button", name="Undo").click()


class FamilyStep(PageObject):
    """The second step."""

    path = "/signup/family"

    def __init__(self, page: Page) -> None:
        """Take the tab."""
        super().__init__(page)
        self.list = MemberList(page)

    @property
    def question(self) -> Locator:
        """The question whether the account is for a family."""
        return self.page.get_by_role(
            "group",
            name="Will you be using this account to book appointments for family members?",
        )

    def answer(self, words: str) -> None:
        """Answer the question with Yes or No."""
        self.question.get_by_role("radio", name=re.compile(f"^{words}")).check()

    def go_on(self) -> None:
        """Press Continue."""
        self.page.get_by_role("button", name="Continue").click()


def born_on(box: Locator, day: str, month: str, year: str) -> None:
    """Fill in the three fields of a date."""
    for label, text in (("Day", day), ("Month", month), ("Year", year)):
        box.get_by_role("textbox", name=label).fill(text)


def make_account(
    page: Page, email: str, first_name: str = "Mira", last_name: str = "Okafor"
) -> None:
    """Sign up without family; the booking page opens."""
    form = SignUp(page)
    form.open()
    form.fill_in(first_name, last_name, email, "+1 604 555 0123", PASSWORD)
    form.go_on()
    step = FamilyStep(page)
    step.answer("No")
    step.go_on()
