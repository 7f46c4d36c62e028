"""Forget the demo clinic: its database and its secret. Run: ``python -m scripts.demo_reset``."""

import sys
from fcntl import LOCK_EX, LOCK_NB, flock

from portal.serve import SECRET, SERVING, STATE


def main() -> int:
    """Remove the demo's state unless it is being served; return the exit code."""
    STATE.mkdir(exist_ok=True)
    with SERVING.open("w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            print("The portal is running; stop it first (Ctrl-C).", file=sys.stderr)
            return 1
        for file in (SECRET, *STATE.glob("kindred.db*")):
            file.unlink(missing_ok=True)
    print("The demo clinic is forgotten; make demo fills a new one.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
