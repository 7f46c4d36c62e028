"""The three questions have one answer: `visible` and `who_can` list exactly what `can` allows."""

from dataclasses import dataclass
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from portal.ids import PatientId
from portal.models import Patient
from portal.permissions import SYSTEM, Action, Actor, Permission, StaffRole, can, visible, who_can
from tests.permissions.world import World, effort

PEOPLE = 4
EVERYBODY = range(PEOPLE)
PAIRS = list(combinations(EVERYBODY, 2))
LOG_INS = ("none", "good", "good", "unverified", "closed")
LINKS = ("none", "live", "live", "ended", "ended, then live")


@dataclass(frozen=True)
class Plan:
    """A generated clinic; people are numbers."""

    log_ins: list[str]
    managers: list[int | None]  # who decides for each
    links: list[str]  # in the order of PAIRS
    grants: list[tuple[frozenset[Permission], frozenset[Permission]]]  # both ways, likewise
    ended: frozenset[Permission]  # which permissions were withdrawn wherever they were given
    staff: list[tuple[StaffRole, bool, dict[int, bool]]]  # role, left, visits: cancelled or not


def _each(what: st.SearchStrategy, number: int) -> st.SearchStrategy[list]:
    return st.lists(what, min_size=number, max_size=number)


PERMISSIONS = st.frozensets(st.sampled_from(Permission), max_size=4)
PLANS = st.builds(
    Plan,
    log_ins=_each(st.sampled_from(LOG_INS), PEOPLE),
    managers=_each(st.none() | st.sampled_from(EVERYBODY), PEOPLE),
    links=_each(st.sampled_from(LINKS), len(PAIRS)),
    grants=_each(st.tuples(PERMISSIONS, PERMISSIONS), len(PAIRS)),
    ended=st.frozensets(st.sampled_from(Permission), max_size=2),
    staff=st.lists(
        st.tuples(
            st.sampled_from(StaffRole),
            st.booleans(),
            st.dictionaries(st.sampled_from(EVERYBODY), st.booleans()),
        ),
        max_size=2,
    ),
)


def _build(world: World, plan: Plan) -> tuple[list[Actor], list[PatientId]]:
    """Fill the database; return everybody who could ask, and everybody they could ask about."""
    patients: list[PatientId] = []
    for manager in plan.managers:
        known = patients[manager : manager + 1] if manager is not None else []
        patients.append(world.patient(manager=next(iter(known), None)))
    for patient, log_in in zip(patients, plan.log_ins, strict=True):
        if log_in != "none":
            world.log_in(patient, verified=log_in != "unverified", closed=log_in == "closed")
    for pair, link, grants in zip(PAIRS, plan.links, plan.grants, strict=True):
        if link != "none":
            one, other = (patients[number] for number in pair)
            _link(world, one, other, link, grants, plan.ended)
    actors = [*(Actor(patient_id=p) for p in patients), SYSTEM]
    return [*actors, *(_employ(world, patients, *person) for person in plan.staff)], patients


def _link(
    world: World,
    one: PatientId,
    other: PatientId,
    link: str,
    grants: tuple[frozenset[Permission], frozenset[Permission]],
    ended: frozenset[Permission],
) -> None:
    """Relate two people and add what each gave the other; leave it behind if it has ended."""
    inside = world.relate(one, other)
    for owner, holder, gift in ((one, other, grants[0]), (other, one, grants[1])):
        world.give(owner, holder, *gift - ended, inside=inside)
        world.give(owner, holder, *gift & ended, inside=inside, ended=True)
    if link != "live":
        world.end(inside)
    if link == "ended, then live":
        world.relate(one, other)


def _employ(
    world: World, patients: list[PatientId], role: StaffRole, left: bool, visits: dict[int, bool]
) -> Actor:
    """Add a member of staff; only practitioners have visits."""
    employed = world.staff(role, ended=left)
    for person, cancelled in visits.items() if role is StaffRole.PRACTITIONER else ():
        world.visit(patients[person], employed, cancelled=cancelled)
    return employed


@given(plan=PLANS, actions=st.sets(st.sampled_from(Action), min_size=4, max_size=7))
@effort(quick=10, long=2000)
def test_the_lists_hold_exactly_whom_can_allows(
    engine: Engine, plan: Plan, actions: set[Action]
) -> None:
    with Session(engine.execution_options(writes=True)) as session, session.begin() as transaction:
        actors, patients = _build(World(session), plan)
        for action in sorted(actions):
            allowed = {(a, p) for a in actors for p in patients if can(session, a, action, p)}
            for actor in actors:
                listed = session.scalars(visible(actor, action)).all()
                assert sorted(listed) == sorted(p for a, p in allowed if a == actor), action
            for patient in patients:
                holders = who_can(session, action, patient)
                assert sorted(holders) == sorted(
                    a.me for a, p in allowed if p == patient and a.patient_id
                )
        transaction.rollback()


def test_the_lists_of_two_people_fit_into_one_query(world: World) -> None:
    # Each list brings its own actor: sharing one would answer for the wrong person.
    ann, bob = world.person(), world.person()
    inside = world.relate(ann.me, bob.me)
    world.give(ann.me, bob.me, Permission.BOOK, inside=inside)
    anns, bobs = (col(Patient.id).in_(visible(a, Action.VISIT_READ)) for a in (ann, bob))
    assert world.session.exec(select(Patient.id).where(anns, bobs)).all() == [ann.me]
    assert world.session.exec(select(Patient.id).where(bobs, ~anns)).all() == [bob.me]
