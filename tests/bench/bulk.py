"""Large databases, written by SQLite itself from a few numbers: a million visits in under a minute.

Only for SQLite, and only for reading afterwards: what nobody asks about is as plain as can be.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from portal import clock
from portal.booking.rules import UNIT_MINUTES, unit_of, wall_clock_instant
from portal.db import engine
from portal.models import Patient
from portal.search_words import words_of
from tests import builders
from tests.bench.crowd import A_DAY, MINUTES

NOW = "strftime('%Y-%m-%d %H:%M:%S.000000', 'now')"
START = "strftime('%Y-%m-%d %H:%M:%S.000000', {} * 300, 'unixepoch')"
PATIENTS = 20_000
UNITS = MINUTES // UNIT_MINUTES
LAST_DAY = 55  # of those that can be booked
FIRST_NAMES = (
    *("Rosa", "Marek", "Ann", "Mary", "Idris", "Theo", "Mina", "Anton", "Jonas", "Grete", "Walter"),
    *("Paul", "Casper", "Harper", "Ellis", "José", "Łukasz", "Linh", "Noa", "Sten", "Sia", "Ada"),
)
LAST_NAMES = (
    *("Marlow", "Lee", "O’Brien", "Maxwell", "Quill", "Brandvold", "Sorensen", "Iwata", "Thorne"),
    *("Okafor", "Nuñez", "Ångström", "Vesely", "Applewhite", "Martin", "Roth", "Rowe", "Mistry"),
)
ENDS = ("a", "ka", "ine", "ette", "son", "sen", "ling", "ova")
# Of ten times in the diary, so many are taken: patients look for the rest.
TAKEN_OF_TEN = 6


@contextmanager
def filling(url: str) -> Iterator[sqlite3.Connection]:
    """Open a SQLite database to write much at once; indexes are made again at the end."""
    engine().dispose()  # without a journal nobody else may be connected
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    # Nobody else is there and nothing would be lost: no journal. Whoever opens it next sets WAL.
    for pragma in (
        "journal_mode=OFF",
        "synchronous=OFF",
        "cache_size=-800000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    connection.execute("BEGIN")
    for name, _sql in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield connection
    for _name, sql in indexes:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.close()


def add_visits(url: str, practitioners: list[str], service_id: str, count: int) -> None:
    """Add ``count`` visits of half an hour, from the last day that can be booked backwards."""
    with filling(url) as db:
        db.execute("CREATE TEMP TABLE taken (n INTEGER PRIMARY KEY, practitioner_id, unit)")
        db.executemany(
            "INSERT INTO taken (practitioner_id, unit) VALUES (?, ?)",
            _taken(practitioners, count),
        )
        _number_patients(db, PATIENTS)
        # Those who come at one time are numbers in a row, so nobody is in two places at once.
        db.execute(
            f"""INSERT INTO visit (id, patient_id, practitioner_id, service_id, location_id,
                starts_at, ends_at, price_cents, currency, booked_by, booked_at, request_key,
                sequence, note)
            SELECT printf('v%015d', n), printf('p%015d', n % {PATIENTS}), practitioner_id, ?, ?,
                {START.format("unit")}, {START.format(f"(unit + {UNITS})")}, 8500, 'CAD',
                'system', {NOW}, printf('r%015d', n), 0, ''
            FROM taken ORDER BY n""",
            (service_id, builders.HERE),
        )
        units = " UNION ALL ".join(f"SELECT {number} AS later" for number in range(UNITS))
        for who in ("practitioner_id", f"printf('p%015d', n % {PATIENTS})"):
            db.execute(
                f"""INSERT INTO claimed_unit (resource_id, unit, held_by)
                SELECT {who} AS resource_id, unit + later AS unit, printf('v%015d', n)
                FROM taken, ({units}) ORDER BY 1, 2"""
            )


def _taken(practitioners: list[str], count: int) -> Iterator[tuple[str, int]]:
    """Yield practitioner and first unit of each visit, the latest first."""
    zone, day = ZoneInfo(builders.VANCOUVER), LAST_DAY
    while True:
        first = unit_of(wall_clock_instant(builders.in_days(day), time(9), zone))
        for slot in range(A_DAY):
            for number, practitioner in enumerate(practitioners):
                # Spread as if by chance, the same in every run.
                if (number * 31 + day * 17 + slot * 7) % 10 < TAKEN_OF_TEN:
                    yield practitioner, first + slot * UNITS
                    count -= 1
                    if not count:
                        return
        day -= 1


def add_relationships(url: str, count: int, members: int = 4) -> list[tuple[str, str]]:
    """Add families of an adult with an account and some children, until there are ``count`` links.

    Return pairs (adult, child) spread over all of them.
    """
    families = count // members
    with filling(url) as db:
        _number_patients(db, families + count)
        adults = f"WITH RECURSIVE a(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM a LIMIT {families})"
        links = f"WITH RECURSIVE l(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM l LIMIT {count})"
        adult, child = (
            f"printf('p%015d', n / {members})",
            f"printf('p%015d', n + {families})",
        )
        link = "printf('l%015d', n)"
        db.execute(
            f"""{adults} INSERT INTO account
                (id, patient_id, email, email_key, password_hash, created_at, verified_at)
            SELECT printf('a%015d', n), printf('p%015d', n), n || '@example.test',
                n || '@example.test', '', {NOW}, {NOW} FROM a"""
        )
        db.execute(
            f"""{links} INSERT INTO relationship (id, made_by, made_at)
            SELECT {link}, 'system', {NOW} FROM l"""
        )
        sides = ((adult, child, "child"), (child, adult, "parent"))
        for patient, member, label in sides:
            db.execute(
                f"""{links} INSERT INTO relationship_side
                    (relationship_id, patient_id, member_id, label, colour)
                SELECT {link}, {patient}, {member}, '{label}', n % 8 + 1 FROM l"""
            )
        for permission in ("book", "intake", "calendar"):
            db.execute(
                f"""{links} INSERT INTO permission_grant
                    (id, relationship_id, owner_id, holder_id, permission, given_by, given_at)
                SELECT printf('{permission[0]}%015d', n), {link}, {child}, {adult},
                    '{permission}', 'system', {NOW} FROM l"""
            )
    every = max(1, count // 500)
    return [(f"p{n // members:015d}", f"p{n + families:015d}") for n in range(0, count, every)]


def add_named_patients(url: str, count: int) -> None:
    """Add patients with names, birth dates and numbers as uneven as real ones, and their words.

    The same in every run. A few names are everybody's, most are rare.
    """
    with filling(url) as db:
        chance = Random(7)
        now = db.execute(f"SELECT {NOW}").fetchone()[0]
        firsts = [*FIRST_NAMES, *(first + end for first in FIRST_NAMES for end in ENDS)]
        lasts = [*LAST_NAMES, *(last + end for last in LAST_NAMES for end in (*ENDS, *ENDS[::-1]))]
        lasts += [f"{one}-{other}" for one in LAST_NAMES for other in LAST_NAMES]
        born = date(1930, 1, 1)
        patients = [
            Patient(
                id=f"p{number:015d}",
                first_name=firsts[int(len(firsts) * chance.random() ** 3)],
                last_name=lasts[int(len(lasts) * chance.random() ** 3)],
                birth_on=born + timedelta(days=chance.randrange(35_000)),
                phone=f"+1604{chance.randrange(2_000_000, 10_000_000)}",
                created_at=clock.now(),
            )
            for number in range(count)
        ]
        db.executemany(
            "INSERT INTO patient (id, first_name, last_name, birth_on, phone, created_at,"
            " online_barred) VALUES (?, ?, ?, ?, ?, ?, 0)",
            ((p.id, p.first_name, p.last_name, str(p.birth_on), p.phone, now) for p in patients),
        )
        rows = sorted((word, patient.id) for patient in patients for word in words_of(patient))
        db.executemany("INSERT INTO search_word (word, patient_id) VALUES (?, ?)", rows)


def _number_patients(db: sqlite3.Connection, count: int) -> None:
    """Add patients ``p000000000000000`` and so on."""
    db.execute(
        f"""WITH RECURSIVE p(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM p LIMIT {count})
        INSERT INTO patient (id, first_name, last_name, created_at, online_barred)
        SELECT printf('p%015d', n), 'Rosa', 'Marlow ' || n, {NOW}, 0 FROM p"""
    )
