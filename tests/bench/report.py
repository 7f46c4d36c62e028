"""The table that `make bench` prints, and ``bench.json``."""

import json
from pathlib import Path

from portal.config import ROOT
from tests.bench.figures import FIGURES, NOT_BUILT_YET, Figure, Figures

BENCH_JSON = ROOT / "bench.json"
SIGNS = {"less": "<=", "more": ">=", "exactly": "="}


def save(figures: Figures) -> None:
    """Write ``bench.json``: one flat object, key -> number."""
    BENCH_JSON.write_text(json.dumps(figures, indent=1) + "\n")


def load(file: Path) -> Figures:
    """Read what an earlier run wrote."""
    return json.loads(file.read_text())


def table(figures: Figures, before: Figures | None = None) -> str:
    """Return one line for each figure, against its aim and, if given, against an earlier run."""
    rows = [("key", "figure", "aim", "", "change" if before else "", "what")]
    for figure in FIGURES:
        if figure.key in figures:
            value = figures[figure.key]
            change = _change(figure.key, value, before or {})
            rows.append(
                (figure.key, _number(value), _aim(figure), _met(figure, value), change, figure.what)
            )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [_line(row, widths) for row in rows]
    lines += [f"{key}  not built yet" for key in NOT_BUILT_YET]
    return "\n".join(lines)


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    key, *numbers, what = (
        cell.ljust(width) if at in {0, 3, 5} else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join((key, *numbers, what)).rstrip()


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def _aim(figure: Figure) -> str:
    return f"{SIGNS[figure.better]} {figure.aim:,g}" if figure.aim is not None else ""


def _met(figure: Figure, value: float) -> str:
    return {True: "met", False: "MISSED", None: ""}[figure.is_met(value)]


def _change(key: str, value: float, before: Figures) -> str:
    if not before.get(key):
        return ""
    return f"{(value / before[key] - 1) * 100:+.0f} %"
