"""Every door of the portal, written by hand: what a browser may call, who may, and what it is for.

A handler or route that is not here fails `test_doors_listed.py`, and so does one that is here and
is no more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlmodel import select

from portal import routes
from portal.db import reading
from portal.ids import new_id
from portal.models import Hold
from portal.permissions import Action as A
from portal.permissions import Permission as P
from tests.builders import HERE
from tests.security.world import Target, World

Payload = dict[str, Any]
Make = Callable[[World, Target], Payload]

ROOT = "reflex___state____state"


def _nothing(_world: World, _at: Target) -> Payload:
    return {}


def _member(_world: World, at: Target) -> Payload:
    return {"member_id": at.patient_id}


def _person(_world: World, at: Target) -> Payload:
    return {"person_id": at.patient_id}


def _holder(**more: Any) -> Make:
    """Aim at what somebody gives: let the forger themselves hold it."""
    return lambda world, at: {"owner_id": at.patient_id, "holder_id": world.stranger.me, **more}


def _visit(_world: World, at: Target) -> Payload:
    return {"visit_id": at.visit_id}


def _visit_page(_world: World, at: Target) -> str:
    return routes.with_query(routes.VISIT, id=at.visit_id)


def _form(**fields: Any) -> Make:
    return lambda _world, _at: {"data": {**fields, "request_key": new_id()}}


def _member_form(**fields: Any) -> Make:
    return lambda _world, at: {
        "data": {"member_id": at.patient_id, **fields, "request_key": new_id()}
    }


def _book(_world: World, at: Target) -> Payload:
    with reading() as session:
        prices = session.exec(select(Hold.price_cents).where(Hold.order_id == at.order_id)).all()
    return _form(order_id=at.order_id, shown_cents=sum(prices), note="")(_world, at)


def _order_page(path: str) -> Callable[[World, Target], str]:
    return lambda _world, at: routes.with_query(path, order=at.order_id)


def _slot(world: World, _at: Target) -> Payload:
    return {"at": int(world.free_at.timestamp()), "who": world.practitioner_id}


def _times_page(world: World, at: Target) -> str:
    query = {"with": world.practitioner_id, "for": at.patient_id}
    return routes.with_query(routes.BOOK_TIMES, service=world.service_id, **query)


def _start_page(_world: World, at: Target) -> str:
    return routes.with_query(routes.BOOK, **{"for": at.patient_id})


def _claim_page(_world: World, at: Target) -> str:
    return routes.with_query(routes.CLAIM, token=at.claim_token)


def _claim_form(_world: World, at: Target) -> Payload:
    return {"data": {"token": at.claim_token, "answers": {}, "request_key": new_id()}}


def _nowhere(_world: World, _at: Target) -> str:
    return "/nowhere"


def _page(path: str) -> Callable[[World, Target], str]:
    return lambda _world, _at: path


NEW_MEMBER: Payload = {
    "relationship": "child",
    "first_name": "Noa",
    "last_name": "Strand",
    "email": "noa@family.example",
    "phone": "",
    "birth_on_day": "1",
    "birth_on_month": "2",
    "birth_on_year": "2015",
}
DETAILS: Payload = {
    "first_name": "Sten",
    "last_name": "Strand",
    "phone": "604 555 0140",
    "preferred_name": "",
    "pronouns": "",
    "birth_on_day": "1",
    "birth_on_month": "2",
    "birth_on_year": "1980",
}


@dataclass(frozen=True)
class Door:
    """One handler of a state."""

    state: str  # as in the module: "family.state.Family"
    handler: str
    action: A | None  # None: shows only what everybody may see, or only changes what is shown
    payload: Make = _nothing
    page: Callable[[World, Target], str] = _nowhere
    mark: Literal["public", "session", "staff", "either"] = "session"
    # What opens it on somebody else: a permission, or any relationship at all.
    opened_by: P | Literal["relationship"] | None = None
    # It works on the actor's own things whatever is sent; forged fields beside them are refused.
    own: bool = False

    @property
    def name(self) -> str:
        """Return the name by which a browser calls it."""
        *module, state = self.state.split(".")
        return f"{ROOT}.portal___{'___'.join(module)}____{_snake(state)}.{self.handler}"

    def aimed(self, world: World, at: Target) -> Payload:
        """Return what somebody sends who wants it done to ``at``."""
        payload = self.payload(world, at)
        if self.own and "data" in payload:
            forged = {"patient_id": at.patient_id, "owner_id": at.patient_id}
            return {"data": {**payload["data"], **forged}}
        return payload


def _snake(name: str) -> str:
    return "".join(
        f"_{c.lower()}" if c.isupper() and at else c.lower() for at, c in enumerate(name)
    )


def _wait_form(world: World, at: Target) -> Payload:
    days = {f"day_{number}": True for number in range(7)}
    fields = {"patient_id": at.patient_id, "service_id": world.service_id, "practitioner_id": ""}
    until_on = (world.free_at + timedelta(days=9)).date().isoformat()
    return {"data": {**fields, **days, "until_on": until_on, "request_key": new_id()}}


def _wait_page(world: World, at: Target) -> str:
    query = {"service": world.service_id, "for": at.patient_id}
    return routes.with_query(routes.WAIT_LIST_ASK, **query)


def _together_page(world: World, at: Target) -> str:
    people = f"{at.patient_id}.{world.stranger.me}"
    return routes.with_query(routes.BOOK_TOGETHER, service=world.service_id, **{"for": people})


def _way(world: World, _at: Target) -> Payload:
    """Press the first time of the day after that of the other pages."""
    return {"key": f"{int((world.free_at + timedelta(days=1)).timestamp())}-{HERE}"}


def _series(world: World, _at: Target) -> Payload:
    """Keep the same time a week after the one that is kept."""
    at = int((world.free_at + timedelta(days=10)).timestamp())
    return _form(**{f"free-{at}-{world.practitioner_id}": True})(world, _at)


def _repeat_page(_world: World, at: Target) -> str:
    return routes.with_query(routes.BOOK_REPEAT, order=at.order_id)


ANY: Literal["relationship"] = "relationship"
TOGETHER, REPEAT = "booking.together.state.Together", "booking.repeat.state.Repeat"
WAIT_LIST, WAIT_ASK = "waitlist.state.WaitList", "waitlist.state.WaitAsk"
FAMILY, VISITS = "family.state.Family", "visits.state.Visits"
SECURITY, PROFILE = "security.state.Security", "account.state.Profile"
SHARING, ACTIVITY = "sharing.state.Sharing", "activity.state.Activity"
SERVICES, TIMES = "booking.state.Services", "booking.week.state.Times"
WHO, CONFIRM = "booking.who.state.Who", "booking.confirm.state.Confirm"
STAFF_LOGIN, CLAIM = "login.state.StaffLogin", "claim.state.Claim"
LOGIN, SHELL, STEP = "login.state.Login", "shell.state.Shell", "signup.state.FamilyStep"

DOORS = (
    Door(SHELL, "load", None, mark="public"),
    Door(SHELL, "refresh", A.VISIT_READ, page=_page(routes.APPOINTMENTS), mark="public", own=True),
    Door(SHELL, "wake", A.VISIT_READ, page=_page(routes.APPOINTMENTS), mark="public", own=True),
    Door(SHELL, "close_proof", None, lambda _w, _at: {"proved": True}, mark="public"),
    Door(SHELL, "send_link_again", A.ACCOUNT_SECURITY, own=True),
    Door(LOGIN, "load", None, page=_page(f"{routes.LOGIN}?said=out"), mark="public"),
    Door(STAFF_LOGIN, "load", None, page=_page(f"{routes.STAFF_LOGIN}?said=out"), mark="public"),
    Door(LOGIN, "load_verify", None, page=_page(f"{routes.VERIFY}?token=abc"), mark="public"),
    Door(LOGIN, "load_new_email", None, page=_page(f"{routes.NEW_EMAIL}?token=abc"), mark="public"),
    Door(STEP, "load", None),
    Door(
        STEP,
        "go_on",
        A.FAMILY_ADD,
        _form(for_family="yes", members=[NEW_MEMBER]),
        own=True,
    ),
    Door(PROFILE, "load", A.PROFILE_READ, own=True),
    Door(PROFILE, "save", A.PROFILE_EDIT, _form(**DETAILS), own=True),
    *(
        Door(SECURITY, name, A.ACCOUNT_SECURITY, payload, mark="either", own=True)
        for name, payload in (
            ("load", _nothing),
            ("refresh", _nothing),
            ("end_others", _nothing),
            ("begin", lambda _w, _at: {"what": "app"}),
            ("close", _nothing),
            ("turn_codes_off", _nothing),
            ("change_email", _form(email="new@family.example")),
        )
    ),
    Door(
        SECURITY,
        "end",
        A.ACCOUNT_SECURITY,
        lambda _w, at: {"session_id": at.session_id},
        mark="either",
    ),
    Door(
        SECURITY,
        "remove_passkey",
        A.ACCOUNT_SECURITY,
        lambda _w, at: {"passkey_id": at.passkey_id},
        mark="either",
    ),
    Door(FAMILY, "load", A.FAMILY_LIST, own=True),
    Door(FAMILY, "refresh", A.FAMILY_LIST, page=_page(routes.ACCOUNT_FAMILY), own=True),
    Door(FAMILY, "load_add", None),
    Door(FAMILY, "add", A.FAMILY_ADD, _form(members=[NEW_MEMBER]), own=True),
    Door(FAMILY, "edit", A.RELATIONSHIP_READ, _member, opened_by=ANY),
    Door(FAMILY, "ask_removal", A.RELATIONSHIP_READ, _member, opened_by=ANY),
    Door(FAMILY, "close", None),
    Door(
        FAMILY,
        "give_up",
        A.GRANT_GIVE_UP,
        lambda _w, at: {"member_id": at.patient_id, "permission": P.BOOK},
        opened_by=ANY,
    ),
    Door(
        FAMILY,
        "take_back",
        A.GRANT_GIVE,
        lambda _w, at: {"member_id": at.patient_id, "permission": P.BOOK},
    ),
    Door(
        FAMILY,
        "save_label",
        A.RELATIONSHIP_LABEL,
        _member_form(label="other", label_text="Neighbour"),
        opened_by=ANY,
    ),
    Door(FAMILY, "remove", A.RELATIONSHIP_REMOVE, _member_form(), opened_by=ANY),
    Door(
        FAMILY,
        "ask",
        A.GRANT_ASK,
        lambda _w, at: {
            "data": {"member_id": at.relative_id, "intake": True, "request_key": new_id()}
        },
        opened_by=ANY,
    ),
    Door(FAMILY, "take_back_ask", A.GRANT_ASK, lambda _w, at: {"ask_id": at.own_ask_id}),
    Door(FAMILY, "send_link", A.GRANT_GIVE, _member),
    Door(
        SHARING,
        "load",
        A.GRANT_READ,
        page=lambda _w, at: f"{routes.ACCOUNT_SHARING}?for={at.patient_id}",
    ),
    Door(SHARING, "refresh", A.GRANT_READ, page=_page(routes.ACCOUNT_SHARING), own=True),
    Door(SHARING, "switch", A.GRANT_GIVE, _holder(permission=P.BILL_TO_ACCOUNT, on=True)),
    Door(SHARING, "all_off", A.GRANT_WITHDRAW, _holder()),
    Door(SHARING, "answer", A.GRANT_GIVE, lambda _w, at: {"ask_id": at.ask_id, "accept": False}),
    Door(SHARING, "ask_removal", A.RELATIONSHIP_REMOVE, _member, opened_by=ANY),
    Door(SHARING, "ask_block", A.RELATIONSHIP_REMOVE, _member, opened_by=ANY),
    Door(SHARING, "block", A.PERSON_BLOCK, _member, opened_by=ANY),
    Door(SHARING, "unblock", A.PERSON_BLOCK, _person, own=True),
    Door(SHARING, "remove", A.RELATIONSHIP_REMOVE, _member_form(), opened_by=ANY),
    Door(SHARING, "close", None),
    Door(ACTIVITY, "load", A.ACTIVITY_READ, page=_page(routes.ACCOUNT_ACTIVITY), own=True),
    Door(ACTIVITY, "refresh", A.ACTIVITY_READ, page=_page(routes.ACCOUNT_ACTIVITY), own=True),
    Door(
        ACTIVITY,
        "show_only",
        A.ACTIVITY_READ,
        lambda _w, at: {"who": at.patient_id},
        opened_by=ANY,
    ),
    Door(ACTIVITY, "turn", A.ACTIVITY_READ, lambda _w, _at: {"page": 2}, own=True),
    Door("asks.state.AskLink", "load", None, page=_page(f"{routes.ASK}?token=abc"), mark="public"),
    Door(CLAIM, "load", None, page=_claim_page, mark="public"),
    Door(CLAIM, "refresh", None, page=_claim_page, mark="public"),
    Door(CLAIM, "sign_in", None, page=_claim_page, mark="public"),
    Door(CLAIM, "join", A.PROFILE_JOIN, _claim_form, page=_claim_page, own=True),
    Door(SERVICES, "load", A.VISIT_BOOK, page=_start_page, opened_by=P.BOOK),
    Door(SERVICES, "refresh", A.VISIT_BOOK, page=_start_page, own=True),
    Door(SERVICES, "choose", A.VISIT_BOOK, _person, page=_start_page, opened_by=P.BOOK),
    Door(
        SERVICES,
        "toggle",
        A.VISIT_BOOK,
        lambda _w, at: {"person_id": at.patient_id, "on": True},
        opened_by=P.BOOK,
    ),
    Door(SERVICES, "choose_several", A.VISIT_BOOK, lambda _w, _at: {"on": True}, own=True),
    Door(TIMES, "load", A.VISIT_BOOK, page=_times_page, opened_by=P.BOOK),
    Door(TIMES, "refresh", A.VISIT_BOOK, page=_times_page, own=True),
    Door(TIMES, "choose_practitioner", None, lambda w, _at: {"practitioner_id": w.practitioner_id}),
    Door(TIMES, "choose_part", None, lambda _w, _at: {"part": "morning"}),
    Door(TIMES, "show", None, lambda _w, _at: {"view": "week"}),
    Door(TIMES, "go_next", None),
    Door(TIMES, "open_day", None, lambda w, _at: {"on": w.free_at.date().isoformat()}),
    Door(TIMES, "turn", None, lambda _w, _at: {"by": 1}),
    Door(TIMES, "choose", None, _slot),
    Door(
        TIMES,
        "go_on",
        A.VISIT_BOOK,
        lambda w, at: {**_slot(w, at), "room": ""},
        page=_times_page,
        opened_by=P.BOOK,
    ),
    Door(WHO, "load", A.VISIT_BOOK, page=_order_page(routes.BOOK_WHO)),
    Door(WHO, "refresh", A.VISIT_BOOK, page=_order_page(routes.BOOK_WHO), own=True),
    Door(WHO, "choose", A.VISIT_BOOK, _person, page=_order_page(routes.BOOK_WHO)),
    Door(
        WHO,
        "toggle",
        A.VISIT_BOOK,
        lambda _w, at: {"person_id": at.patient_id, "on": False},
        page=_order_page(routes.BOOK_WHO),
    ),
    Door(WHO, "choose_payer", A.VISIT_BOOK, _person, page=_order_page(routes.BOOK_WHO)),
    Door(WHO, "choose_all", A.VISIT_BOOK, page=_order_page(routes.BOOK_WHO), own=True),
    Door(WHO, "ask_new", None),
    Door(WHO, "close", None),
    Door(
        WHO,
        "add",
        A.FAMILY_ADD,
        _form(members=[NEW_MEMBER]),
        page=_order_page(routes.BOOK_WHO),
        own=True,
    ),
    Door(CONFIRM, "load", A.VISIT_BOOK, page=_order_page(routes.BOOK_CONFIRM)),
    Door(CONFIRM, "refresh", A.VISIT_BOOK, page=_order_page(routes.BOOK_CONFIRM), own=True),
    Door(CONFIRM, "extend", A.VISIT_BOOK, page=_order_page(routes.BOOK_CONFIRM), own=True),
    Door(
        CONFIRM,
        "let_go",
        A.VISIT_BOOK,
        lambda _w, at: {"hold_id": at.order_id},
        page=_order_page(routes.BOOK_CONFIRM),
        own=True,
    ),
    Door(CONFIRM, "pick", None, lambda _w, at: {"hold_id": at.order_id, "chosen": "1:x"}),
    Door(CONFIRM, "keep_again", A.VISIT_BOOK, own=True),
    Door(CONFIRM, "book", A.VISIT_BOOK, _book, page=_order_page(routes.BOOK_CONFIRM)),
    Door(TOGETHER, "load", A.VISIT_BOOK, page=_together_page, opened_by=P.BOOK),
    Door(TOGETHER, "refresh", A.VISIT_BOOK, page=_together_page, own=True),
    Door(TOGETHER, "choose_kind", None, lambda _w, _at: {"kind": "after"}),
    Door(TOGETHER, "choose_part", None, lambda _w, _at: {"part": "morning"}),
    Door(
        TOGETHER,
        "choose_service",
        A.VISIT_BOOK,
        lambda w, at: {"patient_id": at.patient_id, "service_id": w.service_id},
        own=True,
    ),
    Door(TOGETHER, "turn", None, lambda _w, _at: {"by": 1}),
    Door(TOGETHER, "choose", None, _way),
    Door(TOGETHER, "go_on", A.VISIT_BOOK, _way, own=True),
    Door(REPEAT, "load", A.VISIT_BOOK, page=_repeat_page, own=True),
    Door(REPEAT, "refresh", A.VISIT_BOOK, page=_repeat_page, own=True),
    Door(
        REPEAT,
        "look",
        A.VISIT_BOOK,
        _form(every="1", end="times", times="2"),
        page=_repeat_page,
        own=True,
    ),
    Door(REPEAT, "keep", A.VISIT_BOOK, _series, page=_repeat_page, own=True),
    Door(VISITS, "load", A.VISIT_READ, page=_page(routes.APPOINTMENTS), own=True),
    Door(VISITS, "refresh", A.VISIT_READ, page=_page(routes.APPOINTMENTS), own=True),
    Door(
        VISITS,
        "show_only",
        A.VISIT_READ,
        lambda _w, at: {"patient_id": at.patient_id},
        opened_by=P.BOOK,
    ),
    Door(VISITS, "turn", A.VISIT_READ, lambda _w, _at: {"page": 2}, own=True),
    Door(VISITS, "ask_cancel", A.VISIT_READ, _visit, opened_by=P.BOOK),
    Door(VISITS, "close", None),
    Door(
        VISITS,
        "cancel",
        A.VISIT_CANCEL,
        lambda _w, at: {"visit_id": at.visit_id, "all_of": ""},
        opened_by=P.BOOK,
    ),
    Door(VISITS, "undo", A.VISIT_CANCEL, _visit, opened_by=P.BOOK),
    Door(VISITS, "load_one", A.VISIT_READ, page=_visit_page, opened_by=P.BOOK),
    Door(VISITS, "refresh_one", A.VISIT_READ, page=_visit_page, opened_by=P.BOOK),
    Door(WAIT_LIST, "load", A.VISIT_READ, page=_page(routes.WAIT_LIST), own=True),
    Door(WAIT_LIST, "refresh", A.VISIT_READ, page=_page(routes.WAIT_LIST), own=True),
    Door(WAIT_LIST, "ask_withdraw", None, lambda _w, at: {"request_id": at.request_id}),
    Door(WAIT_LIST, "close", None),
    Door(
        WAIT_LIST,
        "accept",
        A.VISIT_BOOK,
        lambda _w, at: {"offer_id": at.offer_id},
        opened_by=P.BOOK,
    ),
    Door(
        WAIT_LIST,
        "decline",
        A.VISIT_BOOK,
        lambda _w, at: {"offer_id": at.other_offer_id},
        opened_by=P.BOOK,
    ),
    Door(
        WAIT_LIST,
        "withdraw",
        A.VISIT_CANCEL,
        lambda _w, at: {"request_id": at.request_id},
        opened_by=P.BOOK,
    ),
    Door(WAIT_ASK, "load", A.VISIT_BOOK, page=_wait_page, own=True),
    Door(WAIT_ASK, "ask", A.VISIT_BOOK, _wait_form, opened_by=P.BOOK),
)


# Methods that states call on each other. Reflex names them to browsers as well; the guard, which
# finds no mark on them, refuses them.
@dataclass(frozen=True)
class PlainRoute:
    """One plain HTTP route: what it stands for and what it needs."""

    path: str
    methods: frozenset[str]
    action: str
    changes: bool = True  # then it refuses what another site sends
    body: Payload | None = None  # None: it reads no body


def _post(path: str, action: str, **body: Any) -> PlainRoute:
    return PlainRoute(path, frozenset({"POST"}), action, body=body)


GET = frozenset({"GET", "HEAD"})
EMAIL, PASSWORD = "sten@family.example", "wary otter lantern 9"

ROUTES = (
    _post(
        routes.AUTH_SIGNUP,
        "account.create",
        first_name="Sten",
        last_name="Strand",
        email=EMAIL,
        phone="604 555 0140",
        password=PASSWORD,
    ),
    _post(routes.AUTH_LOGIN, "session.start", email=EMAIL, password=PASSWORD, next=""),
    PlainRoute(routes.AUTH_LOGOUT, frozenset({"POST"}), "session.end"),
    _post(routes.AUTH_VERIFY, "account.verify", token="x", password=PASSWORD),
    _post(routes.AUTH_RESET, "reset.ask", email=EMAIL),
    _post(routes.AUTH_RESET_NEW, "account.password", token="x", password=PASSWORD),
    _post(routes.AUTH_PASSWORD, A.ACCOUNT_SECURITY, current=PASSWORD, password=PASSWORD),
    _post(routes.AUTH_NOT_ME, "profile.not_me", token="x"),
    _post(routes.AUTH_CLAIM, "profile.claim", token="x", password=PASSWORD, answers={}),
    _post(routes.AUTH_CODE, "session.start", code="123456", next=""),
    _post(routes.AUTH_PROVE, A.ACCOUNT_SECURITY, password=PASSWORD, code=""),
    _post(routes.AUTH_INVITATION, "account.verify", token="x", password=PASSWORD),
    _post(routes.AUTH_NEW_EMAIL, "account.email", token="x"),
    _post(routes.AUTH_APP, A.ACCOUNT_SECURITY, signing_in=False),
    _post(routes.AUTH_APP_CONFIRM, A.ACCOUNT_SECURITY, code="123456", signing_in=False, next=""),
    _post(routes.AUTH_RECOVERY_CODES, A.ACCOUNT_SECURITY, signing_in=False),
    _post(routes.AUTH_PASSKEY, "session.start", request_key=""),
    _post(
        routes.AUTH_PASSKEY_SIGN_IN,
        "session.start",
        credential={"id": "x", "response": {}},
        staff=False,
        next="",
    ),
    _post(routes.AUTH_PASSKEY_NEW, A.ACCOUNT_SECURITY, request_key=""),
    _post(routes.AUTH_PASSKEY_ADD, A.ACCOUNT_SECURITY, credential={"id": "x", "response": {}}),
    _post(routes.AUTH_ASK, A.GRANT_GIVE, token="x", answers={}, password=PASSWORD),
    PlainRoute(routes.ACTIVITY_CSV, GET, A.ACTIVITY_READ, changes=False),
    PlainRoute(routes.VISIT_ICS, GET, A.VISIT_READ, changes=False),
    PlainRoute(routes.HEALTH, GET, "health", changes=False),
    PlainRoute(routes.READY, GET, "health", changes=False),
)

# Reflex's own: the socket whose events pass the guard, two that tell no more than that it runs.
FRAMEWORK_ROUTES = frozenset({"/_event", "/ping", "/_health"})
