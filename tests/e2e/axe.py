"""axe-core on the page as it is now: WCAG 2.2 AA, and what axe calls best practice."""

from functools import cache

from playwright.sync_api import Page

from scripts.tools import TOOLS

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def problems_of(page: Page) -> list[str]:
    """Return what axe finds: the rule, the place and the reason."""
    page.evaluate(_source())
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", RULES
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@cache
def _source() -> str:
    return (TOOLS / "node_modules" / "axe-core" / "axe.min.js").read_text()
