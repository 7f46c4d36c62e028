"""The browser's halves of codes and passkeys; only the pages that use them load them."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell.form import form_texts
from portal.words import _


class _Passkey(rx.Component):
    library = "$/public/kit/passkey.jsx"
    tag = "PasskeyButton"
    alias = "KitPasskeyButton"

    adding: rx.Var[bool]
    begin: rx.Var[str]
    finish: rx.Var[str]
    fixed: rx.Var[dict[str, Any]]
    texts: rx.Var[dict[str, str]]
    label: rx.Var[str]
    on_done: rx.EventHandler[rx.event.no_args_event_spec]


class _SetUp(rx.Component):
    library = "$/public/kit/second-step.jsx"
    tag = "SecondStep"
    alias = "KitSecondStep"

    begin: rx.Var[str]
    action: rx.Var[str]
    signing_in: rx.Var[bool]
    texts: rx.Var[dict[str, str]]
    form_texts: rx.Var[dict[str, Any]]
    on_done: rx.EventHandler[rx.event.no_args_event_spec]


def passkey_sign_in(*, staff: bool = False) -> rx.Component:
    """Offer to sign in with a passkey; a browser that knows none of them shows nothing."""
    return _Passkey.create(
        adding=False,
        begin=routes.AUTH_PASSKEY,
        finish=routes.AUTH_PASSKEY_SIGN_IN,
        fixed={"staff": staff},
        label=_("Sign in with a passkey"),
        texts=_passkey_texts(),
        class_name="btn w-full sm:w-auto sm:px-8",
    )


def passkey_add(on_done: Any) -> rx.Component:
    """Make a passkey on this device; ``on_done`` is called once it is added."""
    return _Passkey.create(
        adding=True,
        begin=routes.AUTH_PASSKEY_NEW,
        finish=routes.AUTH_PASSKEY_ADD,
        fixed={},
        label=_("Make the passkey"),
        texts=_passkey_texts(),
        class_name="btn btn-primary",
        on_done=on_done,
    )


def app_set_up(*, signing_in: bool = False, on_done: Any = None) -> rx.Component:
    """Show the picture for the app, ask for its first code, then show the recovery codes."""
    more = {} if on_done is None else {"on_done": on_done}
    return _SetUp.create(
        begin=routes.AUTH_APP,
        action=routes.AUTH_APP_CONFIRM,
        signing_in=signing_in,
        texts=_set_up_texts(),
        form_texts=form_texts(),
        **more,
    )


def new_recovery_codes(on_done: Any) -> rx.Component:
    """Make ten new recovery codes and show them."""
    return _SetUp.create(
        begin=routes.AUTH_RECOVERY_CODES,
        action=routes.AUTH_APP_CONFIRM,
        signing_in=False,
        texts=_set_up_texts(),
        form_texts=form_texts(),
        on_done=on_done,
    )


def _passkey_texts() -> dict[str, str]:
    return {
        "failed": _("That did not work. Nothing has changed. Please try again."),
        "offline": _("No connection. Please try again in a moment."),
        "stopped": _("No passkey was used. Try again, or use another way."),
        "known": _("This device has a passkey for your account already."),
        "elsewhere": _("Passkeys work only at the usual address of this portal."),
        "unable": _("This browser cannot use passkeys. Try another browser or device."),
        "waiting": _("Waiting for your device"),
    }


def _set_up_texts() -> dict[str, str]:
    return {
        "loading": _("Loading. Please wait."),
        "failed": _("That did not work. Nothing has changed. Close this and try again."),
        "offline": _("No connection. Close this and try again in a moment."),
        "scan": _(
            "Open an app for sign-in codes on your phone (for example Google Authenticator, "
            "Microsoft Authenticator or 2FAS) and scan this picture with it."
        ),
        "picture": _("Picture to scan with the app"),
        "cannotScan": _("You cannot scan it? Type this key into the app:"),
        "code": _("Code that the app shows now"),
        "codeHint": _("Six figures. They change every 30 seconds."),
        "confirm": _("Turn the codes on"),
        "cancel": _("Cancel"),
        "codesTitle": _("Keep these recovery codes"),
        "codesWhy": _(
            "If you lose the app, each of them signs you in once. Keep them on paper or with your "
            "passwords. We show them only now."
        ),
        "copy": _("Copy"),
        "copied": _("Copied"),
        "print": _("Print"),
        "kept": _("I have kept them"),
    }
