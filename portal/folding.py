"""Text as it is compared when somebody looks for a patient. Pure."""

import re
import unicodedata
from datetime import date

# Letters that are one character of their own and no letter with a mark.
PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"}
)
APOSTROPHES = "['’ʼ`]"
# No name and no number begins with it, so a birth date is found as nothing else.
BIRTH_DATE = "#"


def fold(text: str) -> str:
    """Return text without accents and case, so that "Jose" finds "José"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    return bare.translate(PLAIN)


def words(text: str) -> list[str]:
    """Return the folded words of a name or a query, as they stand."""
    # An apostrophe is part of a word that people leave out: O'Brien is found as obrien.
    return re.findall(r"\w+", re.sub(APOSTROPHES, "", fold(text)))


def birth_word(birth_on: date) -> str:
    """Return the word by which a birth date is found."""
    return f"{BIRTH_DATE}{birth_on:%Y%m%d}"
