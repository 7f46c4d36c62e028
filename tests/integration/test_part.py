"""Staff part what was joined, and all is as it was."""

from datetime import timedelta

import pytest

from portal import clock
from portal.claim.service import undo_join
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound
from portal.models import (
    Patient,
)
from portal.outbox.kinds import Kind
from portal.permissions import SIX, Action, StaffRole, can
from portal.sharing.block import block
from portal.sharing.change import give, withdraw
from portal.sharing.relate import remove
from tests import builders
from tests.claiming import (
    add_profile,
    family_of,
    held_by,
    join,
    patient,
)
from tests.joining import Family, P, kinds, undo, units, visits
from tests.outbox import rows


@pytest.fixture
def family(database: str) -> Family:
    with writing() as session:
        builders.add_clinic(session)
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service])
        rosa = builders.add_person(session, "Rosa", email="rosa@family.example")
        idris = builders.add_person(session, "Idris", email="idris@family.example")
        staff = builders.add_staff(session)
        profile = add_profile(session, rosa)
        give(session, rosa, rosa.me, {profile: [P.BILL_TO_ACCOUNT]})
    return Family(rosa, profile, idris, staff, practitioner, service)


class TestParting:
    """Undone by staff, for 30 days."""

    def test_all_is_as_it_was(self, family: Family) -> None:
        visit = family.visit(family.profile)
        before = (units(family.profile), held_by(family.rosa.me, family.profile))
        row = patient(family.profile).model_dump()
        join_id = join(family.profile, family.idris, P.BOOK)
        later = family.visit(family.idris.me, 15)
        undo(family, join_id)

        assert visits(family.profile) == {visit}
        assert visits(family.idris.me) == {later}
        assert (units(family.profile), held_by(family.rosa.me, family.profile)) == before
        assert patient(family.profile).model_dump() == row
        assert held_by(family.profile, family.rosa.me) == {P.BILL_TO_ACCOUNT}
        assert held_by(family.rosa.me, family.idris.me) == set()
        assert held_by(family.idris.me, family.rosa.me) == set()
        assert family_of(family.idris.me) == []
        assert family_of(family.rosa.me) == [family.profile]
        with reading() as session:
            assert can(session, family.rosa, Action.GRANT_GIVE, family.profile)
        told = [kind for kind in kinds() if kind.startswith("parted")]
        assert told == [Kind.PARTED, Kind.PARTED_TOLD]

    def test_it_can_be_joined_once_more_with_a_new_link(self, family: Family) -> None:
        undo(family, join(family.profile, family.idris, P.BOOK))
        join(family.profile, family.idris, P.CALENDAR)
        assert held_by(family.rosa.me, family.idris.me) == {P.CALENDAR}

    def test_who_were_related_before_stay_so_with_what_they_had(self, family: Family) -> None:
        with writing() as session:
            relationship = builders.relate(session, family.idris.me, family.rosa.me)
            builders.give(session, relationship, family.idris.me, family.rosa.me, P.CALENDAR)
        undo(family, join(family.profile, family.idris, P.BOOK, P.CALENDAR))
        assert held_by(family.rosa.me, family.idris.me) == {P.CALENDAR}
        assert held_by(family.rosa.me, family.profile) == set(SIX)
        assert family_of(family.rosa.me) == sorted([family.idris.me, family.profile])

    def test_what_was_given_since_between_old_relatives_stays(self, family: Family) -> None:
        with writing() as session:
            builders.relate(session, family.idris.me, family.rosa.me)
        join_id = join(family.profile, family.idris, P.BOOK)
        with writing() as session:
            withdraw(session, family.idris, family.idris.me, family.rosa.me, [P.BOOK])
            give(session, family.idris, family.idris.me, {family.rosa.me: [P.BOOK, P.INTAKE]})
        undo(family, join_id)
        assert held_by(family.rosa.me, family.idris.me) == {P.BOOK, P.INTAKE}

    @pytest.mark.parametrize("how", ["removed", "blocked by me", "blocked by them"])
    def test_who_has_parted_since_gets_nothing_back(self, family: Family, how: str) -> None:
        join_id = join(family.profile, family.idris, P.BOOK)
        with writing() as session:
            if how == "removed":
                remove(session, family.idris, family.rosa.me)
            elif how == "blocked by me":
                block(session, family.idris, family.rosa.me)
            else:
                block(session, family.rosa, family.idris.me)
        undo(family, join_id)
        assert held_by(family.rosa.me, family.profile) == set()
        assert family_of(family.profile) == []
        assert patient(family.profile).manager_id is None
        assert patient(family.profile).contact_email == "idris@family.example"

    def test_two_joins_into_one_account_are_undone_in_any_order(self, family: Family) -> None:
        with writing() as session:
            again = add_profile(session, family.rosa)
        first = join(family.profile, family.idris, P.BOOK)
        second = join(again, family.idris, P.CALENDAR)
        undo(family, first)
        assert held_by(family.rosa.me, family.idris.me) == {P.CALENDAR}
        assert family_of(family.rosa.me) == sorted([family.profile, family.idris.me])
        undo(family, second)
        assert family_of(family.idris.me) == []
        assert family_of(family.rosa.me) == sorted([family.profile, again])
        assert held_by(family.rosa.me, again) == set(SIX)

    def test_it_is_undone_once_and_by_the_desk_only(self, family: Family) -> None:
        join_id = join(family.profile, family.idris, P.BOOK)
        with writing() as session:
            doctor = builders.add_staff(session, StaffRole.PRACTITIONER, family.practitioner)
        for actor in (family.rosa, family.idris, doctor):
            with writing() as session, pytest.raises((NotFound, NotAllowed)):
                undo_join(session, actor, join_id)
        with writing() as session, pytest.raises(NotFound):
            undo_join(session, family.staff, "unknown")
        undo(family, join_id)
        with pytest.raises(Invalid):
            undo(family, join_id)

    def test_after_thirty_days_it_is_final(
        self, family: Family, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        join_id = join(family.profile, family.idris, P.BOOK)
        late = clock.now() + timedelta(days=30)
        monkeypatch.setattr(clock, "now", lambda: late)
        with pytest.raises(Invalid) as error:
            undo(family, join_id)
        assert "30 days" in error.value.message
        assert held_by(family.rosa.me, family.idris.me) == {P.BOOK}

    def test_another_address_than_the_persons_is_told_who_may_act_again(
        self, family: Family
    ) -> None:
        with writing() as session:
            session.get_one(Patient, family.profile).contact_email = "other@family.example"
        join_id = join(family.profile, family.idris, P.BOOK)
        before = len([row for row in rows() if row.kind == Kind.ACCESS_GAINED])
        undo(family, join_id)
        gained = [row for row in rows() if row.kind == Kind.ACCESS_GAINED][before:]
        assert [row.payload["owner_id"] for row in gained] == [family.profile]
        assert gained[0].payload["new"] == {family.rosa.me: list(SIX)}
