"""The contracts of ``.importlinter`` can be broken, and Reflex stays where it belongs."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal.config import ROOT

CONFIGURATION = (ROOT / ".importlinter").read_text()
CONTRACTS = len(re.findall(r"^\[importlinter:contract:", CONFIGURATION, re.M))
NAMED = set(re.findall(r"^    portal\.([\w.]+)$", CONFIGURATION, re.M))

# Imports that break every contract at least once, in a portal of nothing else.
PLANTED = {
    "x/rules.py": "import portal.x.service\nimport portal.models\nimport reflex",
    "x/service.py": "import portal.x.state",
    "x/state.py": "import portal.x.page\nimport sqlmodel",
    "x/page.py": "import portal.db",
    "permissions/__init__.py": "import portal.x.rules",
}

# The only places that may know Reflex (a form is a part of several pages): whatever is not here
# runs, and is tested, without it.
REFLEX_IN = re.compile(
    r"portal/(shell/\w+|web/\w+|(\w+/)+(\w+_)?(page|state|form)|staff/.*"
    r"|portal|build|bundle|serve)\.py"
)


def lint(folder: Path) -> str:
    """Run import-linter with our contracts over another ``portal`` and return what it says."""
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    shutil.copy(ROOT / ".importlinter", folder)
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_every_contract_can_be_broken(tmp_path: Path):
    # Import-linter wants to find whatever a contract names.
    harmless = {f"{name.replace('.', '/')}/__init__.py": "" for name in NAMED}
    for name, code in (harmless | PLANTED).items():
        file = tmp_path / "portal" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code)
    for folder in [tmp_path / "portal", *(tmp_path / "portal").rglob("*/")]:
        (folder / "__init__.py").touch()
    said = lint(tmp_path)
    assert f"Contracts: 0 kept, {CONTRACTS} broken." in said, said


def test_a_page_with_a_longer_name_is_named_in_the_contracts():
    # Their wildcards stand for whole names: portal.**.page has no booking.times_page.
    files = (ROOT / "portal").rglob("*.py")
    long = [f for f in files if re.fullmatch(r"\w+_(page|state|service|rules)", f.stem)]
    names = {".".join(file.relative_to(ROOT / "portal").with_suffix("").parts) for file in long}
    assert names - NAMED - {"shell.errors_page"} == set()


def imports_reflex(source: str) -> bool:
    """Tell whether a module names Reflex in an import of its own."""
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.split(".")[0].startswith("reflex") for name in names):
            return True
    return False


def test_reflex_stays_in_pages_states_and_shell():
    files = [f for f in (ROOT / "portal").rglob("*.py") if imports_reflex(f.read_text())]
    names = [str(file.relative_to(ROOT)) for file in files]
    assert [name for name in names if not REFLEX_IN.fullmatch(name)] == []


@pytest.mark.parametrize("code", ["import reflex as rx", "from reflex_base.event import Event"])
def test_an_import_of_reflex_is_seen(code: str):
    assert imports_reflex(code)
    assert not REFLEX_IN.fullmatch("portal/booking/service.py")
