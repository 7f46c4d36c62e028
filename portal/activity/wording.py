"""What each entry of the audit trail is called, in sentences for the person it concerns.

``{who}`` begins a sentence ("You", "Idris", "Sam (front desk)"), ``{whom}`` and ``{holder}`` stand
inside it. Names are filled in here and are plain text: whoever shows them escapes them.
"""

from dataclasses import dataclass

from portal.permissions import Action
from portal.words import _

A = Action


@dataclass(frozen=True)
class Done:
    """Something that happened, in the voices in which a reader can meet it.

    ``mine``: on the reader's profile, by whoever it was. ``own``: there, by the reader.
    ``theirs``: by the reader, on somebody else's profile. ``by_clinic``: on the reader's, by staff.
    """

    mine: str
    own: str = ""
    theirs: str = ""
    by_clinic: str = ""


@dataclass(frozen=True)
class Tried:
    """What somebody was refused, as it ends a sentence: on the reader's profile, on another's."""

    mine: str
    theirs: str


TAKEN = "grant.give:self"
"""Giving oneself a permission on a profile that one manages: an entry `Action.GRANT_GIVE`."""
ENDED = "relationship.remove:grant"
"""One permission that ended with a relationship: an entry `Action.RELATIONSHIP_REMOVE`."""
SESSION_END = "session.end"
OTHER_SESSION = "session.end:other"
"""Signing out another device: an entry `SESSION_END`."""
WRONG_PASSWORD = "session.refuse"  # noqa: S105  the name of an action

DONE: dict[str, Done] = {
    A.VISIT_BOOK: Done(
        _("{who} booked a visit for you."),
        own=_("You booked a visit."),
        theirs=_("You booked a visit for {whom}."),
    ),
    A.VISIT_CANCEL: Done(
        _("{who} cancelled a visit of yours."),
        own=_("You cancelled a visit."),
        theirs=_("You cancelled a visit of {whom}."),
    ),
    "visit.move": Done(
        _("{who} moved a visit of yours to another time."),
        own=_("You moved a visit to another time."),
        theirs=_("You moved a visit of {whom} to another time."),
    ),
    A.VISIT_MARK: Done(_("{who} noted whether you came to a visit.")),
    "wait.ask": Done(
        _("{who} put you on the wait list."),
        own=_("You joined the wait list."),
        theirs=_("You put {whom} on the wait list."),
    ),
    "wait.withdraw": Done(
        _("{who} took you off the wait list."),
        own=_("You left the wait list."),
        theirs=_("You took {whom} off the wait list."),
    ),
    "wait.offer": Done(_("A time from the wait list was kept for you.")),
    "wait.expire": Done(_("A time from the wait list went to somebody else.")),
    "wait.accept": Done(
        _("{who} said yes to a time from the wait list for you."),
        own=_("You said yes to a time from the wait list."),
        theirs=_("You said yes to a time from the wait list for {whom}."),
    ),
    "wait.decline": Done(
        _("{who} said no to a time from the wait list for you."),
        own=_("You said no to a time from the wait list."),
        theirs=_("You said no to a time from the wait list for {whom}."),
    ),
    A.PROFILE_EDIT: Done(
        _("{who} changed your details."),
        theirs=_("You changed the details of {whom}."),
    ),
    "profile.open": Done(_("{who} opened your profile.")),
    "profile.not_me": Done(
        _("Your email address was taken off this profile. Somebody said it is not theirs.")
    ),
    "profile.make": Done(_("{who} made this profile.")),
    "profile.guardian": Done(_("{who} changed who decides for your profile.")),
    "profile.seen_to": Done(_("{who} looked after a note on your profile.")),
    "profile.invite": Done(
        _("{who} sent the link for an account of your own."),
        theirs=_("You sent {whom} the link for an account of their own."),
    ),
    "profile.claim": Done(_("{who} made this profile your own.")),
    A.PROFILE_JOIN: Done(_("{who} joined another profile with yours.")),
    A.PROFILE_PART: Done(_("{who} parted a joined profile from yours again.")),
    f"{A.PROFILE_JOIN}:link": Done(
        _("Two profiles became one, and what {holder} can do for you moved with them."),
        theirs=_("Two profiles became one, and what {holder} can do for {whom} moved with them."),
    ),
    f"{A.PROFILE_PART}:link": Done(
        _("A joined profile was parted again, and with it what {holder} can do for you."),
        theirs=_("A joined profile was parted again, and with it what {holder} can do for {whom}."),
    ),
    A.FAMILY_ADD: Done(
        _("{who} added you as a family member."),
        theirs=_("You added {whom} to your family."),
        by_clinic=_("{who} linked a family member with you."),
    ),
    A.RELATIONSHIP_LABEL: Done(
        _("{who} changed what you are called in their family."),
        theirs=_("You changed what you call {whom}."),
        by_clinic=_("{who} changed how you and a family member are related."),
    ),
    A.RELATIONSHIP_REMOVE: Done(
        _("{who} ended the family link with you."),
        theirs=_("You ended the family link with {whom}."),
        by_clinic=_("{who} ended a family link of yours."),
    ),
    ENDED: Done(
        _("The family link ended, and with it what {holder} could do for you."),
        theirs=_("The family link ended, and with it what {holder} could do for {whom}."),
    ),
    A.GRANT_GIVE: Done(
        _("{who} let {holder} do more for you."),
        theirs=_("You let {holder} do more for {whom}."),
    ),
    TAKEN: Done(
        _("{who} can do more for you, by their own choice."),
        theirs=_("You chose to do more for {whom}."),
    ),
    A.GRANT_WITHDRAW: Done(
        _("{who} turned off something that {holder} could do for you."),
        theirs=_("You turned off something that {holder} could do for {whom}."),
    ),
    A.GRANT_GIVE_UP: Done(
        _("{who} gave up something they could do for you."),
        theirs=_("You gave up something you could do for {whom}."),
    ),
    A.GRANT_ASK: Done(
        _("{who} asked to do more for you."),
        theirs=_("You asked to do more for {whom}."),
    ),
    A.PERSON_BLOCK: Done(_("You blocked {holder}.")),
    "account.create": Done(_("{who} made an account.")),
    "account.verify": Done(_("{who} confirmed your email address.")),
    "account.password": Done(_("{who} set a new password.")),
    "account.ask_email": Done(_("{who} asked to change the email you sign in with.")),
    "account.email": Done(_("{who} changed the email you sign in with.")),
    "passkey.add": Done(_("{who} added a passkey.")),
    "passkey.remove": Done(_("{who} removed a passkey.")),
    "second_step.on": Done(_("{who} turned on sign-in codes.")),
    "second_step.codes": Done(_("{who} made new recovery codes.")),
    "second_step.off": Done(_("{who} turned off sign-in codes.")),
    "account.close": Done(_("The account was closed, because its email was never confirmed.")),
    "session.start": Done(_("{who} signed in.")),
    SESSION_END: Done(_("{who} signed out.")),
    OTHER_SESSION: Done(_("{who} signed out another device.")),
    "ask.decline": Done(
        _("{who} did not let {holder} do more for you."),
        theirs=_("You did not let {holder} do more for {whom}."),
    ),
    "person.unblock": Done(_("You no longer block {holder}.")),
}
"""What is recorded once it is done, by the action's name."""

TRIED: dict[str, Tried] = {
    A.VISIT_READ: Tried(_("see your visits"), _("see the visits of {whom}")),
    A.VISIT_BOOK: Tried(_("book a visit for you"), _("book a visit for {whom}")),
    A.VISIT_CANCEL: Tried(_("cancel a visit of yours"), _("cancel a visit of {whom}")),
    A.VISIT_MARK: Tried(_("note whether you came"), _("note whether {whom} came")),
    A.PROFILE_READ: Tried(_("see your details"), _("see the details of {whom}")),
    A.PROFILE_EDIT: Tried(_("change your details"), _("change the details of {whom}")),
    A.INVOICE_READ: Tried(_("see your bills"), _("see the bills of {whom}")),
    A.INVOICE_PAY: Tried(_("pay your bills"), _("pay the bills of {whom}")),
    A.CARD_CHARGE: Tried(_("use your cards"), _("use the cards of {whom}")),
    A.CARD_MANAGE: Tried(_("change your cards"), _("change the cards of {whom}")),
    A.INTAKE_FILL: Tried(_("fill in your forms"), _("fill in the forms of {whom}")),
    A.INTAKE_READ_OWN_ENTRY: Tried(_("see your forms"), _("see the forms of {whom}")),
    A.INTAKE_READ_ANY: Tried(_("see your forms"), _("see the forms of {whom}")),
    A.BOOKING_MAIL_COPY: Tried(_("get your reminders"), _("get the reminders of {whom}")),
    A.FINANCIAL_MAIL_COPY: Tried(_("get your receipts"), _("get the receipts of {whom}")),
    A.CALENDAR_READ: Tried(_("see your calendar"), _("see the calendar of {whom}")),
    A.RECEIPT_READ: Tried(_("see your receipts"), _("see the receipts of {whom}")),
    A.CHART_READ: Tried(_("see your doctor’s notes"), _("see the doctor’s notes of {whom}")),
    A.RELATIONSHIP_READ: Tried(_("see how you are related"), _("see how {whom} is related to you")),
    A.RELATIONSHIP_LABEL: Tried(_("change what you are called"), _("change what {whom} is called")),
    A.RELATIONSHIP_REMOVE: Tried(
        _("end a family link with you"), _("end a family link with {whom}")
    ),
    A.FAMILY_LIST: Tried(_("see your family"), _("see the family of {whom}")),
    A.FAMILY_ADD: Tried(
        _("add somebody to your family"), _("add somebody to the family of {whom}")
    ),
    A.GRANT_READ: Tried(_("see who can act for you"), _("see who can act for {whom}")),
    A.GRANT_GIVE: Tried(_("let somebody act for you"), _("let somebody act for {whom}")),
    A.GRANT_WITHDRAW: Tried(
        _("turn off what others can do for you"), _("turn off what others can do for {whom}")
    ),
    A.GRANT_GIVE_UP: Tried(_("give up acting for you"), _("give up acting for {whom}")),
    A.GRANT_ASK: Tried(_("ask to do more for you"), _("ask to do more for {whom}")),
    A.PERSON_BLOCK: Tried(_("block somebody for you"), _("block somebody for {whom}")),
    A.PROFILE_JOIN: Tried(_("join a profile with yours"), _("join a profile with that of {whom}")),
    A.PROFILE_PART: Tried(_("part your profile again"), _("part the profile of {whom} again")),
    A.ACTIVITY_READ: Tried(_("see your activity"), _("see the activity of {whom}")),
    A.ACCOUNT_SECURITY: Tried(_("change how you sign in"), _("change how {whom} signs in")),
    A.SETTINGS_EDIT: Tried(_("change the clinic’s settings"), _("change the clinic’s settings")),
    A.STAFF_MANAGE: Tried(_("change the clinic’s staff"), _("change the clinic’s staff")),
    A.SCHEDULE_EDIT: Tried(_("change the schedule"), _("change the schedule")),
}
"""What somebody can be refused, by the action's name; it must cover all of `Action`."""

SOMETHING = Tried(_("change something on your profile"), _("do something that is not theirs to do"))
SOMEBODY_TRIED = _("Somebody tried to sign in as you. It was not allowed.")
MINE_TO_TRY = _("You tried something that is not allowed.")

FIELDS = {
    "first_name": _("first name"),
    "last_name": _("last name"),
    "preferred_name": _("preferred name"),
    "pronouns": _("pronouns"),
    "birth_on": _("birth date"),
    "phone": _("phone"),
    "contact_email": _("email"),
}
"""What a change of details names, by the names in the trail."""


def tell(
    action: str, *, who: str, whom: str, holder: str, mine: bool, by_me: bool, by_clinic: bool
) -> str:
    """Say what was done; ``mine`` is on the reader's profile, ``by_me`` is by the reader."""
    done = DONE.get(action) or Done(
        _("{who} changed something on your profile."), theirs=_("You did something for {whom}.")
    )
    if not mine:
        words = done.theirs or done.mine
    elif by_clinic:
        words = done.by_clinic or done.mine
    else:
        words = done.own if by_me and done.own else done.mine
    return words.format(who=who, whom=whom, holder=holder)


def tell_refused(action: str, *, who: str, whom: str, mine: bool, by_me: bool) -> str:
    """Say what was refused."""
    tried = TRIED.get(action)
    if tried is None and by_me:
        return MINE_TO_TRY
    what = (tried or SOMETHING).mine if mine else (tried or SOMETHING).theirs.format(whom=whom)
    return _("{who} tried to {what}. It was not allowed.").format(who=who, what=what)
