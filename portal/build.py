"""What Reflex's build needs besides: our style sheet, a smaller and portable bundle, CSP hashes.

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


class BundlePlugin(Plugin):
    """Make what a first visit loads smaller: 15 kB of 158 (scripts and styles, compressed).

    The CSP forbids evaluation and inline styles, and no cookie of ours is a browser script's to
    read: ``window.__reflex``, Emotion and the cookie library are of no use here.
    """

    def pre_compile(self, **context: Any) -> None:
        """Rewrite the generated root and the bundler's configuration, and save the stand-ins."""
        modify: Callable[[str, Callable[[str], str]], None] = context["add_modify_task"]
        modify("app/root.jsx", without_window_libraries)
        for rewrite in (with_stand_ins, with_files_only, with_two_chunks):
            modify("vite.config.js", rewrite)
        for name, (_library, code) in STAND_INS.items():
            context["add_save_task"](lambda path=f"utils/{name}.js", text=code: (path, text))


STAND_INS = {
    # Emotion's jsx is React's with a prop css besides, which nothing here uses.
    "plain-jsx": ("@emotion/react", 'export { createElement as jsx } from "react";\n'),
    "no-cookies": ("universal-cookie", "export default class { get() {} set() {} remove() {} }\n"),
    # Reflex merges style objects with it, which the CSP keeps empty.
    "flat-merge": (
        "mergician",
        "export const mergician = (...all) => Object.assign({}, ...all);\n",
    ),
}
"""Our file -> the library it stands in for, and all that Reflex's code asks of that library."""

# What every page needs: the libraries, which rarely change, and the frame around the pages.
CHUNKS = r"""
            { test: /node_modules/, name: "vendor" },
            { test: /[\\/](utils|portal[\\/]shell)[\\/]/, name: "shell" },"""


def without_window_libraries(root: str) -> str:
    """Drop the whole-namespace imports that keep the bundler from leaving anything out."""
    root = replace(r"^import \* as \w+ from .*$", "", root, "app/root.jsx")
    return replace(r"^    window\.__reflex = \{[^}]*\};$", "", root, "app/root.jsx")


def with_stand_ins(config: str) -> str:
    """Lead the bundler to our stand-ins; an export that one of them lacks fails the build."""
    aliases = "".join(
        f'\n      {{ find: "{library}", replacement: '
        f'fileURLToPath(new URL("./utils/{name}.js", import.meta.url)) }},'
        for name, (library, _code) in STAND_INS.items()
    )
    return replace(r"alias: \[", f"alias: [{aliases}", config, "vite.config.js")


def with_files_only(config: str) -> str:
    """Keep small files as files: the CSP refuses a font in a ``data:`` address."""
    new = "  build: {\n    assetsInlineLimit: 0,"
    return replace(r"^  build: \{$", new, config, "vite.config.js")


def with_two_chunks(config: str) -> str:
    """Put what every page needs into two files: fewer requests, and they compress better."""
    # After Reflex's own group, which keeps the addresses in a file that can be rewritten.
    own = r'name: "reflex-env",\n *\},'
    return replace(own, lambda match: match[0] + CHUNKS, config, "vite.config.js")


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
    where = "assets/reflex-env-*.js"
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
