"""The clinic's settings: services, practitioners and their hours, places, holidays, rules."""

import re
from datetime import date

from playwright.sync_api import Locator

from tests.e2e.pages.frame import PageObject


class SettingsPage(PageObject):
    """What all of these pages have: boxes, rows, a dialog, and the list of affected visits."""

    path = "/staff/settings"

    def part(self, heading: str) -> Locator:
        """One box of the page."""
        return (
            self.page.get_by_role("main")
            .locator("section")
            .filter(has=self.page.get_by_role("heading", name=heading, exact=True))
        )

    def row(self, words: str) -> Locator:
        """One row of a list."""
        return self.page.get_by_role("main").get_by_role("listitem").filter(has_text=words)

    def dialog(self, name: str) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog", name=name)

    def fill(self, name: str, value: str) -> None:
        """Type into a field."""
        whole = re.compile(rf"^{re.escape(name)}( \(if you like\))?$")
        self.page.get_by_label(whole).fill(value)

    def tick(self, name: str) -> Locator:
        """A box to tick."""
        return self.page.get_by_role("checkbox", name=name, exact=True)

    def press(self, name: str) -> None:
        """Press a button; what only screen readers hear of its name stands after a colon."""
        words = re.escape(name).replace(":", r"\s?:")
        self.page.get_by_role("button", name=re.compile(f"^{words}$")).click()

    @property
    def affected(self) -> Locator:
        """The visits that an unsaved change affects."""
        return self.part("Visits that this affects").get_by_role("listitem")

    def save_anyway(self) -> None:
        """Confirm the list."""
        self.press("Save anyway: these visits stay booked")


class ServicesPage(SettingsPage):
    """The list of services, and the form of one."""

    path = "/staff/services"

    def new(self) -> None:
        """Go to an empty form."""
        self.page.get_by_role("link", name="New service").click()

    def edit(self, name: str) -> None:
        """Go to the form of one."""
        self.page.get_by_role("link", name=name, exact=True).click()


class PractitionersPage(SettingsPage):
    """The list of practitioners, and the page of one."""

    path = "/staff/practitioners"

    def new(self) -> None:
        """Go to an empty form."""
        self.page.get_by_role("link", name="New practitioner").click()

    def open_for(self, practitioner_id: str) -> None:
        """Type the address of one."""
        self.page.goto(f"/staff/practitioner?id={practitioner_id}")

    def add_hours(self, *days: str, starts: str, ends: str) -> None:
        """Add weekly hours at the only place."""
        self.press("Add hours")
        dialog = self.dialog("Weekly hours")
        for day in days:
            dialog.get_by_role("checkbox", name=day).check()
        dialog.get_by_label("From", exact=True).fill(starts)
        dialog.get_by_label("To", exact=True).fill(ends)
        dialog.get_by_role("button", name="Save", exact=True).click()

    def add_time_off(self, on: date, reason: str) -> Locator:
        """Fill in one whole day and save; return the dialog."""
        self.press("Add time off")
        dialog = self.dialog("Time off")
        dialog.get_by_label("From", exact=True).fill(on.isoformat())
        dialog.get_by_label("Reason").fill(reason)
        dialog.get_by_role("button", name="Save", exact=True).click()
        return dialog


class PlacesPage(SettingsPage):
    """Places and rooms."""

    path = "/staff/places"


class HolidaysPage(SettingsPage):
    """Days on which the clinic is closed."""

    path = "/staff/holidays"

    def add(self, on: date, name: str) -> None:
        """Close a day."""
        self.press("New holiday")
        dialog = self.dialog("New holiday")
        dialog.get_by_label("Day").fill(on.isoformat())
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_role("button", name="Close this day").click()
