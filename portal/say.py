"""Days, times and money in the words of the portal: "Tuesday 2 March", "9:30", "$85"."""

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, get_timezone_location
from babel.numbers import format_currency, get_currency_precision

from portal.words import _

LOCALE = "en_CA"


def day(on: date) -> str:
    """Return "Tuesday 2 March"."""
    return format_date(on, "EEEE d MMMM", locale=LOCALE)


def weekday(on: date) -> str:
    """Return "Tuesday"."""
    return format_date(on, "EEEE", locale=LOCALE)


def day_month(on: date) -> str:
    """Return "2 March"."""
    return format_date(on, "d MMMM", locale=LOCALE)


def day_year(on: date) -> str:
    """Return "2 March 2026"."""
    return format_date(on, "d MMMM y", locale=LOCALE)


def days(first: date, last: date) -> str:
    """Return "1 to 5 March" or "28 February to 4 March"."""
    start = str(first.day) if first.month == last.month else day_month(first)
    return _("{first} to {last}").format(first=start, last=day_month(last))


def clock_time(at: datetime) -> str:
    """Return "9:30"; the time must already be on the clock it is to be read on."""
    return f"{at.hour}:{at.minute:02}"


def day_time(at: datetime) -> str:
    """Return "Tuesday 2 March, 9:30"."""
    return f"{day(at.date())}, {clock_time(at)}"


def zone(name: str) -> str:
    """Return "Vancouver time" for a zone that people have to tell from another."""
    return _("{city} time").format(
        city=get_timezone_location(name, locale=LOCALE, return_city=True)
    )


def minutes(count: int) -> str:
    """Return "30 minutes"."""
    return _("{count} minutes").format(count=count)


@lru_cache(maxsize=1024)  # a list names few prices, and to write one takes as long as a query
def money(cents: int, currency: str) -> str:
    """Return "$85" or "$85.50"; a price of nothing is "No charge"."""
    if not cents:
        return _("No charge")
    whole = 10 ** get_currency_precision(currency)
    text = format_currency(cents / whole, currency, locale=LOCALE)
    return text.removesuffix(".00")
