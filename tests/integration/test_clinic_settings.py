"""Settings > Online Booking: read, changed, felt by whoever books, and for full access only."""

import json
from typing import Any

import pytest
from sqlmodel import col, select

from portal.booking.policy import read_policy
from portal.clinic import clinic_info
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed
from portal.forms import read_form
from portal.models import AuditEntry, BookingPolicy, Clinic
from portal.permissions import Actor, StaffRole
from portal.staff.settings.service import SettingsForm, read_settings, save_settings
from tests import builders

# As the form sends them: the defaults.
TYPED: dict[str, Any] = {
    "lead_minutes": "60",
    "horizon_days": "56",
    "same_day": True,
    "step_minutes": "10",
    "most_upcoming": "",
    "late_cancel_hours": "24",
    "patients_cancel": True,
    "patients_reschedule": True,
    "several_people": True,
    "group_visits": True,
    "classes": True,
    "recurring": True,
    "wait_list": True,
    "wait_offer_minutes": "120",
    "night_from": "21:00",
    "night_until": "07:00",
    "hide_services": False,
    "policy_text": "",
    "allow_related_profiles": True,
    "patients_manage_sharing": True,
}


@pytest.fixture
def staff(database: str) -> dict[str, Actor]:
    """Open a clinic with a colleague of each kind, by role."""
    with writing() as session:
        builders.add_clinic(session)
        return {role: builders.add_staff(session, role) for role in StaffRole}


def save(actor: Actor, **typed: Any) -> None:
    """Save the settings with some changed."""
    with writing() as session:
        save_settings(session, actor, SettingsForm.model_validate({**TYPED, **typed}))


def changes() -> list[dict[str, Any]]:
    """Return what the trail says of changed settings."""
    with reading() as session:
        found = select(AuditEntry).where(AuditEntry.action == "clinic.set")
        return [row.detail for row in session.exec(found.order_by(col(AuditEntry.at))).all()]


def test_the_form_shows_every_rule_there_is() -> None:
    rules = {*BookingPolicy.model_fields, "allow_related_profiles", "patients_manage_sharing"}
    assert {*SettingsForm.model_fields, "id"} - {"request_key"} == rules
    assert set(TYPED) == rules - {"id"}


def test_saving_the_defaults_changes_nothing(staff: dict[str, Actor]) -> None:
    save(staff[StaffRole.FULL_ACCESS])
    assert changes() == []
    with reading() as session:
        shown = dict(read_settings(session, staff[StaffRole.FULL_ACCESS]))
        policy = BookingPolicy()
        assert {name: shown[name] for name in BookingPolicy.model_fields if name != "id"} == {
            name: getattr(policy, name) for name in BookingPolicy.model_fields if name != "id"
        }


def test_each_change_is_on_the_trail_with_from_and_to(staff: dict[str, Actor]) -> None:
    typed = {"lead_minutes": "120", "policy_text": "Call us\n\nby noon.", "night_from": "22:30"}
    for _time in range(2):
        save(staff[StaffRole.FULL_ACCESS], allow_related_profiles=False, **typed)
    with reading() as session:
        policy = read_policy(session)
        assert (policy.lead_minutes, policy.policy_text) == (120, "Call us\n\nby noon.")
        assert policy.night_from.hour == 22
        assert not clinic_info(session).allow_related_profiles
    details = {one["setting"]: (one["before"], one["after"]) for one in changes()}
    assert details == {
        "lead_minutes": (60, 120),
        "policy_text": (0, len(typed["policy_text"])),
        "night_from": ("21:00:00", "22:30:00"),
        "allow_related_profiles": (True, False),
    }
    assert "noon" not in json.dumps(changes())


@pytest.mark.parametrize("role", [StaffRole.FRONT_DESK, StaffRole.PRACTITIONER])
def test_settings_take_full_access(staff: dict[str, Actor], role: StaffRole) -> None:
    with pytest.raises(NotAllowed, match="full access"):
        save(staff[role], allow_related_profiles=False)
    with reading() as session:
        assert session.get_one(Clinic, "clinic").allow_related_profiles
        with pytest.raises(NotAllowed, match="full access"):
            read_settings(session, staff[role])


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("horizon_days", "0", "from 1 to 366"),
        ("horizon_days", "367", "from 1 to 366"),
        ("horizon_days", "", "from 1 to 366"),
        ("lead_minutes", "-1", "from 0"),
        ("lead_minutes", "1.5", "from 0"),
        ("step_minutes", "7", "steps of 5"),
        ("most_upcoming", "0", "from 1"),
        ("night_from", "", "Choose a time."),
        ("night_from", "25:00", "such as 9:30"),
        ("policy_text", "x" * 2001, "2000"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    staff: dict[str, Actor], name: str, typed: str, words: str
) -> None:
    info = builders.in_days(0)
    with pytest.raises(Invalid) as refused:
        read_form(SettingsForm, {**TYPED, name: typed}, region="CA", today=info)
    assert set(refused.value.errors) == {name}
    assert words in refused.value.errors[name]
