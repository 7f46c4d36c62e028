"""What people type, checked: field types with a sentence for each mistake, and `read_form`."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from portal.errors import Invalid
from portal.words import _

LONGEST_NAME = 100
OLDEST = 130  # years
# Characters that turn the direction of what follows.
DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Form(BaseModel):
    """The base of every form: unknown fields are refused, blanks count as missing."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    # Made by the browser for each try at a form, so that a repetition is known as one.
    request_key: str = Field(default="", max_length=64, pattern=r"^[A-Za-z0-9_-]*$")

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_missing(cls, value: Any, info: ValidationInfo) -> Any:
        extra = cls.model_fields[info.field_name or ""].json_schema_extra
        blank = value is None or (isinstance(value, str) and not clean_text(value))
        if blank and isinstance(extra, dict) and "required" in extra:
            raise ValueError(extra["required"])
        return value


F = TypeVar("F", bound=Form)


def required(sentence: str) -> Any:
    """Mark a field as required, with the sentence to show when it is left blank."""
    return Field(default="", validate_default=True, json_schema_extra={"required": sentence})


def read_form(form: type[F], data: Mapping[str, Any], *, region: str, today: date) -> F:
    """Check what was typed.

    ``region`` is the country whose phone numbers need no prefix; ``today`` bounds birth dates.

    Raises:
        Invalid: one sentence for each field that is wrong, keyed as the form names it; a field of
            a repeated block is ``block.0.field``.
    """
    try:
        return form.model_validate(dict(data), context={"region": region, "today": today})
    except ValidationError as error:
        raise Invalid(sentences(error)) from None


def sentences(error: ValidationError) -> dict[str, str]:
    """Return the mistakes as field name -> sentence; never what was typed."""
    found: dict[str, str] = {}
    for one in error.errors(include_input=False, include_url=False):
        context = one.get("ctx", {})
        if "error" in context:
            text = str(context["error"])
        elif one["type"] == "string_too_long":
            text = _("This is too long. Use at most {n} characters.").format(
                n=context["max_length"]
            )
        elif one["type"] == "too_long":
            text = _("At most {n} fit here.").format(n=context["max_length"])
        else:
            text = _("This does not look right. Please check it.")
        found.setdefault(".".join(str(part) for part in one["loc"]), text)
    return found


def clean_text(value: str) -> str:
    """Return text in one Unicode form, without control characters, on one line."""
    text = unicodedata.normalize("NFC", value)
    # Right-to-left overrides can make one text look like another. Other formatting characters
    # stay: joiners are part of names in several scripts.
    text = "".join(c for c in text if c not in DIRECTIONS)
    text = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    return " ".join(text.split())


def email_key(email: str) -> str:
    """Return the form of an address by which accounts are told apart (not for sending to)."""
    return unicodedata.normalize("NFKC", email).casefold()


def _short_text(value: str) -> str:
    value = clean_text(value)
    if len(value) > LONGEST_NAME:
        raise ValueError(_("This is too long. Use at most 100 characters."))
    return value


def _name(value: str) -> str:
    value = _short_text(value)
    if value and not any(c.isalpha() for c in value):
        raise ValueError(_("Write the name with letters."))
    return value


def _email(value: str) -> str:
    value = clean_text(value)
    if not value:
        return value
    if "@" not in value:
        raise ValueError(_("This email has no @ sign. It should look like name@example.com."))
    try:
        return validate_email(value, strict=True, check_deliverability=False).normalized
    except EmailNotValidError:
        raise ValueError(
            _("This email does not look right. It should look like name@example.com.")
        ) from None


def _phone(value: str, info: ValidationInfo) -> str:
    value = clean_text(value)
    if not value:
        return value
    region = (info.context or {}).get("region")
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValueError(
            _(
                "This phone number does not look right. Write it with its area code, "
                "for example 604 555 0140."
            )
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _birth_date(parts: Any, info: ValidationInfo) -> date | None:
    """Read day, month and year, each as typed; all blank is no date."""
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        return None
    parts = [part.strip() for part in parts]
    if not any(parts):
        return None
    wrong = ValueError(_("This is not a date. Write day, month and year, for example 27 3 1986."))
    if not all(part.isascii() and part.isdecimal() and len(part) <= 4 for part in parts):
        raise wrong
    day, month, year = (int(part) for part in parts)
    try:
        born = date(year, month, day)
    except ValueError:
        raise wrong from None
    today = (info.context or {})["today"]
    if born > today:
        raise ValueError(_("This date is in the future. Check the year."))
    if born.year < today.year - OLDEST:
        raise ValueError(_("This date is too long ago. Write the year with four figures."))
    return born


ShortText = Annotated[str, AfterValidator(_short_text)]
PersonName = Annotated[str, AfterValidator(_name)]
EmailText = Annotated[str, AfterValidator(_email)]
Phone = Annotated[str, AfterValidator(_phone)]
BirthDate = Annotated[date | None, BeforeValidator(_birth_date)]


class WithBirthDate(Form):
    """A form with the three boxes of a birth date, which become one field."""

    birth_on: BirthDate = None

    @model_validator(mode="before")
    @classmethod
    def _join_birth_date(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        joined = dict(data)
        joined["birth_on"] = [
            joined.pop(f"birth_on_{part}", "") for part in ("day", "month", "year")
        ]
        return joined
