"""The rewrites of Reflex's build: what they do, and that Reflex still writes what they expect."""

import base64
import hashlib

import pytest
from reflex.plugins import TailwindV4Plugin
from reflex.utils import frontend_skeleton
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
