"""Fewer files for a first visit: each costs its headers, and three of them hold next to nothing."""

import re
from pathlib import Path

from portal.build import BuildChanged, replace


def fewer_files(client: Path) -> None:
    """Move the start, the root and the bundler's helpers into files that every page loads anyway.

    Raises:
        BuildChanged: a file is not what the bundler makes of it now.
    """
    start, root, helpers, vendor, shell = (
        only(client, f"{name}-*.js")
        for name in ("entry.client", "root", "rolldown-runtime", "vendor", "shell")
    )
    share_helpers(helpers, vendor, sorted(client.glob("assets/*.js")))
    start_code = start.read_text().replace('from"./', 'from"/assets/')
    root_code = replace(
        r'^export\{(.*)\}from"\./(shell-[^"]*)";\s*',
        lambda match: _as_object("route0", match[1], f"/assets/{match[2]}"),
        root.read_text(),
        root.name,
    )
    for page in client.rglob("*.html"):
        text = page.read_text()
        where = str(page.relative_to(client))
        text = replace(rf'import \* as route0 from "/assets/{root.name}";', root_code, text, where)
        text = replace(rf'import\("/assets/{start.name}"\);', start_code, text, where)
        page.write_text(text)
    gone = {start: vendor, root: shell, helpers: vendor}
    for file in (*client.rglob("*.html"), *client.glob("assets/*.js")):
        text = file.read_text()
        for old, new in gone.items():
            text = text.replace(f"assets/{old.name}", f"assets/{new.name}")
        if any(old.name in text for old in gone):
            raise BuildChanged(f"{file.name} still needs a file that is gone.")
        file.write_text(text)
    for old in gone:
        old.unlink()


def share_helpers(helpers: Path, vendor: Path, chunks: list[Path]) -> None:
    """Put the bundler's helpers into the libraries' file, from which all others get them."""
    code = re.fullmatch(r"(.*)export\{(.*)\};\s*", helpers.read_text(), re.DOTALL)
    if not code:
        raise BuildChanged(f"{helpers.name} does not end with its exports.")
    names = _pairs(code[2])
    shared = ",".join(f"helper_{outside}" for _inside, outside in names)
    made = ",".join(f"{outside}:helper_{outside}" for _inside, outside in names)
    returned = ",".join(f"{outside}:{inside}" for inside, outside in names)
    wanted = rf'^import\{{([^}}]*)\}}from"\./{helpers.name}";'
    for chunk in chunks:
        text = chunk.read_text()
        if chunk == vendor:
            text = replace(wanted, lambda match: _as_constants(match[1]), text, chunk.name)
            text = f"const{{{made}}}=(()=>{{{code[1]}return{{{returned}}}}})();{text}"
            chunk.write_text(f"{text.rstrip()}export{{{shared}}};\n")
        elif f'"./{helpers.name}"' in text:
            chunk.write_text(
                replace(wanted, lambda match: _as_import(match[1], vendor.name), text, chunk.name)
            )


def only(client: Path, pattern: str) -> Path:
    """Return the one file of a name among those that pages load.

    Raises:
        BuildChanged: there is none, or more than one.
    """
    files = list(client.glob(f"assets/{pattern}"))
    if len(files) != 1:
        raise BuildChanged(f"{len(files)} files named assets/{pattern}, not one.")
    return files[0]


def _pairs(names: str) -> list[tuple[str, str]]:
    """Read the names between the braces of an import or export: ``a as b,c``."""
    pairs = (name.strip().partition(" as ") for name in names.split(","))
    return [(name, other or name) for name, _as, other in pairs]


def _as_constants(names: str) -> str:
    taken = ",".join(f"{local}=helper_{name}" for name, local in _pairs(names))
    return f"const {taken};"


def _as_import(names: str, vendor: str) -> str:
    taken = ",".join(f"helper_{name} as {local}" for name, local in _pairs(names))
    return f'import{{{taken}}}from"./{vendor}";'


def _as_object(name: str, exported: str, address: str) -> str:
    pairs = _pairs(exported)
    taken = ",".join(f"{inside} as {name}_{outside}" for inside, outside in pairs)
    members = ",".join(f"{outside}:{name}_{outside}" for _inside, outside in pairs)
    return f'import{{{taken}}}from"{address}";const {name}={{{members}}};'
