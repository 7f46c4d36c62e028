"""Give a letter the form of a mail: text and HTML, and headers nothing can be smuggled into.

jinja2 fills and escapes the layout, ``mrml`` makes HTML of it; what is escaped stays so, because
``mrml`` copies the text of an element as it is written. An XML parser cannot read some characters
at all, so they are left out: no name can keep a mail from being sent.
"""

import re
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from mrml import RenderOptions, to_html

from portal import clock
from portal.clinic import ClinicInfo
from portal.config import settings
from portal.notifications.letter import Letter
from portal.words import _

# Every character that XML 1.0 cannot hold (its production "Char").
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _finalize(value: object) -> object:
    """Leave out of a text what no mail can hold; what is escaped already stays marked as such."""
    if isinstance(value, str) and _NOT_XML.search(value):
        return type(value)(_NOT_XML.sub("", value))
    return value


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["mjml"]),
    undefined=StrictUndefined,
    finalize=_finalize,
    # The templates are part of the program: they change with it, not under it.
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["_"] = _


class _Headers(HeaderRegistry):
    """The usual headers; the class of each is made once, not every time one is set or read."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        """Return the class for headers of this name."""
        return self._made.get(name) or self._made.setdefault(name, super().__getitem__(name))


_POLICY = SMTP.clone(header_factory=_Headers())

# Without this, the name of a well-known font would fetch it from a stranger's server.
_RENDERING = RenderOptions(fonts={})

# The theme's colours, as mail programs know only these: light disc, ink and ground of each person,
# then the same three in the dark. assets/theme.css is where they are decided.
PEOPLE = {
    1: ("#2b4d9c", "#ffffff", "#e5ecfb", "#86aaf4", "#0d1421", "#27324d"),
    2: ("#3a652a", "#ffffff", "#e7f1df", "#8cc777", "#0d170a", "#273822"),
    3: ("#663693", "#ffffff", "#f1e9fa", "#c498eb", "#17101f", "#392b49"),
    4: ("#a64f2b", "#ffffff", "#f7e9dd", "#ef9369", "#1f0f09", "#462b20"),
    5: ("#83d6e9", "#042b3a", "#e0f4f8", "#aae2f0", "#071b22", "#203a40"),
    6: ("#efca61", "#362607", "#f9f1d7", "#f4d576", "#1f1707", "#3f361c"),
    7: ("#972b5f", "#ffffff", "#fbe6ef", "#ee8ab2", "#1e0e16", "#482737"),
    8: ("#394049", "#ffffff", "#e5e9ee", "#979faa", "#0d1014", "#2a2e33"),
}


def to_message(letter: Letter, clinic: ClinicInfo, outbox_id: str) -> EmailMessage:
    """Return the mail; its ``Message-ID`` is the outbox row's, so a second copy is known as one.

    Raises:
        ValueError: an address or subject cannot stand in a header.
    """
    message = EmailMessage(policy=_POLICY)
    message["Message-ID"] = f"<{outbox_id}@{urlsplit(settings().origin).hostname}>"
    message["Date"] = format_datetime(clock.now())
    message["From"] = settings().mail_from
    local, _at, domain = _envelope_address(letter.to).rpartition("@")
    message["To"] = Address(username=local, domain=domain)
    message["Subject"] = letter.subject
    # Holiday replies to a machine help nobody (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    values = {"letter": letter, "clinic": clinic, "people": PEOPLE}
    text = _templates.get_template("letter.txt").render(values)
    mjml = _templates.get_template("letter.mjml").render(values)
    html = to_html(mjml, None, _RENDERING).content
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def _envelope_address(address: str) -> str:
    """Return the address in ASCII where it has such a form; older mail servers know no other."""
    try:
        # Which domains may be used is settled where an address is typed; here it is only its form.
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("not an address") from None
    return checked.ascii_email or checked.normalized
