"""What one patient can give another: the six permissions and the narrower *Bill to my account*."""

from enum import StrEnum


class Permission(StrEnum):
    """One permission, one direction: the owner gives it, the holder may act.

    Source: the client's description, section "Permissions", as decided in product.md, section 2.
    """

    VIEW_AND_PAY = "view_and_pay"
    """See and pay the owner's invoices; pay the holder's own visits with the owner's cards."""
    BOOK = "book"
    """Book, move, cancel and wait-list for the owner; see the owner's visits."""
    INTAKE = "intake"
    """Fill in forms, see and update details; read only forms that the holder filled in."""
    NOTIFICATIONS = "notifications"
    """Get a copy of booking mails and reminders."""
    FINANCIAL_EMAILS = "financial_emails"
    """Get a copy of receipts, statements and other financial mails."""
    CALENDAR = "calendar"
    """See upcoming visits in the holder's own calendar feed."""
    BILL_TO_ACCOUNT = "bill_to_account"
    """Pay the holder's own visits with the owner's cards, nothing else; in *View and pay* too."""


SIX = tuple(p for p in Permission if p is not Permission.BILL_TO_ACCOUNT)
"""The six that a family member can hold, in the order in which every screen and mail lists them."""
