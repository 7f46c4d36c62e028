"""The wait list: of a family, and at the desk."""

from playwright.sync_api import Locator

from tests.e2e.pages.frame import PageObject


class WaitList(PageObject):
    """What is offered and what is waited for."""

    path = "/appointments/wait-list"

    def region(self, name: str) -> Locator:
        """One part of the page."""
        return self.page.get_by_role("region", name=name)

    @property
    def offers(self) -> Locator:
        """Every offer."""
        return self.region("A time has become free").get_by_role("article")

    @property
    def requests(self) -> Locator:
        """Every request."""
        return self.region("On the wait list").get_by_role("article")

    def say_yes(self, words: str) -> None:
        """Accept the first offer."""
        self.offers.first.get_by_role("button", name=words).click()

    def say_no(self) -> None:
        """Decline the first offer."""
        self.offers.first.get_by_role("button", name="No, thank you").click()

    def take_off(self) -> Locator:
        """Ask to take the first request off the list; return the question."""
        self.requests.first.get_by_role("button", name="Take off").click()
        return self.page.get_by_role("dialog", name="Take this off the wait list?")


class JoinWaitList(PageObject):
    """The form that puts somebody on the list."""

    path = "/appointments/wait-list/ask"

    def open_for_visit(self, visit_id: str) -> None:
        """Ask for an earlier time than a visit has."""
        self.page.goto(f"{self.path}?visit={visit_id}")

    def choose_service(self, name: str) -> None:
        """Choose what is waited for."""
        self.page.get_by_role("link", name=name).click()

    def choose(self, name: str) -> None:
        """Choose for whom."""
        self.page.get_by_role("radio", name=name).check()

    def leave_out(self, *days: str) -> None:
        """Choose all days but these."""
        for day in days:
            self.page.get_by_role("checkbox", name=day).uncheck()

    def send(self) -> None:
        """Join the list."""
        self.page.get_by_role("button", name="Join the wait list").click()


class StaffWaitList(PageObject):
    """The list at the desk."""

    path = "/staff/wait-list"

    def row(self, name: str) -> Locator:
        """What one patient waits for."""
        return self.page.get_by_role("listitem").filter(
            has=self.page.get_by_role("heading", level=3, name=name)
        )

    def offer_first_time(self, name: str) -> None:
        """Offer somebody the first free time that suits them."""
        self.row(name).get_by_role("button", name="Offer a time").click()
        question = self.page.get_by_role("dialog", name="Offer a time")
        question.get_by_role("listitem").first.get_by_role("button").click()
