"""Everything that the audit trail can hold has words for the person it concerns."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.activity.wording import DONE, SOMEBODY_TRIED, TRIED, WRONG_PASSWORD, tell, tell_refused
from portal.config import ROOT
from portal.permissions import Action

FILES = sorted((ROOT / "portal").rglob("*.py"))
# These record an action that their caller names, or that was refused: any of `Action`.
PASS_ON = {"portal/sharing/change.py", "portal/sharing/relate.py", "portal/shell/guard.py"}
# What no patient's trail ever holds: it is about the clinic, not about somebody.
CLINICS_OWN = {
    *("catalogue.save", "clinic.set", "patient.bar_online", "class.make", "group.change"),
    *("mail.retry", "outbox.unpark", "session.end_all"),
    *("staff.add", "staff.end", "staff.invite", "staff.role"),
}


def recorded(tree: ast.Module) -> Iterator[tuple[int, str | None, bool]]:
    """Find what is recorded: the line, the action or nothing where it is passed on, if allowed."""
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr != "record" or ast.unparse(node.func.value) != "audit":
            continue
        action = next((k.value for k in node.keywords if k.arg == "action"), None) or node.args[2]
        if isinstance(action, ast.Name):
            action = constants.get(action.id, action)
        refused = any(k.arg == "allowed" and ast.unparse(k.value) == "False" for k in node.keywords)
        for one in (action.body, action.orelse) if isinstance(action, ast.IfExp) else (action,):
            yield node.lineno, named(one), not refused


def named(node: ast.expr) -> str | None:
    """Return the action that an argument names."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        if node.value.id in {"Action", "A"}:
            return Action[node.attr].value
    return None


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_a_module_records_has_words(file: Path) -> None:
    name = str(file.relative_to(ROOT))
    for line, action, allowed in recorded(ast.parse(file.read_text())):
        where = f"{name}:{line}"
        if action is None:
            assert name in PASS_ON, f"{where} records what is not named here"
        elif allowed:
            assert action in DONE or action in CLINICS_OWN, f"{where} records {action}"
        else:
            assert action in TRIED or action == WRONG_PASSWORD, f"{where} refuses {action}"


def test_a_record_without_words_is_seen() -> None:
    code = "audit.record(session, actor, 'visit.paint', id_)\naudit.record(s, a, action, None)"
    assert list(recorded(ast.parse(code))) == [(1, "visit.paint", True), (2, None, True)]
    assert "visit.paint" not in DONE


def test_every_action_can_be_refused_in_words() -> None:
    assert set(TRIED) == {action.value for action in Action}


@pytest.mark.parametrize("action", sorted(DONE))
def test_a_sentence_is_whole_in_every_voice(action: str) -> None:
    for mine, by_me, by_clinic in ((True, True, False), (True, False, True), (False, True, False)):
        names = {"who": "Idris", "whom": "Theo", "holder": "Anton"}
        said = tell(action, **names, mine=mine, by_me=by_me, by_clinic=by_clinic)
        assert said.endswith(".")
        assert "{" not in said


@pytest.mark.parametrize("action", sorted(TRIED))
def test_a_refusal_is_whole_in_both_voices(action: str) -> None:
    for mine, by_me in ((True, False), (True, True), (False, True)):
        said = tell_refused(action, who="Idris", whom="Theo", mine=mine, by_me=by_me)
        assert said.startswith("Idris tried to ")
        assert said.endswith("It was not allowed.")
        assert "{" not in said


def test_what_is_not_known_yet_is_said_all_the_same() -> None:
    names = {"who": "Idris", "whom": "Theo", "holder": "Anton"}
    assert tell("visit.paint", **names, mine=True, by_me=False, by_clinic=False)
    said = tell_refused("Visits.paint", who="Idris", whom="you", mine=True, by_me=False)
    assert said == "Idris tried to change something on your profile. It was not allowed."
    assert SOMEBODY_TRIED.endswith(".")
