"""The portal's source keeps the rules that no import can show."""

import ast

import pytest

from portal.config import ROOT
from tests.architecture.source_rules import RULES, SourceRule

FILES = [*sorted((ROOT / "portal").rglob("*.py")), ROOT / "rxconfig.py"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_the_portal_keeps(rule: SourceRule):
    broken: list[str] = []
    for file in FILES:
        name = str(file.relative_to(ROOT))
        if name not in rule.except_in:
            broken += [f"{name}:{line}" for line in rule.find(ast.parse(file.read_text()))]
    assert broken == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_a_planted_violation_is_found_of(rule: SourceRule):
    assert list(rule.find(ast.parse(rule.planted)))


@pytest.mark.parametrize(
    "code",
    [
        "import datetime as dt\nx = dt.datetime.now(dt.UTC)",
        "import datetime\nx = datetime.date.today()",
        "import time\nx = time.time()",
        "from time import time",
        "clock = datetime.now",
    ],
)
def test_no_spelling_hides_the_clock(code: str):
    (rule,) = (rule for rule in RULES if "clock" in rule.says)
    assert list(rule.find(ast.parse(code)))


@pytest.mark.parametrize("rule", [r for r in RULES if r.except_in], ids=lambda rule: rule.says)
def test_an_exception_still_needs_to_be_one(rule: SourceRule):
    for name in rule.except_in:
        assert list(rule.find(ast.parse((ROOT / name).read_text()))), f"{name} needs it no more"
