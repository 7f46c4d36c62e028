"""The demo clinic's patients: 40 invented people in 12 families, with different permissions."""

from dataclasses import dataclass
from datetime import time

from portal.family.labels import Label
from portal.permissions import SIX, Permission

P = Permission


@dataclass(frozen=True)
class Person:
    """A patient: with an account (``signs_in``), or managed by somebody of the family."""

    key: str
    first_name: str
    last_name: str
    age: int
    signs_in: bool = False
    manager: str | None = None
    email_of: str | None = None  # whose address is used for a person without an own one
    twin_of: str | None = None  # born on the same day
    zone: str | None = None  # where their clock is, when that is not here


@dataclass(frozen=True)
class Link:
    """``other`` is ``label`` to ``one``; each holds permissions on the other."""

    one: str
    other: str
    label: Label
    one_holds: tuple[Permission, ...] = ()
    other_holds: tuple[Permission, ...] = ()


@dataclass(frozen=True)
class Family:
    """People who belong together, and what is between them."""

    people: tuple[Person, ...]
    links: tuple[Link, ...]


def child(
    key: str, first: str, last: str, age: int, parent: str, twin: str | None = None
) -> Person:
    """Describe a child whom a parent manages, reachable at the parent's address."""
    return Person(key, first, last, age, manager=parent, email_of=parent, twin_of=twin)


def adult(key: str, first: str, last: str, age: int) -> Person:
    """Describe somebody with an account."""
    return Person(key, first, last, age, signs_in=True)


FAMILIES = (
    # Rosa, as on every page of the design: children, a partner, a parent, a neighbour.
    Family(
        (
            adult("rosa", "Rosa", "Marlow", 38),
            child("theo", "Theo", "Marlow", 9, "rosa"),
            child("mina", "Mina", "Marlow", 4, "rosa"),
            adult("idris", "Idris", "Marlow", 40),
            Person("anton", "Anton", "Vesely", 67, signs_in=True, zone="America/Toronto"),
            Person("june", "June", "Applewhite", 79, manager="rosa"),
        ),
        (
            Link("rosa", "theo", Label.CHILD, SIX),
            Link("rosa", "mina", Label.CHILD, SIX),
            Link(
                "rosa",
                "idris",
                Label.PARTNER,
                (P.BOOK, P.CALENDAR, P.BILL_TO_ACCOUNT),
                (P.BOOK, P.NOTIFICATIONS, P.BILL_TO_ACCOUNT),
            ),
            Link("rosa", "anton", Label.PARENT, (P.BOOK, P.INTAKE, P.NOTIFICATIONS)),
            Link("rosa", "june", Label.LOOKED_AFTER, SIX),
        ),
    ),
    # A couple who share everything.
    Family(
        (
            adult("daniela", "Daniela", "Reyes", 31),
            adult("sam", "Sam", "Okonjo", 33),
        ),
        (Link("daniela", "sam", Label.PARTNER, SIX, SIX),),
    ),
    # Divorced parents with one child; the parents hold nothing on each other.
    Family(
        (
            adult("harper", "Harper", "Quill", 36),
            adult("jonas", "Jonas", "Brandvold", 39),
            child("ellis", "Ellis", "Quill", 7, "harper"),
        ),
        (
            Link("harper", "ellis", Label.CHILD, SIX),
            Link("jonas", "ellis", Label.CHILD, (P.BOOK, P.NOTIFICATIONS)),
        ),
    ),
    # An elder with two carers.
    Family(
        (
            Person("walter", "Walter", "Sorensen", 84, manager="grete", email_of="grete"),
            adult("grete", "Grete", "Sorensen", 55),
            adult("paul", "Paul", "Iwata", 47),
        ),
        (
            Link("grete", "walter", Label.PARENT, SIX),
            Link("paul", "walter", Label.LOOKED_AFTER, (P.BOOK, P.NOTIFICATIONS, P.CALENDAR)),
        ),
    ),
    # Twins with the same initials, address and birth date.
    Family(
        (
            adult("amira", "Amira", "Lowe", 34),
            child("lina", "Lina", "Lowe", 6, "amira"),
            child("liam", "Liam", "Lowe", 6, "amira", twin="lina"),
        ),
        (
            Link("amira", "lina", Label.CHILD, SIX),
            Link("amira", "liam", Label.CHILD, SIX),
        ),
    ),
    # A teenager with an own account: his mother pays, and does not see his visits.
    Family(
        (
            adult("beatrix", "Beatrix", "Thorne", 45),
            adult("casper", "Casper", "Thorne", 16),
            child("otto", "Otto", "Thorne", 11, "beatrix"),
        ),
        (
            Link("beatrix", "casper", Label.CHILD, (P.VIEW_AND_PAY,), (P.NOTIFICATIONS,)),
            Link("beatrix", "otto", Label.CHILD, SIX),
            Link("casper", "otto", Label.SIBLING),
        ),
    ),
    # Three grown siblings.
    Family(
        (
            adult("yusuf", "Yusuf", "Aydin", 29),
            adult("leyla", "Leyla", "Aydin", 27),
            adult("deniz", "Deniz", "Aydin", 24),
        ),
        (
            Link("yusuf", "leyla", Label.SIBLING, (P.CALENDAR,), (P.BOOK,)),
            Link("yusuf", "deniz", Label.SIBLING, (P.BOOK, P.VIEW_AND_PAY)),
            Link("leyla", "deniz", Label.SIBLING),
        ),
    ),
    # Grandparents who bring up a grandchild.
    Family(
        (
            adult("pilar", "Pilar", "Castell", 66),
            adult("ramon", "Ramón", "Castell", 70),
            child("nico", "Nico", "Castell", 12, "pilar"),
        ),
        (
            Link("pilar", "ramon", Label.PARTNER, (P.BOOK, P.INTAKE), (P.CALENDAR,)),
            Link("pilar", "nico", Label.GRANDCHILD, SIX),
            Link("ramon", "nico", Label.GRANDCHILD, (P.BOOK, P.CALENDAR)),
        ),
    ),
    # A large family.
    Family(
        (
            adult("adwoa", "Adwoa", "Mensah", 41),
            adult("kofi", "Kofi", "Mensah", 43),
            child("ama", "Ama", "Mensah", 14, "adwoa"),
            child("yaw", "Yaw", "Mensah", 10, "adwoa"),
            child("esi", "Esi", "Mensah", 8, "adwoa"),
            child("kwame", "Kwame", "Mensah", 2, "adwoa"),
        ),
        (
            Link("adwoa", "kofi", Label.PARTNER, (P.BOOK, P.CALENDAR), (P.BOOK, P.VIEW_AND_PAY)),
            *(
                link
                for key in ("ama", "yaw", "esi", "kwame")
                for link in (
                    Link("adwoa", key, Label.CHILD, SIX),
                    Link("kofi", key, Label.CHILD, (P.BOOK, P.NOTIFICATIONS, P.CALENDAR)),
                )
            ),
        ),
    ),
    # Friends.
    Family(
        (
            adult("ruth", "Ruth", "Ellery", 72),
            adult("hazel", "Hazel", "Bright", 74),
        ),
        (Link("ruth", "hazel", Label.FRIEND, (P.BOOK,), (P.NOTIFICATIONS,)),),
    ),
    # A guardian.
    Family(
        (
            adult("martin", "Martin", "Vale", 50),
            child("jess", "Jess", "Olsen", 14, "martin"),
        ),
        (Link("martin", "jess", Label.LOOKED_AFTER, SIX),),
    ),
    # New parents and an uncle.
    Family(
        (
            adult("noemi", "Noémi", "Laurent", 30),
            adult("alix", "Alix", "O’Dea", 32),
            child("zoe", "Zoé", "Laurent-O’Dea", 1, "noemi"),
            adult("remy", "Rémy", "Laurent", 26),
        ),
        (
            Link("noemi", "alix", Label.PARTNER, (P.BOOK,), (P.BOOK, P.FINANCIAL_EMAILS)),
            Link("noemi", "zoe", Label.CHILD, SIX),
            Link("alix", "zoe", Label.CHILD, (P.BOOK, P.INTAKE, P.NOTIFICATIONS)),
            Link("noemi", "remy", Label.SIBLING),
        ),
    ),
)


@dataclass(frozen=True)
class KnownVisit:
    """A visit that the design's pages show; negative ``working_days`` lie before today."""

    who: str
    service_id: str
    practitioner_id: str
    working_days: int
    at: time
    booked_by: str
    cancelled: bool = False
    order: str = ""  # visits that were booked together have the same


KNOWN_VISITS = (
    # Two children, one after the other.
    KnownVisit("theo", "check-up", "calloway", 2, time(9, 30), "rosa", order="children"),
    KnownVisit("mina", "check-up", "calloway", 2, time(10), "rosa", order="children"),
    KnownVisit("anton", "physio-first", "brandt", 4, time(14), "rosa"),
    KnownVisit("rosa", "blood-test", "nand", 5, time(8, 40), "rosa"),
    KnownVisit("idris", "physio-follow-up", "brandt", 5, time(17), "idris"),
    KnownVisit("rosa", "check-up", "calloway", 12, time(11), "rosa"),
    KnownVisit("june", "check-up", "calloway", 8, time(13, 30), "rosa"),
    KnownVisit("theo", "check-up", "calloway", -75, time(9), "rosa"),
    KnownVisit("theo", "vaccination", "nand", -32, time(15), "rosa"),
    KnownVisit("mina", "vaccination", "nand", -32, time(15, 10), "rosa"),
    KnownVisit("rosa", "new-worry", "calloway", -18, time(8, 30), "rosa"),
    KnownVisit("idris", "physio-first", "brandt", -12, time(14, 30), "rosa"),
    KnownVisit("anton", "blood-test", "nand", -6, time(9, 20), "anton"),
    KnownVisit("rosa", "physio-first", "brandt", -4, time(16), "rosa", cancelled=True),
)
