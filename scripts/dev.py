"""Work on the portal: the demo clinic, reloaded and rebuilt at every change, on PORT (3000).

Run: ``python -m scripts.dev``. Reflex's preview serves pages and plain routes from one port, as
production does, so that cookies, headers and the content security policy are the real ones. It has
its own web directory: tests and ``make demo`` can build meanwhile.
"""

import os
import signal
import subprocess
import sys

from portal.config import settings
from portal.migrate import upgrade
from portal.serve import demo_secret, served_state, stop
from scripts.tools import CACHE, ROOT, environment, install


def main() -> int:
    """Run Reflex and the worker until Ctrl-C; return the exit code."""
    os.environ["PORTAL_MODE"] = "demo"
    os.environ.setdefault("PORTAL_SECRET_KEY", demo_secret())
    install()
    upgrade()
    from portal.demo.seed import fill_once

    fill_once()
    env = {**environment(), "REFLEX_WEB_WORKDIR": str(CACHE / "dev-web")}
    port = str(settings().port)
    where = ("--frontend-port", port, "--backend-port", port, "--backend-host", settings().host)
    programs = ROOT / ".venv" / "bin"
    commands = {
        "portal": [programs / "reflex", "run", "--env", "preview", *where],
        "worker": [
            programs / "watchfiles",
            "--filter",
            "python",
            "python -m portal.worker",
            "portal",
        ],
    }
    running: dict[str, subprocess.Popen[bytes]] = {}
    with served_state():
        try:
            for name, command in commands.items():
                running[name] = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
            running["portal"].wait()
        except KeyboardInterrupt:
            return 0
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            stop(running)
    return 1


if __name__ == "__main__":
    sys.exit(main())
