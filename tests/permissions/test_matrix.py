"""Who may do what, written a second time by hand, from product.md, sections 2 to 4.

``x`` is yes, ``.`` is no. Nothing here is computed from ``portal/permissions/policy.py``. To allow
something, change a cell here and the table there.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from portal.ids import PatientId
from portal.permissions import SIX, SYSTEM, Action, Actor, Permission, StaffRole, can
from tests.permissions.world import NOW, World

Pair = tuple[Actor, PatientId]

# One direction, one permission at a time. `self` asks about themselves; `rel` has a relationship in
# which nothing was given; `mgr` added the profile and has given up everything on it.
RELATIVES = """
                          self rel mgr | pay book form note fin cal bill
visit.read                 x    .   .  |  .   x    .    .    .   .   .
visit.book                 x    .   .  |  .   x    .    .    .   .   .
visit.cancel               x    .   .  |  .   x    .    .    .   .   .
visit.mark                 .    .   .  |  .   .    .    .    .   .   .
profile.read               x    .   .  |  .   .    x    .    .   .   .
profile.edit               x    .   .  |  .   .    x    .    .   .   .
invoice.read               x    .   .  |  x   .    .    .    .   .   .
invoice.pay                x    .   .  |  x   .    .    .    .   .   .
card.charge                x    .   .  |  x   .    .    .    .   .   x
card.manage                x    .   .  |  .   .    .    .    .   .   .
intake.fill                x    .   .  |  .   .    x    .    .   .   .
intake.read_own_entry      x    .   .  |  .   .    x    .    .   .   .
intake.read_any            x    .   .  |  .   .    .    .    .   .   .
mail.booking_copy          x    .   .  |  .   .    .    x    .   .   .
mail.financial_copy        x    .   .  |  .   .    .    .    x   .   .
calendar.read              x    .   .  |  .   .    .    .    .   x   .
receipt.read               x    .   .  |  .   .    .    .    .   .   .
chart.read                 x    .   .  |  .   .    .    .    .   .   .
relationship.read          x    x   x  |  x   x    x    x    x   x   x
relationship.label         .    x   x  |  x   x    x    x    x   x   x
relationship.remove        .    x   x  |  x   x    x    x    x   x   x
family.list                x    .   .  |  .   .    .    .    .   .   .
family.add                 x    .   .  |  .   .    .    .    .   .   .
grant.read                 x    .   x  |  .   .    .    .    .   .   .
grant.give                 x    .   x  |  .   .    .    .    .   .   .
grant.withdraw             x    .   x  |  .   .    .    .    .   .   .
grant.give_up              .    x   x  |  x   x    x    x    x   x   x
grant.ask                  .    x   x  |  x   x    x    x    x   x   x
person.block               x    .   .  |  .   .    .    .    .   .   .
profile.join               x    .   .  |  .   .    .    .    .   .   .
profile.part               .    .   .  |  .   .    .    .    .   .   .
activity.read              x    .   .  |  .   .    .    .    .   .   .
account.security           x    .   .  |  .   .    .    .    .   .   .
settings.edit              .    .   .  |  .   .    .    .    .   .   .
staff.manage               .    .   .  |  .   .    .    .    .   .   .
schedule.edit              .    .   .  |  .   .    .    .    .   .   .
"""

# Everything given at once, and what is left when something about it is not as it should be.
# `all` holds every permission on somebody with an account; `added` on a profile that it added;
# `claimed` on one that it added and that has its own account by now; `uncards` on somebody whose
# account is not confirmed, `ownerless` on somebody whose account is closed. `back` held everything
# in a relationship that ended and is related anew.
HOLDERS = """
                          all added claimed uncards ownerless | exholder exrel back stranger chain
visit.read                 x    x      x       x        x     |    .       .    .      .       .
visit.book                 x    x      x       x        x     |    .       .    .      .       .
visit.cancel               x    x      x       x        x     |    .       .    .      .       .
visit.mark                 .    .      .       .        .     |    .       .    .      .       .
profile.read               x    x      x       x        x     |    .       .    .      .       .
profile.edit               x    x      x       x        x     |    .       .    .      .       .
invoice.read               x    x      x       x        x     |    .       .    .      .       .
invoice.pay                x    x      x       x        x     |    .       .    .      .       .
card.charge                x    .      x       .        .     |    .       .    .      .       .
card.manage                .    .      .       .        .     |    .       .    .      .       .
intake.fill                x    x      x       x        x     |    .       .    .      .       .
intake.read_own_entry      x    x      x       x        x     |    .       .    .      .       .
intake.read_any            .    .      .       .        .     |    .       .    .      .       .
mail.booking_copy          x    x      x       x        x     |    .       .    .      .       .
mail.financial_copy        x    x      x       x        x     |    .       .    .      .       .
calendar.read              x    x      x       x        x     |    .       .    .      .       .
receipt.read               .    .      .       .        .     |    .       .    .      .       .
chart.read                 .    .      .       .        .     |    .       .    .      .       .
relationship.read          x    x      x       x        x     |    x       .    x      .       .
relationship.label         x    x      x       x        x     |    x       .    x      .       .
relationship.remove        x    x      x       x        x     |    x       .    x      .       .
family.list                .    .      .       .        .     |    .       .    .      .       .
family.add                 .    .      .       .        .     |    .       .    .      .       .
grant.read                 .    x      .       .        .     |    .       .    .      .       .
grant.give                 .    x      .       .        .     |    .       .    .      .       .
grant.withdraw             .    x      .       .        .     |    .       .    .      .       .
grant.give_up              x    x      x       x        x     |    x       .    x      .       .
grant.ask                  x    x      x       x        x     |    x       .    x      .       .
person.block               .    .      .       .        .     |    .       .    .      .       .
profile.join               .    .      .       .        .     |    .       .    .      .       .
profile.part               .    .      .       .        .     |    .       .    .      .       .
activity.read              .    .      .       .        .     |    .       .    .      .       .
account.security           .    .      .       .        .     |    .       .    .      .       .
settings.edit              .    .      .       .        .     |    .       .    .      .       .
staff.manage               .    .      .       .        .     |    .       .    .      .       .
schedule.edit              .    .      .       .        .     |    .       .    .      .       .
"""

# Log-ins that are not, not yet or no longer good. `unself` is not confirmed and asks about itself,
# `unadded` about a profile it added, `unheld` about somebody on whom it holds everything.
ACCOUNTS = """
                          unself unadded unheld | closed closedholder loginless
visit.read                  x       x      .    |   .         .           .
visit.book                  x       x      .    |   .         .           .
visit.cancel                x       x      .    |   .         .           .
visit.mark                  .       .      .    |   .         .           .
profile.read                x       x      .    |   .         .           .
profile.edit                x       x      .    |   .         .           .
invoice.read                .       .      .    |   .         .           .
invoice.pay                 .       .      .    |   .         .           .
card.charge                 .       .      .    |   .         .           .
card.manage                 .       .      .    |   .         .           .
intake.fill                 .       .      .    |   .         .           .
intake.read_own_entry       .       .      .    |   .         .           .
intake.read_any             .       .      .    |   .         .           .
mail.booking_copy           x       x      .    |   .         .           .
mail.financial_copy         .       .      .    |   .         .           .
calendar.read               .       .      .    |   .         .           .
receipt.read                .       .      .    |   .         .           .
chart.read                  .       .      .    |   .         .           .
relationship.read           x       x      .    |   .         .           .
relationship.label          .       x      .    |   .         .           .
relationship.remove         .       x      .    |   .         .           .
family.list                 x       .      .    |   .         .           .
family.add                  x       .      .    |   .         .           .
grant.read                  x       x      .    |   .         .           .
grant.give                  x       x      .    |   .         .           .
grant.withdraw              x       x      .    |   .         .           .
grant.give_up               .       x      .    |   .         .           .
grant.ask                   .       .      .    |   .         .           .
person.block                .       .      .    |   .         .           .
profile.join                .       .      .    |   .         .           .
profile.part                .       .      .    |   .         .           .
activity.read               x       .      .    |   .         .           .
account.security            x       .      .    |   .         .           .
settings.edit               .       .      .    |   .         .           .
staff.manage                .       .      .    |   .         .           .
schedule.edit               .       .      .    |   .         .           .
"""

# `seen` is a practitioner with a visit in the past, `booked` with one to come, `called_off` with a
# cancelled one only, `unseen` with none. `left`, `leftdr` worked here. `unknown` is no row at all.
CLINIC = """
                          full desk seen booked | called_off unseen left leftdr unknown | system
visit.read                 x    x    x     x    |     .        .     .     .       .    |   .
visit.book                 x    x    x     x    |     .        .     .     .       .    |   .
visit.cancel               x    x    x     x    |     .        .     .     .       .    |   .
visit.mark                 x    x    x     x    |     .        .     .     .       .    |   .
profile.read               x    x    x     x    |     .        .     .     .       .    |   .
profile.edit               x    x    .     .    |     .        .     .     .       .    |   .
invoice.read               x    x    .     .    |     .        .     .     .       .    |   .
invoice.pay                x    x    .     .    |     .        .     .     .       .    |   .
card.charge                .    .    .     .    |     .        .     .     .       .    |   .
card.manage                x    x    .     .    |     .        .     .     .       .    |   .
intake.fill                x    x    .     .    |     .        .     .     .       .    |   .
intake.read_own_entry      x    x    x     x    |     .        .     .     .       .    |   .
intake.read_any            x    x    x     x    |     .        .     .     .       .    |   .
mail.booking_copy          .    .    .     .    |     .        .     .     .       .    |   .
mail.financial_copy        .    .    .     .    |     .        .     .     .       .    |   .
calendar.read              .    .    .     .    |     .        .     .     .       .    |   .
receipt.read               x    x    .     .    |     .        .     .     .       .    |   .
chart.read                 .    .    x     x    |     .        .     .     .       .    |   .
relationship.read          x    x    x     x    |     .        .     .     .       .    |   .
relationship.label         x    x    x     x    |     .        .     .     .       .    |   .
relationship.remove        x    x    x     x    |     .        .     .     .       .    |   .
family.list                x    x    x     x    |     .        .     .     .       .    |   .
family.add                 x    x    x     x    |     .        .     .     .       .    |   .
grant.read                 x    x    x     x    |     .        .     .     .       .    |   .
grant.give                 x    x    x     x    |     .        .     .     .       .    |   .
grant.withdraw             x    x    x     x    |     .        .     .     .       .    |   x
grant.give_up              .    .    .     .    |     .        .     .     .       .    |   .
grant.ask                  .    .    .     .    |     .        .     .     .       .    |   .
person.block               .    .    .     .    |     .        .     .     .       .    |   .
profile.join               .    .    .     .    |     .        .     .     .       .    |   .
profile.part               x    x    .     .    |     .        .     .     .       .    |   .
activity.read              .    .    .     .    |     .        .     .     .       .    |   .
account.security           .    .    .     .    |     .        .     .     .       .    |   .
settings.edit              x    .    .     .    |     .        .     .     .       .    |   .
staff.manage               x    .    .     .    |     .        .     .     .       .    |   .
schedule.edit              x    x    .     .    |     .        .     .     .       .    |   .
"""

ONE_PERMISSION = {
    "pay": Permission.VIEW_AND_PAY,
    "book": Permission.BOOK,
    "form": Permission.INTAKE,
    "note": Permission.NOTIFICATIONS,
    "fin": Permission.FINANCIAL_EMAILS,
    "cal": Permission.CALENDAR,
    "bill": Permission.BILL_TO_ACCOUNT,
}


def _self(world: World) -> Pair:
    me = world.person()
    # Somebody to act for changes nothing about oneself.
    world.relate(me.me, world.patient(manager=me.me))
    return me, me.me


def _holder(
    world: World,
    *permissions: Permission,
    ended: bool = False,
    owner: Actor | None = None,
    holder: Actor | None = None,
) -> Pair:
    owner, holder = owner or world.person(), holder or world.person()
    inside = world.relate(owner.me, holder.me)
    world.give(owner.me, holder.me, *permissions, inside=inside, ended=ended)
    return holder, owner.me


def _relative(world: World) -> Pair:
    """Relate two people: another holds everything on the one, and the other on somebody else."""
    me, owner_id = _holder(world)
    for owner, holder in ((owner_id, world.person().me), (world.person().me, me.me)):
        inside = world.relate(owner, holder)
        world.give(owner, holder, *Permission, inside=inside)
    return me, owner_id


def _adder(world: World, *permissions: Permission, verified: bool = True) -> Pair:
    adder = world.person(verified=verified)
    profile = world.patient(manager=adder.me)
    inside = world.relate(adder.me, profile)
    world.give(profile, adder.me, *permissions, inside=inside)
    return adder, profile


def _claimed(world: World) -> Pair:
    adder, profile = _adder(world, *Permission)
    world.log_in(profile)
    return adder, profile


def _ex_relative(world: World) -> Pair:
    owner, holder = world.person(), world.person()
    inside = world.relate(owner.me, holder.me)
    world.give(owner.me, holder.me, *Permission, inside=inside)
    world.end(inside)
    return holder, owner.me


def _back_again(world: World) -> Pair:
    holder, owner_id = _ex_relative(world)
    world.relate(owner_id, holder.me)
    return holder, owner_id


def _chain(world: World) -> Pair:
    first, second, third = world.person(), world.person(), world.person()
    for owner, holder in ((second, first), (third, second)):
        inside = world.relate(owner.me, holder.me)
        world.give(owner.me, holder.me, *Permission, inside=inside)
    return first, third.me


def _oneself(world: World, *, verified: bool = True, closed: bool = False) -> Pair:
    me = world.person(verified=verified, closed=closed)
    return me, me.me


def _loginless(world: World) -> Pair:
    profile = world.patient(manager=world.person().me)
    return Actor(patient_id=profile), profile


def _practitioner(
    world: World, *, after: int, cancelled: bool = False, ended: bool = False
) -> Pair:
    doctor, patient = world.staff(StaffRole.PRACTITIONER, ended=ended), world.patient()
    world.visit(patient, doctor, starts_at=NOW + timedelta(days=after), cancelled=cancelled)
    return doctor, patient


def _unseen(world: World) -> Pair:
    _, patient = _practitioner(world, after=-9)
    return world.staff(StaffRole.PRACTITIONER), patient


STANDING: dict[str, Callable[[World], Pair]] = {
    "self": _self,
    "rel": _relative,
    "mgr": _adder,
    **{name: lambda w, p=p: _holder(w, p) for name, p in ONE_PERMISSION.items()},
    "all": lambda w: _holder(w, *Permission),
    "added": lambda w: _adder(w, *SIX),
    "claimed": _claimed,
    "uncards": lambda w: _holder(w, *Permission, owner=w.person(verified=False)),
    "ownerless": lambda w: _holder(w, *Permission, owner=w.person(closed=True)),
    "exholder": lambda w: _holder(w, *Permission, ended=True),
    "exrel": _ex_relative,
    "back": _back_again,
    "stranger": lambda w: (w.person(), w.person().me),
    "chain": _chain,
    "unself": lambda w: _oneself(w, verified=False),
    "unadded": lambda w: _adder(w, *SIX, verified=False),
    "unheld": lambda w: _holder(w, *Permission, holder=w.person(verified=False)),
    "closed": lambda w: _oneself(w, closed=True),
    "closedholder": lambda w: _holder(w, *Permission, holder=w.person(closed=True)),
    "loginless": _loginless,
    "full": lambda w: (w.staff(StaffRole.FULL_ACCESS), w.patient()),
    "desk": lambda w: (w.staff(StaffRole.FRONT_DESK), w.patient()),
    "seen": lambda w: _practitioner(w, after=-9),
    "booked": lambda w: _practitioner(w, after=9),
    "called_off": lambda w: _practitioner(w, after=-9, cancelled=True),
    "unseen": _unseen,
    "left": lambda w: (w.staff(StaffRole.FULL_ACCESS, ended=True), w.patient()),
    "leftdr": lambda w: _practitioner(w, after=-9, ended=True),
    "unknown": lambda w: (Actor(staff_id="nobody"), w.patient()),
    "system": lambda w: (SYSTEM, w.patient()),
}


def _cells(table: str) -> Iterator[tuple[str, str, bool]]:
    """Read a table: (standing, action, may)."""
    head, *rows = (line.replace("|", " ").split() for line in table.strip().splitlines())
    for action, *marks in rows:
        assert set(marks) <= {"x", "."}, action
        for standing, mark in zip(head, marks, strict=True):
            yield standing, action, mark == "x"


CELLS = [cell for table in (RELATIVES, HOLDERS, ACCOUNTS, CLINIC) for cell in _cells(table)]


@pytest.mark.parametrize("standing", STANDING)
def test_each_standing_may_do_exactly_what_its_column_says(world: World, standing: str) -> None:
    actor, subject_id = STANDING[standing](world)
    written = {action: may for column, action, may in CELLS if column == standing}
    found = {action: can(world.session, actor, Action(action), subject_id) for action in written}
    assert found == written


def test_the_tables_name_every_action_in_every_column() -> None:
    named = sorted((standing, action) for standing, action, _ in CELLS)
    assert named == sorted((standing, action.value) for standing in STANDING for action in Action)


def test_the_tables_have_a_column_for_every_permission() -> None:
    assert sorted(ONE_PERMISSION.values()) == sorted(Permission)


def test_no_direction_opens_the_other(world: World) -> None:
    holder, owner_id = STANDING["all"](world)
    owner = Actor(patient_id=owner_id)
    relative = {action for column, action, may in CELLS if column == "rel" and may}
    assert {a for a in Action if can(world.session, owner, a, holder.me)} == relative


def test_nobody_may_do_anything_to_somebody_who_does_not_exist(world: World) -> None:
    actors = [world.person(), *(world.staff(role) for role in StaffRole), SYSTEM]
    for subject_id in ("nobody", "", "' or 1=1 --", "%", "🜁" * 500, "a\0b", "\ud800"):
        assert not [(a, b) for a in actors for b in Action if can(world.session, a, b, subject_id)]


def test_an_action_that_is_not_in_the_policy_is_refused(world: World) -> None:
    me = world.person()
    actors = [me, *(world.staff(role) for role in StaffRole), SYSTEM]
    unlisted: list[Action] = ["visit.steal", "", "VISIT_READ"]  # pyright: ignore[reportAssignmentType]
    assert not [(a, b) for a in actors for b in unlisted if can(world.session, a, b, me.me)]
