"""A mail before it has a form: plain words in the order in which they are read.

Every text may hold names that people typed; it is escaped where it is rendered.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """Words to press and where they lead."""

    words: str
    url: str


@dataclass(frozen=True)
class Item:
    """One line of a list; ``title`` is set in bold, ``beside`` is said more quietly."""

    text: str
    title: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Face:
    """The initials and the colour (1 to 8) of the person a section is about."""

    initials: str
    colour: int


@dataclass(frozen=True)
class Part:
    """A heading with text or a list below; with a face it stands on the person's colour."""

    heading: str
    text: str = ""
    items: tuple[Item, ...] = ()
    face: Face | None = None


@dataclass(frozen=True)
class Letter:
    """One mail to one mailbox.

    ``subject`` never says anything medical and no permission; ``opening`` begins with whose
    matter it is; ``why`` tells at the foot why the mail was sent.
    """

    to: str
    subject: str
    heading: str
    opening: tuple[str, ...]
    why: str
    parts: tuple[Part, ...] = ()
    button: Link | None = None
    other: Link | None = None
    closing: tuple[str, ...] = ()
