"""What is left out of a first visit: that Reflex and the bundler still write what we count on."""

import re
import subprocess
from pathlib import Path

import pytest
from reflex_base import constants
from reflex_base.compiler import templates

from portal import bundle, bundle_files
from portal.build import BuildChanged
from portal.config import ROOT
from scripts.tools import node_wheel

STATE = constants.Templates.Dirs.WEB_TEMPLATE / "utils/state.js"
SOCKET = ROOT / "assets/kit/socket.js"


def test_reflex_still_writes_the_root_we_rewrite():
    root = templates.app_root_template(
        imports=[],
        custom_codes=[],
        hooks={},
        window_libraries=[("React", "react"), ("utils_state", "$/utils/state")],
        render={"contents": "null"},
        dynamic_imports=set(),
    )
    rewritten = bundle.without_window_libraries(root)
    assert "import * as" not in rewritten
    assert "window.__reflex" not in rewritten


def test_reflex_still_writes_the_bundler_configuration_we_rewrite():
    config = templates.vite_config_template(
        base="/", hmr=False, force_full_reload=False, experimental_hmr=False, sourcemap=False
    )
    for rewrite in (
        bundle.with_stand_ins,
        bundle.with_trims,
        bundle.with_files_only,
        bundle.with_two_chunks,
    ):
        config = rewrite(config)
    assert "assetsInlineLimit: 0," in config
    assert 'find: "@emotion/react"' in config
    assert "    trim()," in config
    assert 'name: "vendor"' in config
    assert "reflex-env" not in config


@pytest.mark.parametrize("name", bundle.STAND_INS)
def test_reflex_asks_of_a_library_only_what_our_stand_in_has(name: str):
    library, code = bundle.STAND_INS[name]
    templates_of_reflex = constants.Templates.Dirs.WEB_TEMPLATE
    files = [*templates_of_reflex.rglob("*.js"), *templates_of_reflex.rglob("*.jsx")]
    pattern = rf"import (.*) from ['\"]{re.escape(library)}['\"]"
    imports = {m for file in files for m in re.findall(pattern, file.read_text())}
    assert imports <= {"{ jsx }", "{ mergician }", "{ uploadFiles }", "Cookies", "io"}
    for words in imports - {"Cookies", "io"}:
        assert words.strip("{ }") in code


def test_reflex_asks_cookies_only_for_what_our_stand_in_has():
    asked = set(re.findall(r"\bcookies\.(\w+)\(", STATE.read_text()))
    assert asked == {"get", "set", "remove"}


def test_reflex_asks_the_connection_only_for_what_ours_has():
    state = STATE.read_text()
    of_socket = set(re.findall(r"\b(?:socket\.current|[sS]ocket)\??\.([a-z_]+)", state))
    assert of_socket - {"current"} == {
        *("io", "auth", "connected", "wait_connect", "reconnect"),
        *("connect", "disconnect", "emit", "off", "on"),
    }
    assert set(re.findall(r"[sS]ocket(?:\.current)?\.io\.(\w+)", state)) == {
        *("decoder", "encoder", "open", "opts"),
    }
    assert set(re.findall(r"\bengine\.(\w+)", state)) == {"transport", "_maxPayload"}
    assert "reconnection: false" in state


def test_a_trim_is_taken_from_one_file_that_is_there_no_more_than_once():
    assert len({(end, pattern) for end, pattern, _new in bundle.TRIMS}) == len(bundle.TRIMS)


def test_a_trim_that_finds_nothing_stops_the_build(tmp_path: Path):
    plugin = tmp_path / "trim.mjs"
    plugin.write_text(bundle.TRIMMER % ('[["/a.js", "^one$", "two"]]', "hash"))
    run = f"""
        import trim from "{plugin}";
        const say = (text) => {{ throw new Error(text); }};
        const answers = [];
        for (const [code, id] of [["one", "/x/a.js"], ["one", "/x/b.js"], ["three", "/x/a.js"]])
          try {{ answers.push(trim().transform.call({{ error: say }}, code, id)); }}
          catch (error) {{ answers.push(error.message); }}
        try {{ trim().buildEnd.call({{ error: say }}); }}
        catch (error) {{ answers.push(error.message); }}
        console.log(JSON.stringify(answers));
    """
    answers = _node(run)
    assert answers.startswith('["two",null,"/x/a.js lacks ^one$;')
    assert "Not bundled: /a.js,^one$,two;" in answers


def test_three_tiny_files_go_into_others(tmp_path: Path):
    page = _small_build(tmp_path)
    bundle_files.fewer_files(tmp_path)
    left = {file.name for file in (tmp_path / "assets").iterdir()}
    assert left == {"vendor-1.js", "shell-1.js", "page-1.js", "manifest-1.js"}
    assert page.read_text() == (
        '<link href="/assets/vendor-1.js"/><script>'
        'import{t as route0_Layout,n as route0_default}from"/assets/shell-1.js";'
        "const route0={Layout:route0_Layout,default:route0_default};"
        'import{helper_r as e}from"/assets/vendor-1.js";start(e);</script>'
    )
    assert "/assets/root" not in (tmp_path / "assets/manifest-1.js").read_text()
    run = f"import {{ answer }} from '{tmp_path}/assets/page-1.js'; console.log(answer);"
    assert _node(run) == "42 42"


def test_a_page_that_starts_otherwise_stops_the_build(tmp_path: Path):
    page = _small_build(tmp_path)
    page.write_text("<script>start()</script>")
    with pytest.raises(BuildChanged, match="route0"):
        bundle_files.fewer_files(tmp_path)


def _small_build(folder: Path) -> Path:
    """Write a build of six files, as the bundler makes them, and one page; return the page."""
    (folder / "package.json").write_text('{"type": "module"}')
    files = {
        "rolldown-runtime-1": "var e=x=>x*2;export{e as r};",
        "vendor-1": 'import{r as e}from"./rolldown-runtime-1.js";var n=e(21);export{n as a};',
        "shell-1": "export const t=1,n=2;",
        "root-1": 'export{t as Layout,n as default}from"./shell-1.js";',
        "entry.client-1": 'import{r as e}from"./rolldown-runtime-1.js";start(e);',
        "manifest-1": 'window.all=["/assets/root-1.js","/assets/entry.client-1.js"]',
        "page-1": 'import{r as x}from"./rolldown-runtime-1.js";import{a}from"./vendor-1.js";'
        'export const answer=`${a} ${x(21)}`;\nconst later=["assets/rolldown-runtime-1.js"];',
    }
    (folder / "assets").mkdir()
    for name, code in files.items():
        (folder / "assets" / f"{name}.js").write_text(code)
    page = folder / "index.html"
    page.write_text(
        '<link href="/assets/rolldown-runtime-1.js"/><script>'
        'import * as route0 from "/assets/root-1.js";import("/assets/entry.client-1.js");</script>'
    )
    return page


def _node(code: str) -> str:
    """Run a module and return what it printed."""
    command = [node_wheel() / "bin/node", "--input-type=module", "--eval", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
