"""What makes a first visit light: what goes into which file, and what is left out of libraries.

The content security policy forbids evaluation and inline styles, no cookie of ours is a browser
script's to read, and Reflex's pages load no data through their router: much of what Reflex brings
is of no use here. ``portal/build.py`` says how a build fails when Reflex or a library changes.
"""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reflex.plugins import Plugin

from portal.build import replace
from portal.bundle_files import fewer_files

STAND_INS = {
    # Emotion's jsx is React's with a prop css besides, which nothing here uses.
    "plain-jsx": ("@emotion/react", 'export { createElement as jsx } from "react";\n'),
    "no-cookies": ("universal-cookie", "export default class { get() {} set() {} remove() {} }\n"),
    # Reflex merges style objects with it, which the CSP keeps empty.
    "flat-merge": (
        "mergician",
        "export const mergician = (...all) => Object.assign({}, ...all);\n",
    ),
    "no-uploads": ("$/utils/helpers/upload", "export const uploadFiles = async () => false;\n"),
    # One transport, one namespace: a tenth of the library.
    "socket": ("socket.io-client", 'export { default } from "$/public/kit/socket.js";\n'),
}
"""Our file -> the library it stands in for, and all that Reflex's code asks of that library."""

ROUTER = "/react-router/dist/production/lib/"
TRIMS = (
    # The data that came with the page, a stream in a format of its own: there is none.
    (
        f"{ROUTER}dom-export/hydrated-router.js",
        r"UNSAFE_decodeViaTurboStream\(stream, window\)",
        "Promise.resolve({ value: { loaderData: {}, actionData: null, errors: null } })",
    ),
    # How the router asks a server for data, and for routes that it does not know yet.
    (
        f"{ROUTER}dom-export/hydrated-router.js",
        r"dataStrategy: UNSAFE_getTurboStreamSingleFetchDataStrategy\(.*\),$",
        "",
    ),
    (
        f"{ROUTER}dom-export/hydrated-router.js",
        r"patchRoutesOnNavigation: UNSAFE_getPatchRoutesOnNavigationFunction\(.*\)$",
        "",
    ),
    (f"{ROUTER}dom-export/hydrated-router.js", r"^\tUNSAFE_useFogOFWarDiscovery\(.*\);$", ""),
    (f"{ROUTER}dom/ssr/components.js", r"isFogOfWarEnabled\(routeDiscovery, ssr\)", "false"),
    # Links that fetch their page before they are pressed: no link of ours asks for it.
    (f"{ROUTER}dom/lib.js", r"usePrefetchBehavior\(prefetch, rest\)", "[false, null, {}]"),
    (f"{ROUTER}dom/lib.js", r"return shouldPrefetch && !isAbsolute \? .* : link;", "return link;"),
    # Hooks for tools that watch the router.
    (f"{ROUTER}router/router.js", r"if \(init\.instrumentations\)", "if (false)"),
    (
        f"{ROUTER}router/router.js",
        r"consumeInstrumentationClientResultMetaReceiver\(router\)",
        "undefined",
    ),
    # Forms that are sent through the router: ours go to a handler or to a plain address.
    (f"{ROUTER}router/router.js", r"^\t\tfetch,$", ""),
    (
        f"{ROUTER}router/router.js",
        r"opts && opts\.submission && isMutationMethod\(opts\.submission\.formMethod\)",
        "false",
    ),
)
"""End of a library file's path, what is in it, and what the browser gets instead."""

# As the first trim takes it to be: the format says "nothing" in this one way.
PAGE_WITHOUT_DATA = re.escape(
    r'streamController.enqueue("[{\"_1\":2,\"_3\":-5,\"_4\":-5},'
    r'\"loaderData\",{},\"actionData\",\"errors\"]\n")'
)

TRIMMER = r"""const TRIMS = %s;

/** Cut what browsers need not load out of libraries; stop the build where that is not found. */
export default function trim() {
  const left = new Set(TRIMS);
  return {
    name: "trim",
    applyToEnvironment: (environment) => environment.name === "client",
    augmentChunkHash: () => "%s",
    transform(code, id) {
      let text = code;
      for (const one of TRIMS) {
        const [end, pattern, replacement] = one;
        if (!id.endsWith(end)) continue;
        const trimmed = text.replace(new RegExp(pattern, "gm"), () => replacement);
        if (trimmed === text) this.error(`${id} lacks ${pattern}; see portal/bundle.py.`);
        left.delete(one);
        text = trimmed;
      }
      return text === code ? null : text;
    },
    buildEnd(error) {
      if (!error && left.size) this.error(`Not bundled: ${[...left]}; see portal/bundle.py.`);
    },
  };
}
"""
"""A plugin of Vite's: the trims, and what else stands in the hash that names a file."""

# The frame around the pages: Reflex's part, and ours.
FRAME = "|".join(
    (
        r"env\.json",
        r"[\\/]app[\\/](root|_document)",
        r"[\\/]kit[\\/](shell|prove)\.jsx",
        r"[\\/](utils|portal[\\/]shell)[\\/](?!not_found)",
    )
)
# What every page needs: the libraries, which rarely change, and the frame.
CHUNKS = f"""{{ test: /node_modules/, name: "vendor" }},
            {{ test: /{FRAME}/, name: "shell" }},"""


class BundlePlugin(Plugin):
    """Make what a first visit loads smaller and fewer."""

    def pre_compile(self, **context: Any) -> None:
        """Rewrite the generated root and the bundler's configuration, and save our files."""
        modify: Callable[[str, Callable[[str], str]], None] = context["add_modify_task"]
        modify("app/root.jsx", without_window_libraries)
        for rewrite in (with_stand_ins, with_trims, with_files_only, with_two_chunks):
            modify("vite.config.js", rewrite)
        files = {f"utils/{name}.js": code for name, (_library, code) in STAND_INS.items()}
        files["trim.js"] = TRIMMER % (json.dumps(TRIMS), own_hash())
        for name, code in files.items():
            context["add_save_task"](lambda path=name, text=code: (path, text))

    def post_build(self, **context: Any) -> None:
        """Make sure that no page brings data, and put three tiny files into others."""
        client: Path = context["static_dir"]
        for page in client.rglob("*.html"):
            replace(PAGE_WITHOUT_DATA, "", page.read_text(), page.name)
        fewer_files(client)


def own_hash() -> str:
    """Return a hash of all that rewrites a file after its name is made of its content."""
    names = ("build.py", "bundle.py", "bundle_files.py")
    sources = (Path(__file__).with_name(name) for name in names)
    return hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()[:12]


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


def with_trims(config: str) -> str:
    """Let the bundler trim the libraries."""
    config = f'import trim from "./trim.js";\n{config}'
    return replace(r"^  plugins: \[$", "  plugins: [\n    trim(),", config, "vite.config.js")


def with_files_only(config: str) -> str:
    """Keep small files as files: the CSP refuses a font in a ``data:`` address."""
    new = "  build: {\n    assetsInlineLimit: 0,"
    return replace(r"^  build: \{$", new, config, "vite.config.js")


def with_two_chunks(config: str) -> str:
    """Put what every page needs into two files: fewer requests, and they compress better."""
    # In place of Reflex's own group, a file for the addresses alone.
    own = r'\{\s*test: /env\.json/,\s*name: "reflex-env",\s*\},'
    return replace(own, CHUNKS, config, "vite.config.js")
