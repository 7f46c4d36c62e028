"""The README says what is so."""

import re

from portal.config import ROOT, read_settings

README = (ROOT / "README.md").read_text()


class Asked(dict[str, str]):
    """An environment that notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__(PORTAL_MODE="test")
        self.names: set[str] = set()

    def get(self, key: str, default: str | None = None) -> str | None:  # pyright: ignore
        """Note the name."""
        self.names.add(key)
        return super().get(key, default)


def test_the_table_of_settings_names_every_setting_and_no_other():
    env = Asked()
    read_settings(env)
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.M)) == env.names


def test_the_table_of_commands_names_every_command_and_no_other():
    makefile = (ROOT / "Makefile").read_text()
    commands = set(re.findall(r"^([a-z0-9-]+):.*## ", makefile, re.M)) - {"help"}
    told = set(re.findall(r"`make ([a-z0-9-]+)[^`]*`(?=[^|]*\|)", README))
    assert told == commands
