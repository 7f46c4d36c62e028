"""Days, times and money in the words of the portal: "Tuesday 2 March", "9:30", "$85"."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import ceil

import phonenumbers
from babel.dates import format_date, get_timezone_location
from babel.numbers import format_currency, get_currency_precision

from portal.words import _, ngettext

LOCALE = "en_CA"


def day(on: date) -> str:
    """Return "Tuesday 2 March"."""
    return format_date(on, "EEEE d MMMM", locale=LOCALE)


def weekday(on: date) -> str:
    """Return "Tuesday"."""
    return format_date(on, "EEEE", locale=LOCALE)


def weekday_name(number: int) -> str:
    """Return "Tuesday" for 1; Monday is 0."""
    return weekday(date(2024, 1, 1 + number))  # that month began on a Monday


def day_month(on: date) -> str:
    """Return "2 March"."""
    return format_date(on, "d MMMM", locale=LOCALE)


def day_year(on: date) -> str:
    """Return "2 March 2026"."""
    return format_date(on, "d MMMM y", locale=LOCALE)


def month(on: date) -> str:
    """Return "March 2026"."""
    return format_date(on, "MMMM y", locale=LOCALE)


def days(first: date, last: date) -> str:
    """Return "1 to 5 March" or "28 February to 4 March"."""
    start = str(first.day) if first.month == last.month else day_month(first)
    return _("{first} to {last}").format(first=start, last=day_month(last))


def clock_time(at: datetime | time) -> str:
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


def phone(number: str, region: str) -> str:
    """Return an E.164 number as it is written in ``region``, from abroad with its country."""
    if not number:
        return ""
    try:
        read = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    at_home = read.country_code == phonenumbers.country_code_for_region(region)
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(read, style.NATIONAL if at_home else style.INTERNATIONAL)


def minutes(count: int) -> str:
    """Return "30 minutes"."""
    return _("{count} minutes").format(count=count)


def duration(left: timedelta) -> str:
    """Return "30 seconds" or "2 minutes", rounded up: who waits so long does not wait in vain."""
    seconds = max(1, ceil(left.total_seconds()))
    if seconds < 60:
        return ngettext("{n} second", "{n} seconds", seconds).format(n=seconds)
    count = ceil(seconds / 60)
    return ngettext("{n} minute", "{n} minutes", count).format(n=count)


@lru_cache(maxsize=1024)  # a list names few prices, and to write one takes as long as a query
def money(cents: int, currency: str) -> str:
    """Return "$85" or "$85.50"; a price of nothing is "No charge"."""
    if not cents:
        return _("No charge")
    whole = 10 ** get_currency_precision(currency)
    text = format_currency(cents / whole, currency, locale=LOCALE)
    return text.removesuffix(".00")
