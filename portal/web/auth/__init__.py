"""The plain routes under ``/auth/``: what sets and clears cookies, because an event cannot.

What is shown once and kept nowhere, such as recovery codes, goes this way too: it never becomes a
part of a page's state.
"""

from starlette.routing import Route

from portal import routes
from portal.web.auth import (
    asks,
    claim,
    links,
    passkeys,
    passwords,
    proof,
    second_step,
    sign_in,
    sign_up,
)

AUTH_ROUTES = [
    Route(path, handler, methods=["POST"])
    for path, handler in (
        (routes.AUTH_SIGNUP, sign_up.post_signup),
        (routes.AUTH_VERIFY, sign_up.post_verify),
        (routes.AUTH_LOGIN, sign_in.post_login),
        (routes.AUTH_CODE, sign_in.post_code),
        (routes.AUTH_LOGOUT, sign_in.post_logout),
        (routes.AUTH_RESET, passwords.post_reset),
        (routes.AUTH_RESET_NEW, passwords.post_new_password),
        (routes.AUTH_PASSWORD, passwords.post_password),
        (routes.AUTH_INVITATION, passwords.post_invitation),
        (routes.AUTH_PROVE, proof.post_prove),
        (routes.AUTH_APP, second_step.post_app),
        (routes.AUTH_APP_CONFIRM, second_step.post_app_confirm),
        (routes.AUTH_RECOVERY_CODES, second_step.post_recovery_codes),
        (routes.AUTH_PASSKEY, passkeys.post_passkey),
        (routes.AUTH_PASSKEY_SIGN_IN, passkeys.post_passkey_sign_in),
        (routes.AUTH_PASSKEY_NEW, passkeys.post_passkey_new),
        (routes.AUTH_PASSKEY_ADD, passkeys.post_passkey_add),
        (routes.AUTH_CLAIM, claim.post_claim),
        (routes.AUTH_NOT_ME, links.post_not_me),
        (routes.AUTH_NEW_EMAIL, links.post_new_email),
        (routes.AUTH_ASK, asks.post_ask),
    )
]
