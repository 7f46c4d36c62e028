"""What Reflex's build needs besides: our style sheet, a smaller and portable bundle, CSP hashes.

Every rewrite here names what it expects to find in Reflex's output and fails the build when that is
gone, so that an upgrade of Reflex breaks loudly and not in somebody's browser.
"""

import base64
import hashlib
import json
import re
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


def replace(pattern: str, new: str, text: str, where: str) -> str:
    """Replace every match of a regular expression.

    Raises:
        BuildChanged: there is none.
    """
    result, count = re.subn(pattern, new, text, flags=re.MULTILINE)
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


class BundlePlugin(Plugin):
    """Leave out of the bundle what only run-time evaluated components would need.

    The CSP forbids evaluation and inline styles, so ``window.__reflex`` and Emotion are of no use.
    """

    def pre_compile(self, **context: Any) -> None:
        """Rewrite the generated root and the bundler's configuration."""
        modify: Callable[[str, Callable[[str], str]], None] = context["add_modify_task"]
        modify("app/root.jsx", without_window_libraries)
        modify("vite.config.js", with_plain_jsx)
        modify("vite.config.js", without_data_urls)
        context["add_save_task"](lambda: ("utils/plain-jsx.js", PLAIN_JSX))


PLAIN_JSX = 'export { createElement as jsx } from "react";\n'


def without_window_libraries(root: str) -> str:
    """Drop the whole-namespace imports that keep the bundler from leaving anything out."""
    root = replace(r"^import \* as \w+ from .*$", "", root, "app/root.jsx")
    return replace(r"^    window\.__reflex = \{[^}]*\};$", "", root, "app/root.jsx")


def with_plain_jsx(config: str) -> str:
    """Let ``jsx`` be React's own: Emotion's adds a ``css`` prop, which nothing here uses."""
    alias = r"""alias: [
      {
        find: "@emotion/react",
        replacement: fileURLToPath(new URL("./utils/plain-jsx.js", import.meta.url)),
      },"""
    return replace(r"alias: \[", alias.replace("\\", r"\\"), config, "vite.config.js")


def without_data_urls(config: str) -> str:
    """Keep small files as files: the CSP refuses a font in a ``data:`` address."""
    return replace(
        r"^  build: \{$", "  build: {\n    assetsInlineLimit: 0,", config, "vite.config.js"
    )


class PortablePlugin(Plugin):
    """Make one build serve every host and port, and note the CSP hashes of its inline scripts."""

    def post_build(self, **context: Any) -> None:
        """Rewrite the addresses, drop sources that nobody fetches, write ``csp.json``."""
        client: Path = context["static_dir"]
        environments = list(client.glob("assets/reflex-env-*.js"))
        if len(environments) != 1:
            raise BuildChanged(f"{len(environments)} files named assets/reflex-env-*.js, not one.")
        script = environments[0]
        script.write_text(portable(script.read_text()))
        for source in (client / "theme.css", *client.glob("*.jsx")):
            source.unlink(missing_ok=True)
        hashes = {
            str(page.relative_to(client)): script_hashes(page.read_text())
            for page in client.rglob("*.html")
        }
        # Reflex copies the fall-back to 404.html only after this hook.
        hashes["404.html"] = hashes["__spa-fallback.html"]
        (client.parent / "csp.json").write_text(json.dumps(hashes, indent=1, sort_keys=True))


def portable(script: str) -> str:
    """Replace the baked-in server addresses by the page's own origin.

    Raises:
        BuildChanged: there are none.
    """
    where = "assets/reflex-env-*.js"
    quote, path = "[`\"']", r"(/[^`\"']*)"
    sockets = 'globalThis.location.origin.replace(/^http/,"ws")+`\\1`'
    script = replace(rf"{quote}ws://localhost:\d+{path}{quote}", sockets, script, where)
    return replace(
        rf"{quote}http://localhost:\d+{path}{quote}",
        r"globalThis.location.origin+`\1`",
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
