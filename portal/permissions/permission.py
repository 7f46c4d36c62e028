"""What one patient can give another: the six permissions and the narrower *Bill to my account*."""

from enum import StrEnum


class Permission(StrEnum):
    """One permission, one direction: the owner gives it, the holder may act.

    Source: the client's description, section "Permissions", as decided in product.md, section 2.
    What each opens and does not open, in plain words: `portal.family.wording`.
    """

    VIEW_AND_PAY = "view_and_pay"
    BOOK = "book"
    INTAKE = "intake"
    NOTIFICATIONS = "notifications"
    FINANCIAL_EMAILS = "financial_emails"
    CALENDAR = "calendar"
    BILL_TO_ACCOUNT = "bill_to_account"


SIX = tuple(p for p in Permission if p is not Permission.BILL_TO_ACCOUNT)
"""The six that a family member can hold, in the order in which every screen and mail lists them."""
