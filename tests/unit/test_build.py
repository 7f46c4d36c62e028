"""The rewrites of Reflex's build: what they do, and that Reflex still writes what they expect."""

import base64
import hashlib
import re

import pytest
from reflex.plugins import TailwindV4Plugin
from reflex.utils import frontend_skeleton
from reflex_base import constants
from reflex_base.compiler import templates
from reflex_base.plugins import tailwind_v4

from portal import build
from portal.config import ROOT


def test_the_theme_is_read_from_where_reflex_keeps_styles():
    style = build.root_style((ROOT / "assets/theme.css").read_text())
    assert '@source "../app";' in style
    assert 'url("../public/fonts/' in style
    assert 'url("fonts/' not in style


def test_a_theme_without_tailwind_is_refused():
    with pytest.raises(build.BuildChanged, match="tailwindcss"):
        build.root_style('@font-face { src: url("fonts/a.woff2") }')


def test_addresses_become_the_page_s_own_origin():
    script = 'var e={PING:`http://localhost:8000/ping`,EVENT:"ws://localhost:8000/_event"}'
    rewritten = build.portable(script)
    assert "localhost" not in rewritten
    assert 'location.origin.replace(/^http/,"ws")+`/_event`' in rewritten
    assert "location.origin+`/ping`" in rewritten


def test_a_build_without_addresses_is_refused():
    with pytest.raises(build.BuildChanged, match="localhost"):
        build.portable("var e={}")


def test_every_inline_script_gets_its_hash():
    page = '<script>a()</script><script src="/x.js"></script><script type="module">b()</script>'
    expected = {
        f"sha256-{base64.b64encode(hashlib.sha256(body).digest()).decode()}"
        for body in (b"a()", b"b()")
    }
    assert set(build.script_hashes(page)) == expected


def test_a_page_without_inline_scripts_is_refused():
    with pytest.raises(build.BuildChanged, match="inline script"):
        build.script_hashes("<p>hello</p>")


def test_reflex_still_writes_the_root_we_rewrite():
    root = templates.app_root_template(
        imports=[],
        custom_codes=[],
        hooks={},
        window_libraries=[("React", "react"), ("utils_state", "$/utils/state")],
        render={"contents": "null"},
        dynamic_imports=set(),
    )
    rewritten = build.without_window_libraries(root)
    assert "import * as" not in rewritten
    assert "window.__reflex" not in rewritten


def test_reflex_still_writes_the_bundler_configuration_we_rewrite():
    config = templates.vite_config_template(
        base="/", hmr=False, force_full_reload=False, experimental_hmr=False, sourcemap=False
    )
    rewritten = build.with_two_chunks(build.with_files_only(build.with_stand_ins(config)))
    assert "assetsInlineLimit: 0," in rewritten
    assert 'find: "@emotion/react"' in rewritten
    assert 'name: "vendor"' in rewritten


def test_tailwind_s_plugin_still_saves_the_two_files_we_replace():
    saved: list[object] = []
    context = {
        "add_save_task": lambda task, *_: saved.append(task),
        "add_modify_task": lambda *_: None,
        "radix_themes_plugin": type("Off", (), {"enabled": False}),
        "unevaluated_pages": [],
    }
    TailwindV4Plugin.pre_compile(build.ThemePlugin(), **context)
    assert saved == [tailwind_v4.compile_config, tailwind_v4.compile_root_style]


def test_reflex_still_keeps_its_locks_where_ours_are():
    assert frontend_skeleton.get_root_lockfile_path("bun.lock").parts[-2:] == (
        "reflex.lock",
        "bun.lock",
    )


@pytest.mark.parametrize("name", build.STAND_INS)
def test_reflex_asks_of_a_library_only_what_our_stand_in_has(name: str):
    library, code = build.STAND_INS[name]
    templates_of_reflex = constants.Templates.Dirs.WEB_TEMPLATE
    files = [*templates_of_reflex.rglob("*.js"), *templates_of_reflex.rglob("*.jsx")]
    pattern = rf"import (.*) from ['\"]{library}['\"]"
    imports = {m for file in files for m in re.findall(pattern, file.read_text())}
    assert imports <= {"{ jsx }", "{ mergician }", "Cookies"}
    for words in imports - {"Cookies"}:
        assert words.strip("{ }") in code


def test_reflex_asks_cookies_only_for_what_our_stand_in_has():
    state = constants.Templates.Dirs.WEB_TEMPLATE / "utils/state.js"
    asked = set(re.findall(r"\bcookies\.(\w+)\(", state.read_text()))
    assert asked == {"get", "set", "remove"}
