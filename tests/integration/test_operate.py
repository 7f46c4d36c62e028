"""The operator's commands: the clinic's own row, its settings, and what they refuse."""

import subprocess
import sys

import pytest
from sqlmodel import select

from portal import db
from portal.clinic import clinic_info
from portal.models import AuditEntry, OutboxMessage, Staff
from portal.operate import main
from portal.outbox.kinds import Kind

NEW = ["name=Harbour Lane", "phone=555-0140", "opening=always", "region=CA", "currency=CAD"]


def test_a_clinic_is_made_changed_and_shown(database: str, capsys: pytest.CaptureFixture) -> None:
    assert main(["clinic", *NEW]) == 0
    assert main(["clinic", "allow_related_profiles=off"]) == 0
    with db.reading() as session:
        info = clinic_info(session)
        assert info.name == "Harbour Lane"
        assert not info.allow_related_profiles
        assert session.exec(select(AuditEntry.action)).all() == ["clinic.set", "clinic.set"]
    assert main(["show"]) == 0
    assert "name=Harbour Lane" in capsys.readouterr().out


FIRST = ["name=Olive Reyes", "email=olive@clinic.example", "role=full_access"]


def test_the_first_member_of_staff_is_invited_and_once_more_where_the_mail_got_lost(
    database: str,
) -> None:
    main(["clinic", *NEW])
    for _time in range(2):
        assert main(["staff", *FIRST]) == 0
    with db.reading() as session:
        assert session.exec(select(Staff.name, Staff.role)).all() == [
            ("Olive Reyes", "full_access")
        ]
        kinds = session.exec(select(OutboxMessage.kind)).all()
    assert kinds == [Kind.STAFF_INVITED] * 2


@pytest.mark.parametrize(
    "words",
    [
        ["name=Olive Reyes", "email=olive@clinic.example"],
        ["name=Olive Reyes", "email=olive", "role=full_access"],
        ["name=Olive Reyes", "email=olive@clinic.example", "role=boss"],
        ["name=Olive Reyes", "email=olive@clinic.example", "role=practitioner"],
        [*FIRST, "password=x"],
    ],
)
def test_a_wrong_invitation_says_so_and_invites_nobody(
    database: str, words: list[str], capsys: pytest.CaptureFixture
) -> None:
    main(["clinic", *NEW])
    assert main(["staff", *words]) == 2
    assert capsys.readouterr().err
    with db.reading() as session:
        assert session.exec(select(Staff)).all() == []


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["staff"],
        ["staff", *FIRST],
        ["clinic"],
        ["close"],
        ["clinic", "name"],
        ["clinic", "is_demo=on"],
        ["clinic", "name=only"],
        ["clinic", *NEW, "allow_related_profiles=maybe"],
    ],
)
def test_a_wrong_command_says_so_and_changes_nothing(
    database: str, words: list[str], capsys: pytest.CaptureFixture
) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err
    with db.reading() as session:
        assert session.exec(select(AuditEntry)).all() == []


@pytest.mark.parametrize("command", [["portal.operate", "show"], ["portal.migrate"]])
def test_wrong_settings_are_told_in_a_sentence_each(command: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", *command], env={}, capture_output=True, text=True, check=False
    )
    assert ended.returncode
    assert ended.stderr.startswith("PORTAL_ORIGIN is missing; ")
    assert "Traceback" not in ended.stderr
