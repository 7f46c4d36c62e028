"""The blue pencil: both labels and both directions saved whole, with the mails they cause."""

from collections.abc import Iterable
from threading import Thread

import pytest
from sqlmodel import col, select

from portal import clock
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound, PortalError
from portal.family.labels import Label
from portal.ids import new_id
from portal.models import AuditEntry, Block, DoneRequest, Grant, OutboxMessage, Patient
from portal.outbox.kinds import Kind
from portal.permissions import SIX, Actor, Permission, StaffRole
from portal.sharing.change import held, withdraw
from portal.staff.link.create import NewRelative, add_relative
from portal.staff.link.edit import Changed, EndForm, LinkForm, end_link, save_link
from portal.staff.link.links import NEW, Calls, LinkRow, find_link, list_links
from portal.staff.patient.guardian import GuardianForm, set_guardian
from tests import builders

P = Permission


class Clinic:
    """Rosa and Idris, who are strangers, and somebody at the desk."""

    def __init__(self) -> None:
        """Open it."""
        with writing() as session:
            builders.add_clinic(session)
            self.rosa = builders.add_person(session, "Rosa")
            self.idris = builders.add_person(session, "Idris")
            desk = builders.add_staff_account(session, builders.add_staff(session))
            self.desk = builders.sign_in(session, desk)

    def relate(self, *given: Permission) -> None:
        """Make them a couple; Idris gives Rosa these."""
        with writing() as session:
            id_ = builders.relate(session, self.rosa.me, self.idris.me)
            builders.give(session, id_, self.idris.me, self.rosa.me, *given)

    def link(self, actor: Actor | None = None) -> LinkRow:
        """Return how they are related."""
        with reading() as session:
            return find_link(session, actor or self.desk, self.rosa.me, self.idris.me)

    def save(
        self,
        seen: str = NEW,
        rosa_may: Iterable[Permission] = (),
        idris_may: Iterable[Permission] = (),
        *,
        actor: Actor | None = None,
        labels: tuple[Label, Label] = (Label.PARTNER, Label.PARTNER),
        key: str = "",
    ) -> None:
        """Save the form."""
        form = LinkForm(
            patient_id=self.rosa.me,
            member_id=self.idris.me,
            seen=seen,
            member_is=labels[0],
            patient_is=labels[1],
            patient_may=dict.fromkeys(Permission, False) | dict.fromkeys(rosa_may, True),
            member_may=dict.fromkeys(Permission, False) | dict.fromkeys(idris_may, True),
            request_key=key,
        )
        with writing() as session:
            save_link(session, actor or self.desk, form)

    def end_form(self, *, quiet: bool = False) -> EndForm:
        """Return the answer to the question before a removal."""
        return EndForm(patient_id=self.rosa.me, member_id=self.idris.me, quiet=quiet)

    def holds(self) -> tuple[list[Permission], list[Permission]]:
        """Return what Rosa may do for Idris, and he for her."""
        rosa, idris = self.rosa.me, self.idris.me
        with reading() as session:
            return held(session, idris, [rosa])[rosa], held(session, rosa, [idris])[idris]


@pytest.fixture
def clinic(database: str) -> Clinic:
    """Open the clinic."""
    return Clinic()


def mails() -> list[tuple[str, str]]:
    """Return what is queued: the kind, and the owner it is about or who is told."""
    with reading() as session:
        rows = session.exec(select(OutboxMessage)).all()
    keys = {Kind.ACCESS_GAINED: "owner_id", Kind.ACCESS_LOST: "holder_id"}
    return sorted((row.kind, row.payload[keys.get(Kind(row.kind), "told_id")]) for row in rows)


def test_two_patients_are_linked_with_both_directions_at_once(clinic: Clinic) -> None:
    clinic.save(NEW, [P.BOOK, P.CALENDAR], [P.BOOK], labels=(Label.SIBLING, Label.FRIEND))
    assert clinic.holds() == ([P.BOOK, P.CALENDAR], [P.BOOK])
    assert mails() == sorted(
        [(Kind.ACCESS_GAINED, clinic.rosa.me), (Kind.ACCESS_GAINED, clinic.idris.me)]
    )
    link = clinic.link()
    assert (link.member_is, link.patient_is) == (Calls("sibling", ""), Calls("friend", ""))
    assert (link.patient_may, link.member_may) == ((P.BOOK, P.CALENDAR), (P.BOOK,))


def test_one_save_sends_one_mail_to_each_who_gives_and_one_to_each_who_loses(
    clinic: Clinic,
) -> None:
    clinic.relate(P.BOOK, P.INTAKE)
    clinic.save(clinic.link().seen, [P.INTAKE, P.CALENDAR, P.NOTIFICATIONS], [P.BOOK, P.CALENDAR])
    assert clinic.holds() == (
        [P.INTAKE, P.NOTIFICATIONS, P.CALENDAR],
        [P.BOOK, P.CALENDAR],
    )
    assert mails() == sorted(
        [
            (Kind.ACCESS_GAINED, clinic.rosa.me),
            (Kind.ACCESS_GAINED, clinic.idris.me),
            (Kind.ACCESS_LOST, clinic.rosa.me),
        ]
    )


def test_saving_what_is_there_changes_nothing_and_sends_nothing(clinic: Clinic) -> None:
    clinic.relate(P.BOOK)
    clinic.save(clinic.link().seen, [P.BOOK])
    assert mails() == []
    with reading() as session:
        trail = select(AuditEntry).where(AuditEntry.action != "session.start")
        assert session.exec(trail).all() == []


def test_only_labels_are_saved_without_a_mail(clinic: Clinic) -> None:
    clinic.relate(P.BOOK)
    clinic.save(clinic.link().seen, [P.BOOK], labels=(Label.PARENT, Label.CHILD))
    link = clinic.link()
    assert (link.member_is, link.patient_is) == (Calls("parent", ""), Calls("child", ""))
    assert mails() == []


def test_view_and_pay_keeps_bill_to_my_account_which_its_form_hides(clinic: Clinic) -> None:
    clinic.relate(P.BILL_TO_ACCOUNT)
    clinic.save(clinic.link().seen, [P.VIEW_AND_PAY])
    assert clinic.holds()[0] == [P.VIEW_AND_PAY, P.BILL_TO_ACCOUNT]
    clinic.save(clinic.link().seen, [])
    assert clinic.holds()[0] == []


def test_what_somebody_changed_meanwhile_is_not_written_over(clinic: Clinic) -> None:
    clinic.relate(P.BOOK, P.CALENDAR)
    seen = clinic.link().seen
    with writing() as session:
        withdraw(session, clinic.idris, clinic.idris.me, clinic.rosa.me, [P.BOOK])
    with pytest.raises(Changed):
        clinic.save(seen, [P.BOOK, P.CALENDAR, P.INTAKE])
    assert clinic.holds() == ([P.CALENDAR], [])
    clinic.save(clinic.link().seen, [P.INTAKE])
    assert clinic.holds() == ([P.INTAKE], [])


def test_a_link_that_was_made_or_ended_meanwhile_is_not_written_over(clinic: Clinic) -> None:
    clinic.relate(P.BOOK)
    with pytest.raises(Changed):
        clinic.save(NEW, [P.INTAKE])
    seen = clinic.link().seen
    with writing() as session:
        end_link(session, clinic.desk, clinic.end_form())
    with pytest.raises(Changed):
        clinic.save(seen, [P.BOOK])
    assert clinic.holds() == ([], [])


def test_two_who_save_at_once_do_not_mix(clinic: Clinic) -> None:
    clinic.relate(P.BOOK)
    seen, outcomes = clinic.link().seen, []

    def save(rosa_may: list[Permission]) -> None:
        try:
            clinic.save(seen, rosa_may)
            outcomes.append("saved")
        except Changed:
            outcomes.append("changed")

    threads = [Thread(target=save, args=[wish]) for wish in ([P.INTAKE], [P.CALENDAR])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["changed", "saved"]
    assert clinic.holds()[0] in ([P.INTAKE], [P.CALENDAR])


def test_the_same_form_twice_is_saved_once(clinic: Clinic) -> None:
    key = new_id()
    clinic.save(NEW, [P.BOOK], key=key)
    clinic.save(NEW, [P.BOOK], key=key)
    # Who gave is told what; the other one that the two are linked.
    assert [kind for kind, _id in mails()] == [Kind.ACCESS_GAINED, Kind.LINKED]
    with reading() as session:
        assert len(session.exec(select(DoneRequest)).all()) == 1


def test_nothing_is_given_to_somebody_whose_address_is_not_confirmed(clinic: Clinic) -> None:
    with writing() as session:
        new = builders.add_person(session, "Mira", verified=False)
    clinic.idris = new
    with pytest.raises(NotAllowed, match="confirmed"):
        clinic.save(NEW, [], [P.BOOK])
    with reading() as session:
        assert list_links(session, clinic.desk, clinic.rosa.me) == []  # nothing half-done
    clinic.save(NEW, [P.BOOK], [])
    assert clinic.holds() == ([P.BOOK], [])


def test_nothing_is_given_to_somebody_the_owner_blocked(clinic: Clinic) -> None:
    clinic.relate()
    with writing() as session:
        block = Block(patient_id=clinic.idris.me, blocked_id=clinic.rosa.me, at=clock.now())
        session.add(block)
    with pytest.raises(NotAllowed, match="blocked"):
        clinic.save(clinic.link().seen, [P.BOOK], [P.BOOK])
    assert clinic.holds() == ([], [])


def test_nobody_is_linked_to_themselves_or_to_a_profile_that_is_no_more(clinic: Clinic) -> None:
    rosa = clinic.rosa.me
    with reading() as session, pytest.raises(Invalid, match="same person"):
        find_link(session, clinic.desk, rosa, rosa)
    with writing() as session:
        session.get_one(Patient, clinic.idris.me).joined_into_id = rosa
    with pytest.raises(Invalid, match="joined"):
        clinic.save(NEW, [P.BOOK])
    with pytest.raises(Invalid, match="joined"):
        clinic.link()


def test_a_practitioner_changes_links_between_their_own_patients_only(clinic: Clinic) -> None:
    with writing() as session:
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service])
        doctor = builders.add_staff(session, StaffRole.PRACTITIONER, practitioner)
        doctor = builders.sign_in(session, builders.add_staff_account(session, doctor))
        at = builders.local(builders.in_days(-3), 9)
        builders.add_visit(session, clinic.rosa.me, practitioner, service, at)
    with pytest.raises(NotFound):
        clinic.save(NEW, [P.BOOK], actor=doctor)
    clinic.relate(P.BOOK)
    with reading() as session:
        (row,) = list_links(session, doctor, clinic.rosa.me)
        assert not row.may_edit
        with pytest.raises(NotFound):
            list_links(session, doctor, clinic.idris.me)
    with pytest.raises(NotAllowed, match="front desk"):
        clinic.save(clinic.link().seen, [P.INTAKE], actor=doctor)
    with writing() as session:
        later = builders.local(builders.in_days(-3), 11)
        builders.add_visit(session, clinic.idris.me, practitioner, service, later)
    clinic.save(clinic.link(doctor).seen, [P.INTAKE], actor=doctor)
    assert clinic.holds() == ([P.INTAKE], [])


@pytest.mark.parametrize("who", ["patient", "left", "nobody"])
def test_nobody_else_reads_or_changes_a_link(clinic: Clinic, who: str) -> None:
    clinic.relate(P.BOOK)
    seen = clinic.link().seen
    with writing() as session:
        left = builders.add_staff(session, StaffRole.FULL_ACCESS, ended=True)
        stranger = builders.add_person(session, "Sten")
    actor = {"patient": stranger, "left": left, "nobody": Actor(staff_id="x")}[who]
    with pytest.raises(NotFound):
        clinic.save(seen, [P.INTAKE], actor=actor)
    with pytest.raises(NotFound):
        clinic.link(actor)
    with writing() as session, pytest.raises(NotFound):
        end_link(session, actor, clinic.end_form())
    assert clinic.holds() == ([P.BOOK], [])


def test_removing_tells_both_and_twice_changes_nothing(clinic: Clinic) -> None:
    clinic.relate(P.BOOK)
    for _time in range(2):
        with writing() as session:
            end_link(session, clinic.desk, clinic.end_form())
    assert mails() == sorted(
        [(Kind.RELATIONSHIP_ENDED, clinic.rosa.me), (Kind.RELATIONSHIP_ENDED, clinic.idris.me)]
    )
    clinic.relate(P.BOOK)
    with writing() as session:
        end_link(session, clinic.desk, clinic.end_form(quiet=True))
    assert len(mails()) == 2
    assert clinic.holds() == ([], [])


def new_form(clinic: Clinic, **more: object) -> NewRelative:
    return NewRelative.model_validate(
        {
            "patient_id": clinic.rosa.me,
            "member_is": "child",
            "patient_is": "parent",
            "first_name": "Theo",
            "last_name": "Marlow",
            **more,
        },
        context={"region": "CA", "today": builders.in_days(0)},
    )


def test_the_desk_makes_a_profile_with_or_without_an_address(clinic: Clinic) -> None:
    with writing() as session:
        child = add_relative(session, clinic.desk, new_form(clinic, decides=True))
        other = add_relative(session, clinic.desk, new_form(clinic, email="t@example.com"))
    assert child
    assert other
    with reading() as session:
        profile = session.get_one(Patient, child)
        assert (profile.manager_id, profile.contact_email) == (clinic.rosa.me, None)
        assert held(session, child, [clinic.rosa.me])[clinic.rosa.me] == list(SIX)
        assert held(session, other, [clinic.rosa.me])[clinic.rosa.me] == []
        assert session.get_one(Patient, other).manager_id is None
    linked = [(Kind.LINKED, id_) for id_ in (clinic.rosa.me, clinic.rosa.me, other)]
    assert mails() == sorted([(Kind.ACCESS_GAINED, child), *linked])


def test_who_cannot_sign_in_cannot_decide_for_another(clinic: Clinic) -> None:
    with writing() as session:
        builders_only = builders.add_patient(session, "Ada")
        unconfirmed = builders.add_person(session, "Mira", verified=False).me
    for patient_id in (builders_only, unconfirmed):
        with writing() as session, pytest.raises(Invalid, match="account"):
            add_relative(
                session, clinic.desk, new_form(clinic, patient_id=patient_id, decides=True)
            )
    with reading() as session:
        assert session.exec(select(Patient).where(Patient.first_name == "Theo")).all() == []


def test_a_practitioner_makes_no_profiles(clinic: Clinic) -> None:
    with writing() as session:
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service])
        doctor = builders.add_staff(session, StaffRole.PRACTITIONER, practitioner)
        at = builders.local(builders.in_days(-3), 9)
        builders.add_visit(session, clinic.rosa.me, practitioner, service, at)
    with writing() as session, pytest.raises(NotAllowed):
        add_relative(session, doctor, new_form(clinic))


def test_a_guardian_is_named_replaced_and_taken_back(clinic: Clinic) -> None:
    with writing() as session:
        theo = builders.add_family_member(session, clinic.rosa, "Theo", P.BOOK)
        builders.relate(session, theo, clinic.idris.me, Label.PARENT)
    for guardian in (clinic.idris.me, clinic.rosa.me, ""):
        with writing() as session:
            set_guardian(session, clinic.desk, GuardianForm(patient_id=theo, guardian_id=guardian))
        with reading() as session:
            assert session.get_one(Patient, theo).manager_id == (guardian or None)
    with reading() as session:
        # What was given is given: who decides is another question.
        assert held(session, theo, [clinic.rosa.me])[clinic.rosa.me] == [P.BOOK]
        trail = select(AuditEntry.detail).where(AuditEntry.action == "profile.guardian")
        assert len(session.exec(trail.order_by(col(AuditEntry.at))).all()) == 3


def test_a_guardian_has_to_be_a_confirmed_relative_of_somebody_without_an_account(
    clinic: Clinic,
) -> None:
    with writing() as session:
        theo = builders.add_family_member(session, clinic.rosa, "Theo")
        mira = builders.add_person(session, "Mira", verified=False).me
        builders.relate(session, theo, mira, Label.PARENT)
    tries = [(theo, clinic.idris.me), (theo, mira), (theo, theo), (theo, "nobody")]
    tries += [(clinic.rosa.me, clinic.idris.me)]
    for profile, guardian in tries:
        with writing() as session, pytest.raises(PortalError):
            set_guardian(
                session, clinic.desk, GuardianForm(patient_id=profile, guardian_id=guardian)
            )
    with reading() as session:
        assert session.get_one(Patient, theo).manager_id == clinic.rosa.me
        assert session.exec(select(Grant)).all() == []
