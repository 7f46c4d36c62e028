"""What the Sharing page says about an ask, a permission's use, and what ends with a removal.

Names are filled in here and are plain text: whoever shows them escapes them.
"""

from portal.permissions.permission import Permission
from portal.words import _

P = Permission


def asks_you(permission: Permission, holder: str) -> str:
    """Say to somebody what a relative asks of them."""
    return {
        P.VIEW_AND_PAY: _("{holder} asks to see and pay your bills"),
        P.BOOK: _("{holder} asks to book visits for you"),
        P.INTAKE: _("{holder} asks to fill in forms for you"),
        P.NOTIFICATIONS: _("{holder} asks for a copy of your reminders"),
        P.FINANCIAL_EMAILS: _("{holder} asks for a copy of your receipts"),
        P.CALENDAR: _("{holder} asks to see your visits in a calendar"),
        P.BILL_TO_ACCOUNT: _("{holder} asks to pay for own visits with your cards"),
    }[permission].format(holder=holder)


def asks_about(permission: Permission, holder: str, owner: str) -> str:
    """Say to whoever decides for ``owner`` what a relative of theirs asks."""
    return {
        P.VIEW_AND_PAY: _("{holder} asks to see and pay the bills of {owner}"),
        P.BOOK: _("{holder} asks to book visits for {owner}"),
        P.INTAKE: _("{holder} asks to fill in forms for {owner}"),
        P.NOTIFICATIONS: _("{holder} asks for a copy of reminders for {owner}"),
        P.FINANCIAL_EMAILS: _("{holder} asks for a copy of receipts for {owner}"),
        P.CALENDAR: _("{holder} asks to see the visits of {owner} in a calendar"),
        P.BILL_TO_ACCOUNT: _("{holder} asks to pay for own visits with the cards of {owner}"),
    }[permission].format(holder=holder, owner=owner)
