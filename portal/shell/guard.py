"""The event door: nothing a browser sends reaches a handler that is not marked here.

`GuardMiddleware` runs before every event: it refuses unmarked handlers, limits the rate, reads who
is asking from the cookie of the connection, and keeps one person's state from the next one. The
`guarded` decorator then checks the arguments strictly and hands the actor in.
"""

import functools
import inspect
import logging
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import pydantic
import reflex as rx
from reflex.middleware.middleware import Middleware
from reflex.state import StateUpdate
from reflex_base.event import Event
from reflex_base.registry import RegistrationContext
from sqlmodel import Session

from portal import audit, clock, db, metrics, routes
from portal.account.fresh import PasswordNeeded
from portal.account.proof import needs_code
from portal.account.sessions import SignedIn, find_session, touch_session
from portal.errors import AccessRefused, Invalid, PortalError, SignedOut, TooMany
from portal.ids import is_id
from portal.live import acting_tab
from portal.permissions import Actor
from portal.shell.live import REFRESH, back_to_login, watch
from portal.shell.notice import Notice, notice
from portal.shell.tabs import TABS
from portal.web.cookie import read_cookie
from portal.web.limits import network_of, take
from portal.words import _

log = logging.getLogger("portal.guard")

MARK = "__portal_guard__"

_ROOT = "reflex___state____state"
HYDRATE = f"{_ROOT}.hydrate_and_load"
# What Reflex's own front end sends; a test checks that these names still exist.
FRAMEWORK = frozenset(
    {
        HYDRATE,
        f"{_ROOT}.reflex___state____on_load_internal_state.on_load_internal",
        f"{_ROOT}.reflex___state____on_load_internal_state.set_is_hydrated",
        f"{_ROOT}.reflex___state____update_vars_internal_state.update_vars_internal",
        f"{_ROOT}.reflex___state____frontend_event_exception_state.handle_frontend_exception",
    }
)

KEEP_EVERY = 15 * 60  # seconds

# Set by the middleware, read by the wrapper: both run in the task of the one event.
_who: ContextVar[SignedIn | None] = ContextVar("who", default=None)


class Binding(rx.State):
    """Which log-in session the state tree belongs to."""

    _session_id: str = ""
    _kept_at: float = 0.0  # seconds since 1970


class Said(rx.State):
    """What the portal has to say about the last event; every page shows it."""

    notices: list[Notice] = []
    _next: Notice | None = None  # kept for the page that opens next, where it is said once


class Proof(rx.State):
    """Whether the page asks who it is, before something that lasts (`portal.shell.prove`)."""

    asked: str = ""  # "password", or "code" where that is asked beside it


class PageState(rx.State, mixin=True):
    """What every page with a form or buttons has: what was wrong, and that an answer came."""

    errors: dict[str, str] = {}
    message: str = ""
    # "<request key>:<number>": which try this answers, so that no other event is taken for it.
    answered: str = ""
    _answers: int = 0


async def announce(state: rx.State, what: Notice, *, on_next_page: bool = False) -> None:
    """Say one thing, in the place of what was said before, or as soon as the next page opens."""
    said = await state.get_state(Said)
    if on_next_page:
        said.notices, said._next = [], what
    else:
        said.notices, said._next = [what], None


async def turn_page(state: rx.State) -> None:
    """Forget what was said, and say what was kept for the page now opened."""
    watch(state)
    said = await state.get_state(Said)
    said.notices, said._next = [said._next] if said._next else [], None
    (await state.get_state(Proof)).asked = ""


def guarded(
    fn: Callable[..., Any] | None = None,
    *,
    public: bool = False,
    staff: bool | None = False,
    quiet: bool = False,
) -> Any:
    """Make a method of a state a door: strict arguments, a live session, plain refusals.

    The handler gets who is asking as keyword-only ``actor`` (``None`` on a public door without a
    session). The parameter is hidden from the event's signature, so no browser can supply it.

    Patients and staff have doors of their own: at the other's door somebody is sent to their own
    start page. At a public door a member of staff is a visitor. ``staff=None`` lets both in, to
    what belongs to their own account.

    A ``quiet`` door is no answer to anybody's press: it leaves errors and messages as they are,
    says nothing when it is refused, and a refusal is not somebody's attempt.
    """
    if fn is None:
        return functools.partial(guarded, public=public, staff=staff, quiet=quiet)
    signature = inspect.signature(fn)
    parameters = [p for name, p in signature.parameters.items() if name != "actor"]
    names = [p.name for p in parameters[1:]]
    arguments = _arguments_model(fn, parameters[1:])
    takes_actor = "actor" in signature.parameters

    async def door(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            given = arguments.model_validate({**dict(zip(names, args, strict=False)), **kwargs})
        except pydantic.ValidationError as error:
            wrong = [
                # The name of an argument that we do not have is the browser's own text.
                (next((part for part in e["loc"] if part in names), "unknown"), e["type"])
                for e in error.errors(include_input=False)
            ]
            log.warning("arguments refused for %s: %s", fn.__qualname__, wrong)
            metrics.count_refused("arguments")
            return None if quiet else await _answer(self, Invalid({"": _WRONG_ARGUMENTS}), "")
        who = _who.get()
        if public and who and who.actor.kind == "staff":
            who = None
        if who is None and not public:
            return rx.redirect(_login_for(self, staff=staff), replace=True)
        if who and staff is not None and (who.actor.kind == "staff") != staff:
            home = routes.HOME if staff else routes.STAFF
            return rx.redirect(home, replace=True)
        values = {name: getattr(given, name) for name in names}
        if takes_actor:
            values["actor"] = who.actor if who else None
        run = _run_quietly if quiet else _run
        return await run(self, fn, values, who)

    functools.update_wrapper(door, fn)
    delattr(door, "__wrapped__")
    door.__signature__ = signature.replace(parameters=parameters)  # pyright: ignore[reportFunctionMemberAccess]
    hints = inspect.get_annotations(fn, eval_str=True)
    door.__annotations__ = {name: hint for name, hint in hints.items() if name != "actor"}
    mark = {True: "staff", False: "session", None: "either"}[staff]
    setattr(door, MARK, "public" if public else mark)
    return rx.event(door)


class GuardMiddleware(Middleware):
    """Runs before every event, with the state locked and nothing sent yet."""

    async def preprocess(self, app: rx.App, state: Any, event: Event) -> StateUpdate | None:  # noqa: ARG002
        """Let the event pass (``None``) or answer it with nothing, or with the log-in page."""
        _who.set(None)
        acting_tab.set("")
        registered = RegistrationContext.get().event_handlers.get(event.name)
        function = getattr(registered.handler, "fn", None) if registered else None
        root = state._get_root_state()
        router = root.router  # put together anew at each access
        token = read_cookie(router.headers.cookie)
        who = await db.read(find_session, token) if token else None
        try:
            # What we push ourselves is counted apart: it must not stand in the way of a press.
            limit = "refresh" if event.name == REFRESH else "event"
            await take(limit, who.session_id if who else network_of(router.session.client_ip))
        except TooMany:
            log.warning("too many events")
            metrics.count_refused("too_many")
            return StateUpdate()
        if event.name not in FRAMEWORK and not hasattr(function, MARK):
            log.warning("event without a door refused")
            metrics.count_refused("no_door")
            return StateUpdate()
        session_id = who.session_id if who else ""
        binding = await root.get_state(Binding)
        if binding._session_id != session_id:
            if event.name != HYDRATE:
                # Only this event is sure to have the whole tree loaded. With Redis others load just
                # their own part, and to reset a part would leave the rest to the next person.
                staff = router.url.path.startswith(routes.STAFF)
                return StateUpdate(events=_without_state(event, who, binding, staff=staff))
            root.reset()
            binding = await root.get_state(Binding)
            binding._session_id = session_id
        if binding._kept_at < (now := clock.now().timestamp()) - KEEP_EVERY:
            # Redis drops, an hour after it was written, what no event has changed since.
            binding._kept_at = now
        if who:
            token = router.session.client_token
            at_desk = who.actor.kind == "staff"
            TABS.remember(token, session_id, who.actor.id or "", staff=at_desk)
            acting_tab.set(token)
            # What others do must not keep somebody signed in who went away.
            if who.stale and event.name != REFRESH:
                await db.write(touch_session, session_id)
        _who.set(who)
        return None


def staff_is_here() -> bool:
    """Tell whether the visitor at a public door is a member of staff who is signed in."""
    who = _who.get()
    return who is not None and who.actor.kind == "staff"


def _without_state(
    event: Event, who: SignedIn | None, binding: Binding, *, staff: bool
) -> list[Event]:
    """Answer a tab whose state is not its person's; ``staff``: it shows a page of theirs."""
    if who is None or binding._session_id:
        return [back_to_login(staff=staff)]
    # It has outlived its state, which is kept for an hour after its last event. Whoever is there
    # gets the page built anew; nobody was where only a push came.
    return [] if event.name == REFRESH else [Event(name=HYDRATE, payload={})]


_WRONG_ARGUMENTS = _("Something was wrong with this page. Reload it and try again.")
_FAILED = _("Something went wrong on our side. Please try again, or call the clinic.")


def _arguments_model(fn: Callable[..., Any], parameters: list[inspect.Parameter]) -> Any:
    hints = inspect.get_annotations(fn, eval_str=True)
    fields: dict[str, Any] = {
        p.name: (hints[p.name], ... if p.default is inspect.Parameter.empty else p.default)
        for p in parameters
    }
    strict = pydantic.ConfigDict(extra="forbid", str_max_length=20_000)
    return pydantic.create_model(f"{fn.__name__}_arguments", __config__=strict, **fields)


async def _run(
    self: Any, fn: Callable[..., Any], values: dict[str, Any], who: SignedIn | None
) -> Any:
    """Run the handler; turn what it refuses into words, and always say that an answer came."""
    if hasattr(self, "errors"):
        self.errors, self.message = {}, ""
    key = _request_key(values)
    try:
        answer = await _call(self, fn, values)
    except SignedOut:
        return _to_login(self, who)
    except PasswordNeeded as error:
        return await _ask_proof(self, error, key, who)
    except PortalError as error:
        if isinstance(error, AccessRefused) and who:
            await db.write(_record_refusal, who.actor, error, fn.__qualname__, values)
        return await _answer(self, error, key)
    except Exception:
        # Whatever it is: the person gets an answer, the operator a line without personal data.
        log.exception("handler %s failed", fn.__qualname__)
        return await _answer(self, PortalError(_FAILED), key)
    _count(self, key)
    return answer


async def _run_quietly(
    self: Any, fn: Callable[..., Any], values: dict[str, Any], who: SignedIn | None
) -> Any:
    """Run a handler that nobody pressed for: whatever it is refused, the page stays as it is."""
    try:
        return await _call(self, fn, values)
    except SignedOut:
        return _to_login(self, who)
    except PortalError:
        return None
    except Exception:
        log.exception("handler %s failed", fn.__qualname__)
        return None


async def _call(self: Any, fn: Callable[..., Any], values: dict[str, Any]) -> Any:
    with metrics.counting(fn.__qualname__):
        answer = fn(self, **values)
        return await answer if inspect.isawaitable(answer) else answer


def _to_login(self: Any, who: SignedIn | None) -> Any:
    staff = who is not None and who.actor.kind == "staff"
    return rx.redirect(_login_for(self, staff=staff), replace=True)


async def _answer(self: Any, error: PortalError, key: str) -> None:
    """Show a refusal: beside its fields where the page has a form, else as a notice."""
    _count(self, key)
    # Only a form has places for the sentences; a plain press says them as a notice.
    if key and isinstance(error, Invalid) and hasattr(self, "errors"):
        self.errors = error.errors
        return
    if hasattr(self, "message"):
        self.message = error.message
    if not key:  # a form shows it itself, where the eyes are
        await announce(self, notice("error", error.message))


async def _ask_proof(self: Any, error: PasswordNeeded, key: str, who: SignedIn | None) -> None:
    """Open the dialog that asks for the password; a form stays as it is, to be sent again."""
    _count(self, key)
    if key and hasattr(self, "message"):
        self.message = error.message
    proof = await self.get_state(Proof)
    proof.asked = "code" if who and await db.read(needs_code, who.actor) else "password"


def _record_refusal(
    session: Session, actor: Actor, error: AccessRefused, handler: str, values: dict[str, Any]
) -> None:
    """Note who asked for what, whether or not it exists."""
    # Ids only: what was asked for comes from a browser, and the trail is no place for a novel.
    subject_id = error.subject_id if is_id(error.subject_id) else None
    asked = {name: value for name, value in values.items() if is_id(value)}
    action = error.action or handler
    audit.record(session, actor, action, subject_id, allowed=False, handler=handler, asked=asked)


def _request_key(values: dict[str, Any]) -> str:
    """Return the key of the form that was sent, or nothing for a plain event."""
    data = values.get("data")
    key = data.get("request_key", "") if isinstance(data, dict) else ""
    return key if isinstance(key, str) else ""


def _count(self: Any, key: str) -> None:
    if hasattr(self, "answered"):
        self._answers += 1
        self.answered = f"{key[:64]}:{self._answers}"


def _login_for(self: Any, *, staff: bool | None) -> str:
    path = self.router.url.path
    if staff is None:
        staff = path.startswith(routes.STAFF + "/")
    return routes.with_query(routes.STAFF_LOGIN if staff else routes.LOGIN, next=path)
