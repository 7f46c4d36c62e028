"""What has to stay small enough to be read in one sitting."""

from scripts.tools import ROOT


def test_the_permission_module_is_under_400_lines():
    """The issue's own limit: whoever reviews it reads all of it."""
    files = (ROOT / "portal" / "permissions").glob("*.py")
    assert sum(len(file.read_text().splitlines()) for file in files) < 400


def test_no_file_of_the_portal_is_over_400_lines():
    files = (ROOT / "portal").rglob("*.py")
    assert [str(f) for f in files if len(f.read_text().splitlines()) > 400] == []
