"""My Account > Family Members."""

import re

from playwright.sync_api import Locator, Page

from tests.e2e.pages.frame import PageObject
from tests.e2e.pages.sign_up import MemberList


class FamilyMembers(PageObject):
    """The list and its two dialogs."""

    path = "/account/family"

    @property
    def add_button(self) -> Locator:
        """The way to the form for somebody new."""
        return self.page.get_by_role("link", name="Add Family Member")

    def row(self, name: str) -> Locator:
        """One person's part of the list."""
        heading = self.page.get_by_role("heading", level=2, name=name, exact=True)
        return self.page.get_by_role("main").get_by_role("listitem").filter(has=heading)

    def ability(self, name: str, words: str) -> Locator:
        """One of the six short forms in somebody's row."""
        return self.row(name).get_by_role("listitem").filter(has_text=words)

    def edit(self, name: str) -> "EditMember":
        """Open what I can do for somebody."""
        self.page.get_by_role("button", name=f"Edit what you can do for {name}").click()
        return EditMember(self.page)

    def ask_removal(self, name: str) -> "RemoveMember":
        """Open the question before somebody is removed."""
        self.page.get_by_role("button", name=f"Remove {name}", exact=True).click()
        return RemoveMember(self.page)


class AddFamilyMember(PageObject):
    """The form for somebody new."""

    path = "/account/family/add"

    def __init__(self, page: Page) -> None:
        """Take the tab."""
        super().__init__(page)
        self.list = MemberList(page)

    def save(self) -> None:
        """Press the button."""
        self.page.get_by_role("button", name="Add to my family").click()


class EditMember:
    """The dialog with what I can do for somebody."""

    def __init__(self, page: Page) -> None:
        """Take the dialog that is open."""
        self.box = page.get_by_role("dialog", name=re.compile("^What you can do for"))

    def ability(self, label: str) -> Locator:
        """One permission by its official label."""
        return self.box.get_by_role("listitem").filter(
            has=self.box.page.get_by_role("heading", name=label)
        )

    def give_up(self, label: str) -> None:
        """Press the button beside a permission."""
        self.ability(label).get_by_role("button", name="Give up").click()

    def call_them(self, relationship: str, in_my_words: str = "") -> None:
        """Change the label and save."""
        self.box.get_by_role("combobox", name="Relationship to you").select_option(relationship)
        if in_my_words:
            self.box.get_by_role("textbox", name="In your words").fill(in_my_words)
        self.box.get_by_role("button", name="Save").click()

    def ask(self, *labels: str) -> None:
        """Tick what I would like to do, and ask."""
        for label in labels:
            self.box.get_by_role("checkbox", name=label).check()
        self.box.get_by_role("button", name=re.compile("^Ask ")).click()

    def close(self) -> None:
        """Press Close."""
        self.box.get_by_role("button", name="Close").click()


class RemoveMember:
    """The question before somebody is removed."""

    def __init__(self, page: Page) -> None:
        """Take the dialog that is open."""
        self.box = page.get_by_role("dialog", name=re.compile("^Remove"))

    def remove(self, first_name: str, *, quietly: bool = False) -> None:
        """Press the red button."""
        if quietly:
            self.box.get_by_role("checkbox", name="Do not send them an email").check()
        self.box.get_by_role("button", name=f"Remove {first_name}", exact=True).click()

    def keep(self, first_name: str) -> None:
        """Press the other one."""
        self.box.get_by_role("button", name=f"Keep {first_name}", exact=True).click()
