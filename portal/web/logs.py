"""Logs without cookies, payloads, tokens, mail bodies or health data.

Reflex and Socket.IO write what a browser sent into their warnings, so from anything but the portal
itself only the place of the message is kept, never its text.
"""

import logging
import sys
import traceback

OWN = "portal"
# Their messages are about the process itself and carry nothing of a request.
HARMLESS = ("granian", "_granian", "alembic")
# They bring a handler of their own, with the whole text, unless somebody has set their level.
BRING_HANDLERS = ("engineio.server", "socketio.server")


class Redact(logging.Filter):
    """Keep our own messages; of others keep where they come from; of exceptions only the types."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; never drop one."""
        ours = record.name.split(".")[0] in (OWN, *HARMLESS)
        if not ours:
            record.msg = f"message withheld ({record.module}:{record.lineno})"
            record.args = ()
        if record.exc_info and record.exc_info[0]:
            record.exc_text = describe(record.exc_info[1])
            record.exc_info = None
        return True


def describe(error: BaseException | None) -> str:
    """Return an exception's type and where it was raised, without its text."""
    if error is None:
        return ""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    where = " < ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in reversed(frames))
    return f"{type(error).__name__} at {where}"


def configure_logs() -> None:
    """Send every logger through one redacting handler to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Redact())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OWN).setLevel(logging.INFO)
    for name in BRING_HANDLERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in list(logging.Logger.manager.loggerDict):
        logger = logging.getLogger(name)
        if logger.handlers:
            logger.handlers.clear()
            logger.propagate = True
