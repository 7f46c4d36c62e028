"""Booking in steps: for whom and what, when, for whom if that is still open, yes."""

import re

from playwright.sync_api import Locator, Page

from tests.e2e.pages.frame import PageObject
from tests.e2e.pages.sign_up import Member, MemberList

# "Tuesday 4 March, 9:30, with Dr Calloway"
TIME = re.compile(r"^\w+day \d+ \w+, \d+:\d\d, with .+")


class Booking(PageObject):
    """All steps; the page tells which one it is."""

    path = "/book"

    def for_whom(self, name: str) -> None:
        """Choose for whom before anything else; "Me", or a full name."""
        self.page.get_by_role("radio", name=re.compile(f"^{name}")).check()

    def more_than_one(self) -> None:
        """Ask to choose several people."""
        self.page.get_by_role("button", name="More than one person").click()

    def someone_new(self) -> None:
        """Go and add somebody, to book for."""
        self.page.get_by_role("link", name="Someone new").click()

    def also_for(self, name: str) -> None:
        """Choose one person more."""
        box = self.page.get_by_role("checkbox", name=re.compile(f"^{name}"))
        box.check()

    @property
    def what(self) -> Locator:
        """The heading above the services."""
        return self.page.get_by_role("main").get_by_role("heading", level=2)

    def choose_service(self, name: str) -> None:
        """Take a service from the list."""
        self.page.get_by_role("main").get_by_role("link", name=re.compile(f"^{name}")).click()

    @property
    def times(self) -> Locator:
        """Every free time of the week shown."""
        return self.page.get_by_role("button", name=TIME)

    @property
    def chosen_time(self) -> Locator:
        """The time that is marked."""
        return self.page.get_by_role("button", name=TIME, pressed=True)

    @property
    def week(self) -> Locator:
        """The heading that names the week."""
        return self.page.get_by_role("heading", level=2)

    @property
    def count(self) -> Locator:
        """The line that says how many times were found."""
        return self.page.get_by_role("status").filter(has_text=re.compile("[Tt]imes? free"))

    def choose_practitioner(self, name: str) -> None:
        """Ask for somebody, or for Anyone."""
        self.page.get_by_role("radio", name=re.compile(f"^{name}")).check()

    def week_after(self) -> None:
        """Go on by a week."""
        self.page.get_by_role("button", name="Week after").click()

    def week_before(self) -> None:
        """Go back by a week."""
        self.page.get_by_role("button", name="Week before").click()

    def choose_time(self, number: int = 0) -> str:
        """Mark a time, counted from 0, or from the end below 0; return its full name."""
        button = self.times.nth(number)
        name = button.get_attribute("aria-label") or ""
        button.click()
        return name

    @property
    def go_on_button(self) -> Locator:
        """The way on, once a time is chosen."""
        return self.page.get_by_role("button", name="Go on with this time")

    def go_on(self) -> None:
        """Go on with the time that is marked."""
        self.go_on_button.click()

    def part_of_day(self, name: str) -> None:
        """Look only at the morning, the afternoon or the evening."""
        self.page.get_by_role("combobox", name="Time of day").select_option(name)

    def next_free(self) -> None:
        """Go to the next free time."""
        self.page.get_by_role("button", name="Next free time").click()

    def show_month(self) -> None:
        """Look at a month."""
        self.page.get_by_role("button", name="Month", exact=True).click()

    @property
    def free_days(self) -> Locator:
        """The days of the month that have times."""
        return self.page.get_by_role("table", name="Days of the month").get_by_role("button")

    @property
    def near(self) -> Locator:
        """The nearest times, after one was taken by somebody else."""
        return self.page.get_by_role("region", name="Nearest free times").get_by_role("button")

    @property
    def wait_list(self) -> Locator:
        """The way to the wait list."""
        return self.page.get_by_role("link", name="Nothing fits? Join the wait list")

    def person(self, name: str) -> Locator:
        """Somebody to book for, after the time was chosen."""
        return self.page.get_by_role("main").get_by_role("button", name=re.compile(name))

    def choose_person(self, name: str) -> None:
        """Book for somebody."""
        self.person(name).click()

    def choose_me(self) -> None:
        """Book for myself."""
        self.person("^Me, ").click()

    def comes_along(self, name: str) -> None:
        """Let somebody come to a group visit."""
        self.page.get_by_role("checkbox", name=re.compile(f"^{name}")).check()

    def pays(self, name: str) -> None:
        """Say who pays for a group visit."""
        self.page.get_by_role("combobox", name="Who pays?").select_option(name)

    def go_on_with(self, names: str) -> None:
        """Go on with everybody who was chosen."""
        self.page.get_by_role("button", name=f"Go on with {names}", exact=True).click()

    @property
    def add_member_button(self) -> Locator:
        """The way to add somebody in place."""
        return self.page.get_by_role("button", name="Add a family member")

    def add_member(self) -> "NewMember":
        """Ask for the form for somebody new."""
        self.add_member_button.click()
        return NewMember(self.page)

    @property
    def banner(self) -> Locator:
        """The line that says whom this is for."""
        return self.page.get_by_role("region", name="Who this is for")

    def confirm_button(self, whom: str) -> Locator:
        """The last button, which names the person."""
        return self.last_button(f"Book for {whom}")

    def last_button(self, words: str) -> Locator:
        """The last button, by all that it says."""
        return self.page.get_by_role("button", name=words, exact=True)

    @property
    def kept(self) -> Locator:
        """Every time that is kept."""
        return self.page.get_by_role("main").get_by_role("article")

    def kept_time(self, words: str) -> Locator:
        """The kept times that say something."""
        return self.kept.filter(has_text=words)

    @property
    def countdown(self) -> Locator:
        """The line that says until when it is kept."""
        return self.page.get_by_text(re.compile(r"^We keep th(is|ese) times? for you until"))

    def keep_longer(self) -> None:
        """Ask for ten minutes more."""
        self.page.get_by_role("button", name="Keep it 10 minutes longer").click()

    def book_more(self) -> None:
        """Add a visit to what is kept."""
        self.page.get_by_role("link", name="Book more").click()

    def take_off(self, words: str) -> None:
        """Let go of one of several times."""
        self.kept_time(words).get_by_role("button", name=re.compile("^Take off")).click()

    def change_time_of(self, words: str) -> None:
        """Choose another time for one that is kept."""
        self.kept_time(words).get_by_role("link", name=re.compile("^Change the time")).click()

    def note(self, text: str) -> None:
        """Tell the clinic something."""
        self.page.get_by_role("textbox", name="Anything the clinic should know?").fill(text)

    @property
    def lost(self) -> Locator:
        """What was kept too long, each with the times near it."""
        return self.page.get_by_role("main").get_by_role("group")

    def keep_again(self) -> None:
        """Keep the times that are chosen in place of those that were lost."""
        self.page.get_by_role("button", name="Keep this for me").click()

    def confirm(self, whom: str = "me") -> None:
        """Say yes."""
        self.confirm_button(whom).click()

    def change(self, what: str) -> None:
        """Go back to change the service, the time or who this is for, as the link says."""
        self.page.get_by_role("link", name=f"Change {what}").click()

    def another_time(self) -> None:
        """Take the way back to the times after a refusal."""
        self.page.get_by_role("link", name="Choose another time").click()


class NewMember:
    """The dialog that adds somebody while booking."""

    def __init__(self, page: Page) -> None:
        """Take the dialog that is open."""
        self.box = page.get_by_role("dialog", name="Add a family member")

    @property
    def fields(self) -> Member:
        """The fields."""
        return MemberList(self.box.page).member(1)

    def save(self) -> None:
        """Press the button."""
        self.box.get_by_role("button", name="Add and go on").click()
