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

POLICY = {
    "policy_text": (
        "Please cancel or move a visit 24 hours before it at the latest. After that, call us: "
        "somebody else may be waiting for your time."
    ),
}

HARBOUR, PRAIRIE, VIDEO = "harbour-lane", "prairie-street", "video"
TREATMENT_ROOM, GYM = "Treatment room", "Gym"


@dataclass(frozen=True)
class Place:
    """Where people are seen, and the rooms there, by kind."""

    id: str
    name: str
    address: str
    zone: str
    directions: str = ""
    join_url: str | None = None
    rooms: tuple[tuple[str, str], ...] = ()  # name, kind


# The first by id is the clinic's own address.
PLACES = (
    Place(
        HARBOUR,
        "Harbour Lane",
        "12 Harbour Lane",
        "America/Vancouver",
        "The blue door beside the bakery. There is a lift to the second floor.",
        rooms=(("Treatment room 1", TREATMENT_ROOM), ("The gym", GYM)),
    ),
    Place(
        PRAIRIE,
        "Prairie Street",
        "48 Prairie Street",
        "America/Edmonton",
        "Ground floor. You can park behind the house.",
        rooms=(("Treatment room 2", TREATMENT_ROOM),),
    ),
    Place(
        VIDEO,
        "Video call",
        "",
        "America/Vancouver",
        "Find a quiet place. You need a camera and a microphone.",
        join_url="https://video.kindred.example/harbour-lane",
    ),
)


@dataclass(frozen=True)
class Treatment:
    """A service: its price in cents, minutes kept free after it, the kind of room it needs."""

    id: str
    category: str
    name: str
    minutes: int
    price_cents: int
    kind: str = "individual"
    capacity: int = 1
    after: int = 0
    needs: str = ""
    about: str = ""


SERVICES = (
    Treatment("check-up", "Family doctor", "Check-up", 30, 8500),
    Treatment("new-worry", "Family doctor", "A new worry", 15, 6000),
    Treatment("prescription", "Family doctor", "Repeat prescription", 10, 3000),
    Treatment("blood-test", "Nurse", "Blood test", 10, 2500),
    Treatment("vaccination", "Nurse", "Vaccination", 10, 3500),
    Treatment(
        "physio-first",
        "Physiotherapy",
        "First visit",
        60,
        12000,
        after=10,
        needs=TREATMENT_ROOM,
        about="Wear something you can move in.",
    ),
    Treatment("physio-follow-up", "Physiotherapy", "Follow-up", 40, 8500, needs=TREATMENT_ROOM),
    Treatment(
        "back-class",
        "Physiotherapy",
        "Back and neck class",
        50,
        2500,
        kind="class",
        capacity=8,
        needs=GYM,
        about="Bring a towel.",
    ),
    Treatment("talk-one", "Counselling", "Counselling for one", 50, 11000),
    Treatment("talk-video", "Counselling", "Counselling by video", 30, 7500),
    Treatment("talk-couple", "Counselling", "Couple counselling", 50, 13000),
    Treatment(
        "talk-family",
        "Counselling",
        "Family counselling",
        50,
        14000,
        kind="group",
        capacity=6,
        about="One of you pays for everyone.",
    ),
    Treatment("food-first", "Dietitian", "Food and health talk", 30, 7000),
    Treatment("food-follow-up", "Dietitian", "Food plan check", 20, 5000),
)

DOCTOR = ("check-up", "new-worry", "prescription")
NURSE = ("blood-test", "vaccination")
PHYSIO = ("physio-first", "physio-follow-up")
HARBOUR_PHYSIO = (*PHYSIO, "back-class")
COUNSELLOR = ("talk-one", "talk-video", "talk-couple", "talk-family")
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
        HARBOUR_PHYSIO,
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
    # Two days a week at each place, and one at home with a camera.
    Colleague(
        "ferran",
        "Lucía Ferran",
        "Lucía Ferran",
        "Counsellor",
        COUNSELLOR,
        (
            Week(HARBOUR, (0, 2), (LATE_MORNING, LATE)),
            Week(PRAIRIE, (1, 3), (LATE_MORNING, LATE)),
            Week(VIDEO, (4,), (LATE_MORNING, AFTERNOON)),
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

# What a practitioner gives only there.
ONLY_AT = {"talk-video": VIDEO, "talk-family": HARBOUR, "back-class": HARBOUR}
