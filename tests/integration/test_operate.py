"""The operator's commands: the clinic's own row, its settings, and what they refuse."""

import pytest
from sqlmodel import select

from portal import db
from portal.clinic import clinic_info
from portal.models import AuditEntry
from portal.operate import main

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


@pytest.mark.parametrize(
    "words",
    [
        [],
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
