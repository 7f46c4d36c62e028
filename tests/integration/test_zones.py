"""On whose clock times are shown, and how somebody chooses that."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine

from portal.account.profile import ProfileForm, get_profile, save_profile
from portal.booking.service import (
    booking_window,
)
from portal.booking.zones import list_zones, viewer_zone, zone_choices
from portal.db import reading, writing
from portal.errors import NotFound
from portal.models import Patient
from portal.permissions import Permission
from tests import builders
from tests.booking_family import NOW, TUESDAY, Family, add_family
from tests.looking import Looking

TOKYO, LONDON = "Asia/Tokyo", "Europe/London"
MONDAY = TUESDAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def travel() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def family(database: str) -> Family:
    return add_family(database)


@pytest.fixture
def rosa(family: Family) -> Looking:
    return Looking(family, family.rosa)


def live_in(patient_id: str, zone: str | None) -> None:
    with writing() as session:
        session.get_one(Patient, patient_id).zone = zone


class TestZones:
    """A time belongs to the day that the viewer has then."""

    def test_without_a_preference_times_are_those_of_the_place(self, rosa: Looking) -> None:
        assert rosa.shown()[0] == "08 09:00"
        assert rosa.days()[0].slots[0].shown_zone is None

    def test_a_viewer_far_away_reads_their_own_clock_and_calendar(
        self, family: Family, rosa: Looking
    ) -> None:
        live_in(family.rosa.me, TOKYO)
        # 9:00 to 16:30 in Vancouver are 2:00 to 9:30 of the next day in Tokyo.
        shown = rosa.shown(TUESDAY + timedelta(days=1))
        assert (shown[0], shown[-1]) == ("09 02:00", "09 09:30")
        places = rosa.days()[0].slots
        assert {slot.starts_local.date() for slot in places} == {MONDAY}
        assert {slot.shown_zone for slot in places} == {TOKYO}
        assert rosa.days(zone=LONDON)[0].slots[0].shown_zone == LONDON

    def test_no_time_is_lost_or_comes_twice_between_two_calendars(
        self, family: Family, rosa: Looking
    ) -> None:
        here = [slot.starts_at for day in rosa.days(days=7) for slot in day.slots]
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"):
            live_in(family.rosa.me, zone)
            days = rosa.days(TUESDAY - timedelta(days=1), days=9)
            there = [slot.starts_at for day in days for slot in day.slots]
            assert there == sorted(set(there))
            assert set(here) <= set(there)
            for day in days:
                assert all(slot.starts_shown.date() == day.on for slot in day.slots)

    def test_the_clocks_change_for_the_viewer_at_another_time_than_for_the_place(
        self, family: Family, rosa: Looking, travel: time_machine.Traveller
    ) -> None:
        travel.move_to(builders.local(date(2030, 3, 8), 4))
        live_in(family.rosa.me, LONDON)
        nine = {
            slot.starts_shown.day: f"{slot.starts_shown:%H:%M}"
            for first in (date(2030, 3, 9), date(2030, 3, 30))
            for day in rosa.days(first, days=3)
            for slot in day.slots
            if slot.starts_local.time() == time(9)
        }
        # The place changes on 10 March, London on the 31st.
        assert nine == {9: "17:00", 10: "16:00", 11: "16:00", 30: "16:00", 31: "17:00", 1: "17:00"}

    def test_the_window_is_in_the_viewers_calendar(self, family: Family) -> None:
        with reading() as session:
            here = booking_window(session, family.rosa)
        live_in(family.rosa.me, "Pacific/Kiritimati")
        with reading() as session:
            there = booking_window(session, family.rosa)
        assert here.first_on == MONDAY
        assert there.last_on == here.last_on + timedelta(days=1)

    def test_a_part_of_the_day_is_one_on_the_viewers_clock(
        self, family: Family, rosa: Looking
    ) -> None:
        assert rosa.shown(part="morning")[-1] == "08 11:30"
        assert rosa.shown(part="afternoon")[0] == "08 12:00"
        assert rosa.shown(part="evening") == []
        assert rosa.shown(part="no such part") == rosa.shown()
        live_in(family.rosa.me, LONDON)
        # The last ones of the day before at the place.
        assert rosa.shown(part="morning") == ["08 00:00", "08 00:30"]
        assert rosa.shown(part="evening")[0] == "08 17:00"

    def test_every_zone_to_choose_from_has_words_of_its_own(self) -> None:
        words = dict(zone_choices())
        assert words["America/Argentina/Buenos_Aires"] == "Buenos Aires (America, Argentina)"
        assert set(words) == set(list_zones())
        assert len(set(words.values())) == len(words)


class TestThePreference:
    """Everyone chooses for themselves."""

    form = ProfileForm(first_name="Rosa", last_name="Marlow", phone="+16045550140", zone=TOKYO)

    def test_a_zone_is_kept_and_given_up(self, family: Family) -> None:
        with writing() as session:
            assert save_profile(session, family.rosa, family.rosa.me, self.form).zone == TOKYO
        with writing() as session:
            unsaid = self.form.model_copy(update={"zone": None})
            assert save_profile(session, family.rosa, family.rosa.me, unsaid).zone == TOKYO
            assert viewer_zone(session, family.rosa) == TOKYO
            nothing = self.form.model_copy(update={"zone": ""})
            assert save_profile(session, family.rosa, family.rosa.me, nothing).zone == ""
            assert viewer_zone(session, family.rosa) is None

    @pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", "Etc/GMT+8", "x" * 5_000, "\0"])
    def test_only_a_zone_of_the_list(self, zone: str) -> None:
        with pytest.raises(ValueError, match="Choose a place from the list"):
            ProfileForm(first_name="Rosa", last_name="Marlow", phone="+16045550140", zone=zone)

    def test_whoever_edits_somebodys_details_does_not_change_their_clock(
        self, family: Family
    ) -> None:
        with writing() as session:
            child = builders.add_family_member(session, family.rosa, "Ada", Permission.INTAKE)
        with writing() as session:
            save_profile(session, family.rosa, child, self.form)
        with reading() as session:
            assert session.get_one(Patient, child).zone is None
            assert get_profile(session, family.rosa, child).first_name == "Rosa"
        with writing() as session, pytest.raises(NotFound):
            save_profile(session, family.stranger, family.rosa.me, self.form)

    def test_a_zone_that_is_no_longer_known_counts_as_none(self, family: Family) -> None:
        live_in(family.rosa.me, "Atlantis/Old_Town")
        with reading() as session:
            assert viewer_zone(session, family.rosa) is None
            assert viewer_zone(session, None) is None
