"""The desk's other services: one patient's page, colleagues, what waits."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlmodel import col, select

from portal import clock
from portal.account.sessions import find_session, start_session
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound
from portal.ids import new_id
from portal.models import (
    Account,
    AuditEntry,
    OutboxMessage,
    Patient,
    ProfileJoin,
    Staff,
    Visit,
)
from portal.outbox.kinds import Kind
from portal.permissions import SYSTEM, Actor, StaffRole
from portal.staff.home.service import retry_mail, what_waits
from portal.staff.patient.contact import ContactForm, save_contact
from portal.staff.patient.service import clear_flag, clear_visit_flag, open_patient, read_patient
from portal.staff.people import service as people
from portal.staff.settings.service import read_settings
from tests import builders

FULL, DESK, DOCTOR = StaffRole.FULL_ACCESS, StaffRole.FRONT_DESK, StaffRole.PRACTITIONER


@pytest.fixture
def staff(database: str) -> dict[str, Actor]:
    """Open a clinic with one colleague of each kind, by role."""
    with writing() as session:
        builders.add_clinic(session)
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service])
        colleagues = {
            role: builders.add_staff_account(
                session,
                builders.add_staff(session, role, practitioner if role is DOCTOR else None),
            )
            for role in StaffRole
        }
        return {**colleagues, FULL: builders.sign_in(session, colleagues[FULL])}


def visit(patient_id: str, *, days: int = 5, flag: str | None = None) -> str:
    """Add a visit with the practitioner of `staff`."""
    with writing() as session:
        doctor = session.exec(select(Staff).where(Staff.role == DOCTOR)).one()
        service = builders.add_service(session, "Talk")
        at = builders.local(builders.in_days(days), 9)
        id_ = builders.add_visit(session, patient_id, doctor.practitioner_id or "", service, at)
        session.get_one(Visit, id_).flag = flag
        return id_


def trail(action: str) -> list[AuditEntry]:
    with reading() as session:
        found = select(AuditEntry).where(AuditEntry.action == action)
        return list(session.exec(found.order_by(col(AuditEntry.at))).all())


# One patient


def test_every_opening_of_a_profile_is_on_its_patients_trail(staff: dict[str, Actor]) -> None:
    with writing() as session:
        rosa = builders.add_person(session, "Rosa", email="rosa@example.com")
        builders.add_family_member(session, rosa, "Theo")
        file = open_patient(session, staff[DESK], rosa.me)
        read_patient(session, staff[DESK], rosa.me)  # the open page reads itself again
    assert (file.who.full_name, file.who.email, file.who.log_in) == (
        "Rosa Marlow",
        "rosa@example.com",
        "open",
    )
    (entry,) = trail("profile.open")
    assert (entry.actor, entry.subject_id) == (staff[DESK].name, rosa.me)


def test_a_shared_mailbox_and_who_decides_are_shown(staff: dict[str, Actor]) -> None:
    with writing() as session:
        rosa = builders.add_person(session, "Rosa", email="rosa@example.com")
        theo = builders.add_family_member(session, rosa, "Theo")
        session.get_one(Patient, theo).contact_email = "Rosa@Example.com"
    with reading() as session:
        file = read_patient(session, staff[DESK], theo)
    assert (file.who.manager_name, file.mailbox_with) == ("Rosa Marlow", "Rosa Marlow")


def test_a_practitioner_opens_only_who_they_have_seen(staff: dict[str, Actor]) -> None:
    with writing() as session:
        rosa, idris = builders.add_patient(session), builders.add_patient(session, "Idris")
    visit(rosa)
    with writing() as session:
        file = open_patient(session, staff[DOCTOR], rosa)
        assert not file.may_edit
        assert [one.service_name for one in file.coming] == ["Talk"]
        with pytest.raises(NotFound):
            open_patient(session, staff[DOCTOR], idris)
    for action in (clear_flag,):
        with writing() as session, pytest.raises(NotAllowed):
            action(session, staff[DOCTOR], rosa)


def test_patients_do_not_get_in(staff: dict[str, Actor]) -> None:
    with writing() as session:
        rosa, sten = builders.add_person(session), builders.add_person(session, "Sten")
    with reading() as session, pytest.raises(NotFound):
        read_patient(session, sten, rosa.me)
    for refused in (read_settings, people.list_staff, people.list_practitioners):
        with reading() as session, pytest.raises(NotAllowed):
            refused(session, rosa)


def contact(patient_id: str, **more: object) -> ContactForm:
    return ContactForm.model_validate(
        {"patient_id": patient_id, "first_name": "Theo", "last_name": "Marlow", **more},
        context={"region": "CA", "today": builders.in_days(0)},
    )


def test_details_are_corrected_and_an_account_keeps_its_address(staff: dict[str, Actor]) -> None:
    with writing() as session:
        rosa = builders.add_person(session, "Rosa", email="rosa@example.com")
        theo = builders.add_patient(session, "Teo", email="old@example.com")
    for id_ in (rosa.me, theo):
        with writing() as session:
            save_contact(session, staff[DESK], contact(id_, email="new@example.com"))
    with reading() as session:
        assert session.get_one(Patient, theo).contact_email == "new@example.com"
        assert session.get_one(Patient, rosa.me).contact_email == "rosa@example.com"
        assert session.get_one(Patient, rosa.me).first_name == "Theo"
    assert len(trail("profile.edit")) == 2
    visit(theo)
    with writing() as session, pytest.raises(NotAllowed):
        save_contact(session, staff[DOCTOR], contact(theo))


# What waits


def test_what_waits_is_listed_seen_to_and_gone(staff: dict[str, Actor]) -> None:
    with writing() as session:
        rosa = builders.add_patient(session, "Rosa")
        gone = builders.add_patient(session, "Gone")
        session.get_one(Patient, rosa).flag = "not me"
        for days, undone in ((1, None), (31, None), (2, clock.now())):
            session.add(
                ProfileJoin(
                    id=new_id(),
                    from_id=gone,
                    into_id=rosa,
                    by="system",
                    at=clock.now() - timedelta(days=days),
                    moved={},
                    undone_at=undone,
                )
            )
    flagged = visit(rosa, flag="email never confirmed")
    visit(rosa, days=-5, flag="email never confirmed")
    with reading() as session:
        waiting = what_waits(session, staff[DESK])
    assert [one.id for one in waiting.profiles] == [rosa]
    assert [one.id for one in waiting.visits] == [flagged]
    assert [one.from_name for one in waiting.joins] == ["Gone Marlow"]
    for _time in range(2):
        with writing() as session:
            clear_flag(session, staff[DESK], rosa)
            clear_visit_flag(session, staff[DESK], flagged)
    with reading() as session:
        waiting = what_waits(session, staff[DESK])
    assert (list(waiting.profiles), list(waiting.visits)) == ([], [])
    assert [entry.detail["flag"] for entry in trail("profile.seen_to")] == [
        "not me",
        "email never confirmed",
    ]


def test_a_practitioner_sees_what_waits_among_their_own(staff: dict[str, Actor]) -> None:
    with writing() as session:
        rosa, idris = builders.add_patient(session), builders.add_patient(session, "Idris")
        for id_ in (rosa, idris):
            session.get_one(Patient, id_).flag = "look"
    visit(rosa)
    with reading() as session:
        waiting = what_waits(session, staff[DOCTOR])
    assert [one.id for one in waiting.profiles] == [rosa]
    assert list(waiting.mails) == []


def parked() -> str:
    with writing() as session:
        now = clock.now()
        row = OutboxMessage(
            id=new_id(),
            kind=Kind.WELCOME,
            payload={},
            dedup=new_id(),
            created_at=now,
            run_at=now,
            attempts=16,
            dead_at=now,
            error="SMTPServerDisconnected",
        )
        session.add(row)
        return row.id


def test_full_access_lets_a_parked_mail_be_tried_again(staff: dict[str, Actor]) -> None:
    id_ = parked()
    with writing() as session:
        assert [one.id for one in what_waits(session, staff[DESK]).mails] == [id_]
        with pytest.raises(NotAllowed):
            retry_mail(session, staff[DESK], id_)
        retry_mail(session, staff[FULL], id_)
    with writing() as session:
        row = session.get_one(OutboxMessage, id_)
        assert (row.dead_at, row.attempts, row.error) == (None, 0, None)
        with pytest.raises(NotFound):
            retry_mail(session, staff[FULL], id_)


# Colleagues


def new_colleague(**more: object) -> people.StaffForm:
    return people.StaffForm.model_validate(
        {"name": "Noor Haddad", "email": "noor@clinic.example", "role": "front_desk", **more}
    )


def test_a_colleague_is_invited_and_only_once(staff: dict[str, Actor]) -> None:
    form = new_colleague(request_key=new_id())
    for _time in range(2):
        with writing() as session:
            people.add_staff(session, staff[FULL], form)
    with reading() as session:
        rows = {row.name: row for row in people.list_staff(session, staff[FULL])}
        queued = session.exec(select(OutboxMessage.kind)).all()
    assert (rows["Noor Haddad"].log_in, rows["Noor Haddad"].email) == (
        "invited",
        "noor@clinic.example",
    )
    assert queued == [Kind.STAFF_INVITED]
    with writing() as session:
        people.invite_again(session, staff[FULL], rows["Noor Haddad"].id)


def test_a_practitioner_is_one_of_the_diary(staff: dict[str, Actor]) -> None:
    with writing() as session:
        for wrong in ("", "nobody"):
            form = new_colleague(role="practitioner", practitioner_id=wrong)
            with pytest.raises(Invalid):
                people.add_staff(session, staff[FULL], form)
        known, _name = people.list_practitioners(session, staff[FULL])[0]
        people.add_staff(
            session, staff[FULL], new_colleague(role="practitioner", practitioner_id=known)
        )


@pytest.mark.parametrize("role", [DESK, DOCTOR])
def test_looking_after_log_ins_takes_full_access(staff: dict[str, Actor], role: StaffRole) -> None:
    actor, other = staff[role], staff[FULL].staff_id or ""
    with writing() as session:
        for refused in (
            lambda: people.list_staff(session, actor),
            lambda: people.list_practitioners(session, actor),
            lambda: people.add_staff(session, actor, new_colleague()),
            lambda: people.change_role(
                session, actor, people.RoleForm(staff_id=actor.staff_id or "", role=FULL)
            ),
            lambda: people.invite_again(session, actor, other),
            lambda: people.end_access(session, actor, other),
            lambda: people.new_app(session, actor, other),
        ):
            with pytest.raises(NotAllowed):
                refused()


def test_the_last_full_access_stays(staff: dict[str, Actor]) -> None:
    only = staff[FULL]
    with writing() as session, pytest.raises(Invalid, match="Nobody else"):
        people.change_role(session, only, people.RoleForm(staff_id=only.staff_id or "", role=DESK))
    with writing() as session, pytest.raises((Invalid, NotAllowed)):
        people.end_access(session, only, only.staff_id or "")
    with writing() as session:  # somebody who has never signed in is nobody to leave it to
        people.add_staff(session, only, new_colleague(role="full_access"))
    with writing() as session, pytest.raises(Invalid, match="Nobody else"):
        people.change_role(session, only, people.RoleForm(staff_id=only.staff_id or "", role=DESK))


def test_two_who_demote_each_other_at_once_leave_one(staff: dict[str, Actor]) -> None:
    with writing() as session:
        other = builders.add_staff_account(session, builders.add_staff(session, FULL))
        other = builders.sign_in(session, other)
    outcomes: list[str] = []

    def demote(actor: Actor, target: Actor) -> None:
        try:
            with writing() as session:
                form = people.RoleForm(staff_id=target.staff_id or "", role=DESK)
                people.change_role(session, actor, form)
            outcomes.append("done")
        except (Invalid, NotAllowed):
            outcomes.append("refused")

    pair = (staff[FULL], other)
    threads = [Thread(target=demote, args=one) for one in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]


def test_ended_access_is_ended_at_once(staff: dict[str, Actor]) -> None:
    desk = staff[DESK]
    with writing() as session:
        token = start_session(session, session.get_one(Account, desk.account_id), "")
    with writing() as session:
        ended = people.end_access(session, staff[FULL], desk.staff_id or "")
    assert len(ended) == 1
    with reading() as session:
        assert find_session(session, token) is None
        with pytest.raises(NotAllowed):
            read_settings(session, desk)
        row = next(r for r in people.list_staff(session, staff[FULL]) if r.id == desk.staff_id)
    assert row.log_in == "ended"


def test_the_operator_adds_the_first_one(staff: dict[str, Actor]) -> None:
    with writing() as session:
        people.add_staff(session, SYSTEM, new_colleague(role="full_access"))
