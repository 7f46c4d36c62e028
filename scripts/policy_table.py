"""Write "who may do what" into README.md, from the policy itself.

Run: ``python -m scripts.policy_table`` after a change of ``portal/permissions/policy.py``. A test
fails while the README says something else.
"""

from portal.permissions import Permission, StaffRole
from portal.permissions.policy import (
    NEEDS_OWNER_ACCOUNT,
    POLICY,
    UNVERIFIED_MAY,
    Action,
    Standing,
)
from scripts.tools import ROOT

README = ROOT / "README.md"
BEGIN, END = "<!-- policy: begin -->", "<!-- policy: end -->"

COLUMNS: tuple[tuple[str, Standing | Permission | StaffRole], ...] = (
    ("the person", Standing.SELF),
    ("any relative", Standing.RELATIVE),
    ("manager", Standing.MANAGER),
    *((permission.replace("_", " "), permission) for permission in Permission),
    *((role.replace("_", " "), role) for role in (*StaffRole,)),
)


def table() -> str:
    """Return the policy as a Markdown table: one row for each action, one column a standing."""
    lines = [
        "| | " + " | ".join(name for name, _standing in COLUMNS) + " |",
        "|---" * (len(COLUMNS) + 1) + "|",
    ]
    for action in Action:
        cells = ["yes" if standing in POLICY[action] else "" for _name, standing in COLUMNS]
        lines.append(f"| {_name(action)} | " + " | ".join(cells) + " |")
    lines += [
        "",
        (
            "¹ also before the address of the account is confirmed, on oneself and on those one "
            "added. ² only for owners with an account of their own."
        ),
    ]
    return "\n".join(lines)


def _name(action: Action) -> str:
    early = "¹" if action in UNVERIFIED_MAY else ""
    return f"`{action}`{early}{'²' if action in NEEDS_OWNER_ACCOUNT else ''}"


def with_table(readme: str) -> str:
    """Return the README's text with the present table between its two marks."""
    before, _begin, rest = readme.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
