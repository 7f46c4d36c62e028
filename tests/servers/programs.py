"""Find the programs that the servers need; install Debian's packages where missing and root."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scripts.tools import locked

POSTGRES_MIN = 15


class Missing(Exception):
    """A program is not on this machine and cannot be installed; the text says what that costs."""


@cache
def postgres_folder() -> Path:
    """Return the folder with ``initdb`` and ``postgres``, the newest version found.

    Raises:
        Missing: there is none of version 15 or newer.
    """
    for _attempt in _found_or_installed("postgresql"):
        folders = [Path(p).parent for p in (shutil.which("postgres"),) if p]
        folders += Path("/usr/lib/postgresql").glob("*/bin")
        fitting = [
            f for f in folders if (f / "initdb").exists() and _postgres_version(f) >= POSTGRES_MIN
        ]
        if fitting:
            return max(fitting, key=_postgres_version)
    raise Missing("PostgreSQL 15 or newer is not installed: NOTHING WAS TESTED ON POSTGRESQL.")


@cache
def redis_program() -> Path:
    """Return ``redis-server``.

    Raises:
        Missing: there is none.
    """
    for _attempt in _found_or_installed("redis-server"):
        if found := shutil.which("redis-server"):
            return Path(found)
    raise Missing("redis-server is not installed: NOTHING WAS TESTED ON REDIS.")


@cache
def openssl() -> Path:
    """Return ``openssl``.

    Raises:
        Missing: there is none.
    """
    for _attempt in _found_or_installed("openssl"):
        if found := shutil.which("openssl"):
            return Path(found)
    raise Missing("openssl is not installed: NOTHING WAS TESTED ON MAIL OVER TLS.")


@cache
def chromium() -> Path:
    """Return a Chromium: the system's, else Playwright's own, else Debian's package.

    Raises:
        Missing: there is none.
    """
    if found := _system_chromium() or _playwright_chromium():
        return found
    for _attempt in _found_or_installed("chromium"):
        if found := _system_chromium():
            return found
    raise Missing("There is no Chromium: NOTHING WAS TESTED IN A BROWSER.")


def prepare() -> list[str]:
    """Find or install everything now; return a sentence for each program that stays missing."""
    missing: list[str] = []
    for find in (postgres_folder, redis_program, openssl, chromium):
        try:
            find()
        except Missing as error:
            missing.append(str(error))
    return missing


def _found_or_installed(package: str) -> Iterator[str]:
    """Yield once to look for a program and, where it is not found, again after installing it."""
    yield "as it is"
    with locked("apt"):
        if _apt_install(package):
            yield "installed"


def _apt_install(package: str) -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing Debian's package {package}.", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")
    install = (*apt, "install", "-y", "--no-install-recommends", package)
    return all(
        subprocess.run(command, env=env, capture_output=True, check=False).returncode == 0
        for command in ((*apt, "update"), install)
    )


def _postgres_version(folder: Path) -> int:
    command = [folder / "postgres", "--version"]
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", text)
    return int(found[1]) if found else 0


def _system_chromium() -> Path | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((Path(found) for found in map(shutil.which, names) if found), None)


def _playwright_chromium() -> Path | None:
    """Return Playwright's own browser, fetching it when it can and when it then starts here."""
    from playwright.sync_api import Error, sync_playwright

    for command in ((), ("playwright", "install", "chromium")):
        if command:
            print("Fetching Playwright's Chromium.", flush=True)
            subprocess.run(
                [Path(".venv/bin") / command[0], *command[1:]],
                capture_output=True,
                check=False,
                timeout=300,
            )
        with sync_playwright() as playwright:
            path = Path(playwright.chromium.executable_path)
            try:
                playwright.chromium.launch(args=["--no-sandbox"]).close()
                return path
            except Error:
                # Absent, or the system libraries it needs are: fetch it, or take Debian's.
                continue
    return None
