"""What the clinic's settings are typed as: whole numbers, prices, times of day, longer texts."""

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from babel.numbers import get_currency_precision
from pydantic import AfterValidator, BeforeValidator

from portal.forms import clean_text
from portal.words import _

MOST_CENTS = 100_000_00


def whole(least: int, most: int, *, step: int = 1, may_be_blank: bool = False) -> BeforeValidator:
    """Read a whole number between two bounds, in steps; a blank one is None where it may be."""

    def read(value: Any) -> int | None:
        text = clean_text(value) if isinstance(value, str) else ""
        if may_be_blank and not text:
            return None
        number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else -1
        if not least <= number <= most:
            raise ValueError(
                _("Write a whole number from {least} to {most}.").format(least=least, most=most)
            )
        if number % step:
            raise ValueError(_("Use steps of {step}, such as {more}.").format(
                step=step, more=max(least, number - number % step + step)
            ))  # fmt: skip
        return number

    return BeforeValidator(read)


def long_text(most: int) -> AfterValidator:
    """Read a text of several lines."""

    def read(value: str) -> str:
        lines = [clean_text(line) for line in value.splitlines()]
        text = "\n".join(lines).strip()
        if len(text) > most:
            raise ValueError(_("This is too long. Use at most {n} characters.").format(n=most))
        return text

    return AfterValidator(read)


def _time(value: Any) -> time | None:
    text = clean_text(value) if isinstance(value, str) else ""
    if not text:
        return None
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(:00)?", text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(_("Write a time of day, such as 9:30."))
    return time(int(found[1]), int(found[2]))


def _date(value: Any) -> date | None:
    text = clean_text(value) if isinstance(value, str) else ""
    if not text:
        return None
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("This is not a date. Choose a day.")) from None
    if not 2000 <= on.year <= 2100:
        raise ValueError(_("This date is too far away. Check the year."))
    return on


def _link(value: str) -> str:
    text = clean_text(value)
    if text and (not text.startswith("https://") or " " in text or len(text) > 500):
        raise ValueError(_("Write the whole address; it starts with https://."))
    return text


def _given(read: Callable[[Any], Any], sentence: str) -> BeforeValidator:
    """Refuse what was left blank, with a sentence."""

    def must(value: Any) -> Any:
        found = read(value)
        if found is None:
            raise ValueError(sentence)
        return found

    return BeforeValidator(must)


def read_price(text: str, currency: str) -> int:
    """Return a price as typed ("85", "85.50") in cents of its currency.

    Raises:
        ValueError: with a sentence.
    """
    whole_unit = 10 ** get_currency_precision(currency)
    try:
        cents = Decimal(clean_text(text).replace(",", ".") or "0") * whole_unit
    except InvalidOperation:
        cents = Decimal(-1)
    if not cents.is_finite() or cents != cents.to_integral_value() or not 0 <= cents <= MOST_CENTS:
        raise ValueError(_("Write the price as a number, such as 85 or 85.50."))
    return int(cents)


def write_price(cents: int, currency: str) -> str:
    """Return a price as it is typed: "85", "85.50"."""
    digits = get_currency_precision(currency)
    return f"{cents / 10**digits:.{digits}f}".removesuffix(".00")


DayTime = Annotated[time, _given(_time, _("Choose a time."))]
DayTimeOrNone = Annotated[time | None, BeforeValidator(_time)]
Day = Annotated[date, _given(_date, _("Choose a day."))]
DayOrNone = Annotated[date | None, BeforeValidator(_date)]
Link = Annotated[str, AfterValidator(_link)]
