"""Every test that docs/edge-cases.md names is there."""

import re

from scripts.tools import ROOT


def test_the_list_of_edge_cases_names_only_tests_that_there_are() -> None:
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", (ROOT / "docs/edge-cases.md").read_text())
    assert len(named) > 40
    there: dict[str, set[str]] = {}
    for file in (ROOT / "tests").rglob("test_*.py"):
        found = re.findall(r"def (test_\w+)", file.read_text())
        there.setdefault(file.name, set()).update(found)
    assert [pair for pair in named if pair[1] not in there.get(pair[0], ())] == []
