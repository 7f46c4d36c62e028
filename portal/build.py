"""What Reflex's build needs besides: our style sheet, a portable bundle, CSP hashes.

Every rewrite here names what it expects to find in Reflex's output and fails the build when that is
gone, so that an upgrade of Reflex breaks loudly and not in somebody's browser.
"""

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reflex.plugins import Plugin, TailwindV4Plugin
from reflex_base.plugins.tailwind_v4 import Constants

ROOT = Path(__file__).resolve().parent.parent
THEME = ROOT / "assets" / "theme.css"

DAISYUI = "daisyui@5.8.1"

# Where class names occur: generated pages and components, and our JSX, which Reflex copies.
SOURCES = ("../app", "../app_components", "../utils/components", "../public/**/*.jsx")

INLINE_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL)


class BuildChanged(Exception):
    """Reflex's output no longer has what a rewrite relies on; the text says what and where."""


def replace(pattern: str, new: str | Callable[[re.Match[str]], str], text: str, where: str) -> str:
    """Replace every match of a regular expression, by a text as it stands or by a function of it.

    Raises:
        BuildChanged: there is none.
    """
    make = new if callable(new) else lambda _match: new
    result, count = re.subn(pattern, make, text, flags=re.MULTILINE)
    if not count:
        raise BuildChanged(f"{where} has nothing like {pattern!r}; see portal/build.py.")
    return result


class ThemePlugin(TailwindV4Plugin):
    """Tailwind with ``assets/theme.css`` as its root, without a generated root and a JS config."""

    def __init__(self) -> None:
        """Ask for daisyUI in the version this design was drawn with."""
        super().__init__(config={"plugins": [DAISYUI]})

    def pre_compile(self, **context: Any) -> None:
        """Let Tailwind hook in as usual, but save our root style sheet for the files it makes."""
        unsaved: dict[str, Any] = {**context, "add_save_task": lambda *_arguments: None}
        super().pre_compile(**unsaved)
        context["add_save_task"](
            lambda: (
                f"styles/{Path(Constants.ROOT_STYLE_PATH).name}",
                root_style(THEME.read_text()),
            )
        )


def root_style(theme: str) -> str:
    """Return the theme as it is read from ``.web/styles/``: where classes and fonts are.

    Raises:
        BuildChanged: the theme does not import Tailwind or has no font with a relative address.
    """
    where = "assets/theme.css"
    sources = "\n".join(f'@source "{source}";' for source in SOURCES)
    # By its file name, which Vite also finds in the server build that prerenders the pages.
    tailwind = '@import "tailwindcss/index.css" source(none);'
    theme = replace(r'^@import "tailwindcss";', f"{tailwind}\n{sources}", theme, where)
    # A path that Vite can follow: it then names the font by its hash, to be kept for good.
    return replace(r'url\("fonts/', 'url("../public/fonts/', theme, where)


class PortablePlugin(Plugin):
    """Make one build serve every host and port, and note the CSP hashes of its inline scripts."""

    def post_build(self, **context: Any) -> None:
        """Rewrite the addresses, drop sources that nobody fetches, write ``csp.json``."""
        client: Path = context["static_dir"]
        for script in client.glob("assets/shell-*.js"):
            script.write_text(portable(script.read_text()))
        (client / "theme.css").unlink()
        shutil.rmtree(client / "kit")
        hashes = {
            str(page.relative_to(client)): script_hashes(page.read_text())
            for page in client.rglob("*.html")
        }
        # Reflex makes 404.html of one of these, but only after this hook.
        fallback = "__spa-fallback.html" if "__spa-fallback.html" in hashes else "index.html"
        hashes["404.html"] = hashes[fallback]
        (client.parent / "csp.json").write_text(json.dumps(hashes, indent=1, sort_keys=True))


def portable(script: str) -> str:
    """Replace the baked-in server addresses by the page's own origin.

    Raises:
        BuildChanged: there are none.
    """
    where = "assets/shell-*.js"
    quote, path = "[`\"']", r"(/[^`\"']*)"
    own = "globalThis.location.origin"
    script = replace(
        rf"{quote}ws://localhost:\d+{path}{quote}",
        lambda match: f'{own}.replace(/^http/,"ws")+`{match[1]}`',
        script,
        where,
    )
    return replace(
        rf"{quote}http://localhost:\d+{path}{quote}",
        lambda match: f"{own}+`{match[1]}`",
        script,
        where,
    )


def script_hashes(page: str) -> list[str]:
    """Return the CSP source of every inline script of a page, such as ``sha256-...``.

    Raises:
        BuildChanged: the page has no inline script, which no page of React Router is without.
    """
    bodies = {
        m["body"]
        for m in INLINE_SCRIPT.finditer(page)
        if "src=" not in m["attributes"] and m["body"]
    }
    if not bodies:
        raise BuildChanged(
            "A page has no inline script; INLINE_SCRIPT in portal/build.py no longer fits."
        )
    digests = (hashlib.sha256(body.encode()).digest() for body in bodies)
    return sorted(f"sha256-{base64.b64encode(digest).decode()}" for digest in digests)
