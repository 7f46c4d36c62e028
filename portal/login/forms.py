"""What the forms at the doors send: log-in, reset, the links from mails, second steps."""

from typing import Any

from pydantic import Field

from portal.forms import EmailText, Form, required
from portal.words import _

LONGEST_SECRET = 300  # of a link, a password, a code: more is nobody's


class LogIn(Form):
    """The log-in form."""

    email: EmailText = required(_("Enter your email."))
    password: str = required(_("Enter your password."))
    next: str = ""
    staff: bool = False


class AskReset(Form):
    """The form that asks for a link to choose a new password."""

    email: EmailText = required(_("Enter your email."))
    staff: bool = False


class Confirm(Form):
    """The form behind a link in a mail."""

    token: str = ""
    password: str = ""


class NewPassword(Form):
    """The form that sets a new password through a link."""

    token: str = ""
    password: str = required(_("Choose a password."))


class ChangePassword(Form):
    """The form that changes the password of somebody signed in."""

    current: str = required(_("Enter your current password."))
    password: str = required(_("Choose a new password."))


class GiveCode(Form):
    """The form of the second step."""

    code: str = required(_("Enter the code from your app."))
    next: str = ""


class Prove(Form):
    """The form that asks who it is before something that lasts."""

    password: str = required(_("Enter your password."))
    code: str = Field(default="", max_length=LONGEST_SECRET)


class SetUp(Form):
    """What begins or confirms the set-up of an app."""

    code: str = ""
    signing_in: bool = False
    next: str = ""


class UsePasskey(Form):
    """What a browser sends after its device has made a passkey or used one."""

    credential: dict[str, Any] = Field(default_factory=dict)
    staff: bool = False
    next: str = ""
