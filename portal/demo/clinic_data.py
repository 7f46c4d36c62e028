"""The demo clinic itself: its places, services, practitioners and their weeks. All invented."""

from dataclasses import dataclass
from datetime import time

CLINIC = {
    "name": "Harbour Lane Clinic",
    "phone": "555-0140",
    "opening": "Monday to Friday, 8:00 to 18:00",
    "region": "CA",
    "currency": "CAD",
}

HARBOUR, PRAIRIE = "harbour-lane", "prairie-street"

# Id, name, address, zone. The first is the clinic's own address.
PLACES = (
    (HARBOUR, "Harbour Lane", "12 Harbour Lane", "America/Vancouver"),
    (PRAIRIE, "Prairie Street", "48 Prairie Street", "America/Edmonton"),
)

# Id, category, name, minutes, price in cents.
SERVICES = (
    ("check-up", "Family doctor", "Check-up", 30, 8500),
    ("new-worry", "Family doctor", "A new worry", 15, 6000),
    ("prescription", "Family doctor", "Repeat prescription", 10, 3000),
    ("blood-test", "Nurse", "Blood test", 10, 2500),
    ("vaccination", "Nurse", "Vaccination", 10, 3500),
    ("physio-first", "Physiotherapy", "First visit", 60, 12000),
    ("physio-follow-up", "Physiotherapy", "Follow-up", 40, 8500),
    ("talk-one", "Counselling", "Counselling for one", 50, 11000),
    ("talk-couple", "Counselling", "Couple counselling", 50, 13000),
    ("talk-family", "Counselling", "Family counselling", 50, 14000),
    ("food-first", "Dietitian", "Food and health talk", 30, 7000),
    ("food-follow-up", "Dietitian", "Food plan check", 20, 5000),
)

DOCTOR = ("check-up", "new-worry", "prescription")
NURSE = ("blood-test", "vaccination")
PHYSIO = ("physio-first", "physio-follow-up")
COUNSELLOR = ("talk-one", "talk-couple", "talk-family")
DIETITIAN = ("food-first", "food-follow-up")

MORNING = (time(8), time(12))
LATE_MORNING = (time(9), time(12, 30))
AFTERNOON = (time(13), time(16, 30))
LATE = (time(13, 30), time(18))


@dataclass(frozen=True)
class Week:
    """Some weekdays (Monday is 0) at one place, with the working times of each."""

    place_id: str
    weekdays: tuple[int, ...]
    times: tuple[tuple[time, time], ...]


@dataclass(frozen=True)
class Colleague:
    """A practitioner, what they give and when."""

    id: str
    name: str
    short_name: str
    role: str
    services: tuple[str, ...]
    weeks: tuple[Week, ...]


COLLEAGUES = (
    Colleague(
        "calloway",
        "Dr Ines Calloway",
        "Dr Calloway",
        "Family doctor",
        DOCTOR,
        (Week(HARBOUR, (0, 1, 2, 3, 4), (MORNING, AFTERNOON)),),
    ),
    Colleague(
        "lindqvist",
        "Dr Wen Lindqvist",
        "Dr Lindqvist",
        "Family doctor",
        DOCTOR,
        (Week(HARBOUR, (0, 2, 3, 4), (MORNING, LATE)),),
    ),
    Colleague(
        "achterberg",
        "Dr Samuel Achterberg",
        "Dr Achterberg",
        "Family doctor",
        DOCTOR,
        (Week(PRAIRIE, (0, 1, 3, 4), (LATE_MORNING, AFTERNOON)),),
    ),
    Colleague(
        "nand",
        "Priya Nand",
        "Priya Nand",
        "Nurse",
        NURSE,
        (Week(HARBOUR, (0, 1, 2, 3, 4), (MORNING, AFTERNOON)),),
    ),
    Colleague(
        "brandt",
        "Tom Brandt",
        "Tom Brandt",
        "Physiotherapist",
        PHYSIO,
        (Week(HARBOUR, (0, 1, 2, 3, 4), (LATE_MORNING, LATE)),),
    ),
    Colleague(
        "soto",
        "Maren Soto",
        "Maren Soto",
        "Physiotherapist",
        PHYSIO,
        (Week(PRAIRIE, (0, 1, 2, 4), (MORNING, AFTERNOON)),),
    ),
    # Two days a week at each place.
    Colleague(
        "ferran",
        "Lucía Ferran",
        "Lucía Ferran",
        "Counsellor",
        COUNSELLOR,
        (
            Week(HARBOUR, (0, 2), (LATE_MORNING, LATE)),
            Week(PRAIRIE, (1, 3), (LATE_MORNING, LATE)),
        ),
    ),
    Colleague(
        "okafor",
        "Ngozi Okafor",
        "Ngozi Okafor",
        "Dietitian",
        DIETITIAN,
        (Week(HARBOUR, (1, 3, 4), (MORNING, AFTERNOON)),),
    ),
)
