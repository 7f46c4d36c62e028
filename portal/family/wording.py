"""What each permission is called and what it means, for screens and mails alike.

The labels are the client's. Each meaning says what the permission opens and what it does not
(product.md, section 2), in three voices: to the owner, to the holder, and about two others.
Names are filled in here and are plain text: whoever shows them escapes them.
"""

from dataclasses import dataclass

from portal.permissions.permission import Permission
from portal.words import _

P = Permission


@dataclass(frozen=True)
class Meaning:
    """One permission in plain words: a sentence for what it opens and one for what it does not."""

    opens: str
    does_not_open: str


def label(permission: Permission) -> str:
    """Return the official label, which heads the permission on every screen and mail."""
    return {
        P.VIEW_AND_PAY: _("View and pay"),
        P.BOOK: _("Book appointments and add wait list requests"),
        P.INTAKE: _("Fill out and view completed intake forms"),
        P.NOTIFICATIONS: _("Receive a copy of email notifications and reminders"),
        P.FINANCIAL_EMAILS: _("Receive a copy of receipts, statements, and financial emails"),
        P.CALENDAR: _("See appointments in calendar subscriptions"),
        P.BILL_TO_ACCOUNT: _("Bill to my account"),
    }[permission]


def short(permission: Permission) -> str:
    """Return the short form for lists, two or three words."""
    return {
        P.VIEW_AND_PAY: _("Pay bills"),
        P.BOOK: _("Book visits"),
        P.INTAKE: _("Fill in forms"),
        P.NOTIFICATIONS: _("Get reminders"),
        P.FINANCIAL_EMAILS: _("Get receipts"),
        P.CALENDAR: _("Add to calendar"),
        P.BILL_TO_ACCOUNT: _("Use saved cards"),
    }[permission]


def told_to_owner(permission: Permission, holder: str) -> Meaning:
    """Say what ``holder`` (a first name) may do, to the owner, who has an account."""
    opens, does_not_open = {
        P.VIEW_AND_PAY: (
            _(
                "{holder} can see your bills, with every line, pay them, and pay for {holder}’s "
                "own visits with your cards, also with cards you add later."
            ),
            _("{holder} cannot see your card numbers, or your receipts here."),
        ),
        P.BOOK: (
            _(
                "{holder} can book, move and cancel your visits, ask for a place on the wait list "
                "for you, and see your past and coming visits."
            ),
            _("{holder} cannot see what is said or written in a visit."),
        ),
        P.INTAKE: (
            _("{holder} can fill in your forms, and see and change your contact details."),
            _("{holder} cannot see forms that you or others filled in."),
        ),
        P.NOTIFICATIONS: (
            _("{holder} gets a copy of emails about your bookings."),
            _("{holder} cannot book or change anything with this."),
        ),
        P.FINANCIAL_EMAILS: (
            _("{holder} gets a copy of emails about your bills, with amounts and service names."),
            _("{holder} cannot pay, unless “View and pay” is on."),
        ),
        P.CALENDAR: (
            _("Your coming visits show in {holder}’s own calendar."),
            _("No phone numbers or notes go with them."),
        ),
        P.BILL_TO_ACCOUNT: (
            _(
                "{holder} can pay for {holder}’s own visits with your cards, also with cards you "
                "add later."
            ),
            _(
                "{holder} sees the card type and its last four digits, and nothing else: your "
                "bills stay private."
            ),
        ),
    }[permission]
    return Meaning(opens.format(holder=holder), does_not_open.format(holder=holder))


def told_to_holder(permission: Permission, owner: str) -> Meaning:
    """Say what the holder may do for ``owner`` (a first name), to the holder."""
    opens, does_not_open = {
        P.VIEW_AND_PAY: (
            _(
                "You can see {owner}’s bills, with every line, and pay them. Once {owner} has an "
                "own account here, you can also pay for your own visits with {owner}’s cards."
            ),
            _("You cannot see card numbers, or {owner}’s receipts."),
        ),
        P.BOOK: (
            _(
                "You can book, move and cancel visits for {owner}, ask for a place on the wait "
                "list, and see {owner}’s past and coming visits."
            ),
            _("You cannot see what is said or written in a visit."),
        ),
        P.INTAKE: (
            _("You can fill in forms for {owner}, and see and change {owner}’s contact details."),
            _("You cannot see forms that {owner} or others filled in."),
        ),
        P.NOTIFICATIONS: (
            _("You get a copy of emails about {owner}’s bookings."),
            _("You cannot book or change anything with this."),
        ),
        P.FINANCIAL_EMAILS: (
            _("You get a copy of emails about {owner}’s bills, with amounts and service names."),
            _("You cannot pay, unless “View and pay” is on."),
        ),
        P.CALENDAR: (
            _("{owner}’s coming visits show in your own calendar."),
            _("No phone numbers or notes go with them."),
        ),
        P.BILL_TO_ACCOUNT: (
            _(
                "You can pay for your own visits with {owner}’s cards, also with cards that "
                "{owner} adds later."
            ),
            _("You see the card type and its last four digits. {owner}’s bills stay private."),
        ),
    }[permission]
    return Meaning(opens.format(owner=owner), does_not_open.format(owner=owner))


def told_about(permission: Permission, holder: str, owner: str) -> Meaning:
    """Say what ``holder`` may do for ``owner``, a managed profile, to whoever reads its mail.

    Nobody uses the cards of a managed profile: it has agreed to nothing.
    """
    opens, does_not_open = {
        P.VIEW_AND_PAY: (
            _("{holder} can see {owner}’s bills, with every line, and pay them."),
            _("{holder} cannot use {owner}’s cards, or see {owner}’s receipts here."),
        ),
        P.BOOK: (
            _(
                "{holder} can book, move and cancel visits for {owner}, ask for a place on the "
                "wait list, and see {owner}’s past and coming visits."
            ),
            _("{holder} cannot see what is said or written in a visit."),
        ),
        P.INTAKE: (
            _(
                "{holder} can fill in forms for {owner}, and see and change {owner}’s contact "
                "details."
            ),
            _("{holder} cannot see forms that {owner} or others filled in."),
        ),
        P.NOTIFICATIONS: (
            _("{holder} gets a copy of emails about {owner}’s bookings."),
            _("{holder} cannot book or change anything with this."),
        ),
        P.FINANCIAL_EMAILS: (
            _("{holder} gets a copy of emails about {owner}’s bills, with amounts and services."),
            _("{holder} cannot pay, unless “View and pay” is on."),
        ),
        P.CALENDAR: (
            _("{owner}’s coming visits show in {holder}’s own calendar."),
            _("No phone numbers or notes go with them."),
        ),
        P.BILL_TO_ACCOUNT: (
            _("Once {owner} has an own account, {holder} can pay with {owner}’s cards."),
            _("Until then {holder} cannot use {owner}’s cards. {owner}’s bills stay private."),
        ),
    }[permission]
    return Meaning(
        opens.format(holder=holder, owner=owner), does_not_open.format(holder=holder, owner=owner)
    )
