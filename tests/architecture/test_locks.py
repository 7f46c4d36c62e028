"""Lock files carry hashes and no host; the versions they name fit each other."""

import json
import re

import pytest

from portal.build import DAISYUI
from portal.config import ROOT

PYTHON = ("requirements/app.txt", "requirements/test.txt")
JAVASCRIPT = ("reflex.lock/bun.lock", "reflex.lock/package.json", "scripts/tools/package-lock.json")


@pytest.mark.parametrize("name", [*PYTHON, *JAVASCRIPT])
def test_a_lock_names_no_host(name: str):
    assert re.findall(r"\b(?:https?|git|file)[+:]//\S*", (ROOT / name).read_text()) == []


@pytest.mark.parametrize("name", PYTHON)
def test_every_python_package_has_hashes(name: str):
    packages = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", (ROOT / name).read_text(), re.M | re.S)
    assert packages
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_every_tool_has_a_hash():
    lock = json.loads((ROOT / "scripts/tools/package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_every_front_end_package_has_a_hash():
    text = (ROOT / "reflex.lock/bun.lock").read_text()
    lines = re.findall(r'^    "[^"]+": \["[^"]+@[^"]+".*$', text, re.M)
    assert lines
    assert [line for line in lines if '"sha512-' not in line] == []


def test_the_lock_has_the_daisyui_of_the_build():
    name, _, version = DAISYUI.rpartition("@")
    package = json.loads((ROOT / "reflex.lock/package.json").read_text())
    assert package["devDependencies"][name] == version
