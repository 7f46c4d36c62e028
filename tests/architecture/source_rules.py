"""Rules about our source that no import can show, each a function from a file's syntax to lines.

A rule yields the lines that break it. ``test_source_rules.py`` runs every rule over the portal, and
over a planted violation, so that a rule that has gone blind is noticed.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Rule = Callable[[ast.Module], Iterator[int]]

CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"} | {
    f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "strftime")
}

# No limits or log-in (upload), unchecked text (html), needs eval, which the CSP forbids (the rest).
UNSAFE_REFLEX = {
    *("upload", "html", "call_script", "call_function", "toast", "set_clipboard", "scroll_to"),
    *("markdown", "script"),
}
# Tables belong to portal/models, sessions to portal/db.py, identity to the HttpOnly cookie.
FOREIGN_REFLEX = {"Model", "session", "asession", "Cookie", "LocalStorage"}

DATABASE = {"db", "session", "Session", "reading", "writing", "models"}


@dataclass(frozen=True)
class SourceRule:
    """One rule, the files that are its one exception, and code that breaks it."""

    says: str
    find: Rule
    planted: str
    except_in: tuple[str, ...] = ()


def dotted(node: ast.expr) -> str:
    """Return a name such as ``datetime.now`` as it is written, or nothing for other expressions."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def commits(tree: ast.Module) -> Iterator[int]:
    """Find calls of a method ``commit``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "commit":
                yield node.lineno


def reads_clock(tree: ast.Module) -> Iterator[int]:
    """Find what tells the time of day; ``time.monotonic`` only measures and is free."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ".".join(dotted(node).split(".")[-2:]) in CLOCKS:
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            if any(f"time.{name.name}" in CLOCKS for name in node.names):
                yield node.lineno


def unsafe_reflex(tree: ast.Module) -> Iterator[int]:
    """Find parts of Reflex that are unsafe or dead here, or whose place another module has."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and dotted(node.value) == "rx":
            if node.attr in UNSAFE_REFLEX | FOREIGN_REFLEX:
                yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "reflex":
            if any(name.name in UNSAFE_REFLEX | FOREIGN_REFLEX for name in node.names):
                yield node.lineno


def computed_vars_read(tree: ast.Module) -> Iterator[int]:
    """Find computed vars that touch the database or a service: they run whenever Reflex likes."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        marks = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
        if not any(dotted(mark) in {"rx.var", "rx.cached_var", "computed_var"} for mark in marks):
            continue
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        if names & DATABASE or any(name.endswith("service") for name in names):
            yield node.lineno


def auto_setters(tree: ast.Module) -> Iterator[int]:
    """Find Reflex's switch for setters that any browser may call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "state_auto_setters":
            if not (isinstance(node.value, ast.Constant) and node.value.value is False):
                yield node.value.lineno


def disk_state(tree: ast.Module) -> Iterator[int]:
    """Find Reflex's state manager that writes pickles of everybody's pages to the disk."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and dotted(node).endswith("StateManagerMode.DISK"):
            yield node.lineno


def silenced(tree: ast.Module) -> Iterator[int]:
    """Find ``except Exception`` that does nothing with it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = "Exception" if node.type is None else dotted(node.type)
            if caught in {"Exception", "BaseException"}:
                if all(isinstance(line, ast.Pass | ast.Continue) for line in node.body):
                    yield node.lineno


RULES = [
    # `portal.db` itself ends transactions by leaving their block.
    SourceRule("only db.py commits", commits, "def f(session):\n    session.commit()"),
    SourceRule(
        "only clock.py reads the clock",
        reads_clock,
        "from datetime import datetime\nx = datetime.now()",
        ("portal/clock.py",),
    ),
    SourceRule(
        "no part of Reflex that is unsafe, or dead under the CSP",
        unsafe_reflex,
        "import reflex as rx\nx = rx.upload()",
    ),
    SourceRule(
        "no computed var reads the database",
        computed_vars_read,
        "class S:\n    @rx.var\n    def n(self):\n        return db.read(f)",
    ),
    SourceRule("no automatic setters", auto_setters, "rx.Config(state_auto_setters=True)"),
    SourceRule("no state on disk", disk_state, "mode = StateManagerMode.DISK"),
    SourceRule("no error is swallowed", silenced, "try:\n    f()\nexcept Exception:\n    pass"),
]
