"""Times for several people in one search: read what is free, then ask the rules."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import Session

from portal.booking.catalogue import is_bound, list_services
from portal.booking.policy import read_policy
from portal.booking.rows import ServiceKind
from portal.booking.start import read_party
from portal.booking.terms import read_terms
from portal.booking.times import booking_window
from portal.booking.together.day import Arrangement, Turn
from portal.booking.together.reading import Plan, make_plan, place_days
from portal.booking.together.rows import Asked, Setting, TogetherRow, TurnRow
from portal.booking.together.rules import FEWEST, MOST, Kind, arrange
from portal.booking.units import instant_of
from portal.booking.window import is_in_part
from portal.booking.zones import viewer_zone
from portal.errors import Invalid, NotAllowed
from portal.permissions import Actor
from portal.words import _

MOST_DAYS = 14
ONE_DAY = timedelta(days=1)


def read_setting(session: Session, actor: Actor, people: Sequence[str]) -> Setting:
    """Return what the page begins with.

    Raises:
        NotAllowed: the clinic does not offer this search.
        NotFound: one of the people is nobody whom the actor may book for.
        Invalid: too few people for this search, or too many.
    """
    _refuse_switched_off(session, actor)
    party = read_party(session, actor)
    chosen = party.chosen(people)
    _refuse_number(len(set(people)))
    services = (one for group in list_services(session, actor) for one in group.services)
    return Setting(
        people=chosen,
        party=party,
        services=tuple(one for one in services if one.kind == ServiceKind.INDIVIDUAL),
        window=booking_window(session, actor),
        zone=viewer_zone(session, actor),
        terms=read_terms(session, actor),
    )


def find_together(
    session: Session,
    actor: Actor,
    asked: Sequence[Asked],
    kind: Kind,
    first_day: date,
    days: int,
    *,
    practitioner_id: str | None = None,
    part: str = "",
    mine: str | None = None,
    beside: str | None = None,
) -> tuple[TogetherRow, ...]:
    """Return times that fit everyone, by day and time; days and ``part`` as the viewer reads them.

    With a practitioner only theirs. What the actor's order ``mine`` holds counts as free; nobody is
    offered a time at which the order ``beside`` keeps another visit for them.

    Raises:
        NotAllowed: the clinic does not offer this search, or the actor may not book for somebody.
        NotFound: that is not offered, or somebody is not the actor's to know about.
        Invalid: too few people or too many, one twice, or days that are far away.
    """
    _refuse_switched_off(session, actor)
    _refuse_number(len({one.patient_id for one in asked}), twice=len(asked))
    zone = viewer_zone(session, actor)
    _refuse_far(session, actor, first_day, days)
    last_day = first_day + timedelta(days=days - 1)
    # The calendar of the viewer may be a day ahead of or behind that of a place.
    around = ONE_DAY if zone else timedelta()
    plan = make_plan(session, actor, asked, practitioner_id, mine, beside)
    found: list[TogetherRow] = []
    for day in place_days(session, plan, first_day - around, last_day + around):

        def is_wanted(one: Arrangement) -> bool:
            shown = _row(plan, one, zone).shown(instant_of(one.start))
            return first_day <= shown.date() <= last_day and is_in_part(shown.hour, part)

        found += [_row(plan, one, zone) for one in arrange(day, plan.needs, kind, is_wanted)]
    return tuple(sorted(found, key=_as_read))


def _as_read(one: TogetherRow) -> tuple[object, ...]:
    # By the clock that is shown: two places may lie in two zones.
    return one.shown(one.starts_at).replace(tzinfo=None), one.location_name


def _row(plan: Plan, one: Arrangement, zone: str | None) -> TogetherRow:
    place = plan.places[one.location_id]
    return TogetherRow(
        location_id=place.id,
        location_name=place.name,
        zone=place.zone,
        shown_zone=zone,
        turns=tuple(_turn_row(plan, turn) for turn in one.turns),
    )


def _turn_row(plan: Plan, turn: Turn) -> TurnRow:
    return TurnRow(
        patient_id=turn.patient_id,
        service_id=turn.service_id,
        practitioner_id=turn.practitioner_id,
        practitioner_name=plan.practitioners[turn.practitioner_id].name,
        starts_at=instant_of(turn.start),
        ends_at=instant_of(turn.end),
        price_cents=plan.prices[turn.service_id],
    )


def _refuse_switched_off(session: Session, actor: Actor) -> None:
    if is_bound(actor) and not read_policy(session).several_people:
        raise NotAllowed(
            _("Here you book for one person at a time. Choose one person, then use “Book more”.")
        )


def _refuse_number(people: int, *, twice: int | None = None) -> None:
    if twice not in (None, people):
        raise Invalid({"people": _("Choose each person once.")})
    if not FEWEST <= people <= MOST:
        words = _("Choose {fewest} to {most} people to look for times together.")
        raise Invalid({"people": words.format(fewest=FEWEST, most=MOST)})


def _refuse_far(session: Session, actor: Actor, first_day: date, days: int) -> None:
    window = booking_window(session, actor)
    near = window.first_on - timedelta(days=MOST_DAYS) <= first_day <= window.last_on
    if not near or not 1 <= days <= MOST_DAYS:
        raise Invalid({"first_day": _("Choose days that can be booked.")})
