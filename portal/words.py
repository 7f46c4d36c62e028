"""Every sentence shown to anyone passes through here: one catalogue, English now.

The catalogue is ``portal/locale/<language>/LC_MESSAGES/kindred.mo``; a missing one means English as
written in the code. Sentences with parts use named fields filled after translation:
``_("Book this visit for {name}").format(name=name)``.
"""

import gettext
from pathlib import Path

LANGUAGE = "en"

_catalogue = gettext.translation(
    "kindred",
    localedir=str(Path(__file__).parent / "locale"),
    languages=[LANGUAGE],
    fallback=True,
)


def _(message: str) -> str:
    """Translate one sentence."""
    return _catalogue.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a sentence whose words depend on a number, without filling the number in."""
    return _catalogue.ngettext(one, many, count)
