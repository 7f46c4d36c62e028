"""Who may do what: the whole policy as data. What is not listed is not allowed.

Source: product.md, sections 2 to 4. To allow something, edit a table here and the matrix in
``tests/permissions/test_matrix.py``, which is written by hand a second time.
"""

from enum import StrEnum

from portal.permissions.actor import StaffRole
from portal.permissions.permission import Permission


class Action(StrEnum):
    """Something that can be done to, or learnt about, one patient."""

    VISIT_READ = "visit.read"
    VISIT_BOOK = "visit.book"
    VISIT_CANCEL = "visit.cancel"
    VISIT_MARK = "visit.mark"  # that somebody arrived, or did not come
    PROFILE_READ = "profile.read"
    PROFILE_EDIT = "profile.edit"
    INVOICE_READ = "invoice.read"
    INVOICE_PAY = "invoice.pay"
    CARD_CHARGE = "card.charge"  # pay the actor's own visit with the subject's cards
    CARD_MANAGE = "card.manage"
    INTAKE_FILL = "intake.fill"
    INTAKE_READ_OWN_ENTRY = "intake.read_own_entry"  # a form the actor filled in
    INTAKE_READ_ANY = "intake.read_any"
    BOOKING_MAIL_COPY = "mail.booking_copy"
    FINANCIAL_MAIL_COPY = "mail.financial_copy"
    CALENDAR_READ = "calendar.read"
    RECEIPT_READ = "receipt.read"
    CHART_READ = "chart.read"
    RELATIONSHIP_READ = "relationship.read"  # that the relationship exists: first name and label
    RELATIONSHIP_LABEL = "relationship.label"  # what the actor calls the subject
    RELATIONSHIP_REMOVE = "relationship.remove"
    FAMILY_LIST = "family.list"  # whom the subject is related to
    FAMILY_ADD = "family.add"  # add a family member to the subject
    GRANT_READ = "grant.read"  # who may act for the subject
    GRANT_GIVE = "grant.give"
    GRANT_WITHDRAW = "grant.withdraw"
    GRANT_GIVE_UP = "grant.give_up"  # drop what the actor holds on the subject
    GRANT_ASK = "grant.ask"  # ask the subject for more
    PERSON_BLOCK = "person.block"  # hear nothing more from somebody; the subject is who blocks
    PROFILE_JOIN = "profile.join"  # make a managed profile one with the subject's own
    PROFILE_PART = "profile.part"  # undo that
    ACTIVITY_READ = "activity.read"
    ACCOUNT_SECURITY = "account.security"
    SETTINGS_EDIT = "settings.edit"  # this and the next two concern no patient: `may_at_clinic`
    STAFF_MANAGE = "staff.manage"
    SCHEDULE_EDIT = "schedule.edit"  # time off, classes, groups


class Standing(StrEnum):
    """How an actor can stand to a subject, beside the permissions they hold and their role."""

    SELF = "self"
    RELATIVE = "relative"  # a live relationship, whatever was given in it
    MANAGER = "manager"  # decides for a managed profile until it is claimed
    SYSTEM = "system"


A, P, S = Action, Permission, Standing
DESK = frozenset({StaffRole.FULL_ACCESS, StaffRole.FRONT_DESK})
STAFF = DESK | {StaffRole.PRACTITIONER}  # a practitioner: for patients they have or had

POLICY: dict[Action, frozenset[Standing | Permission | StaffRole]] = {
    A.VISIT_READ: STAFF | {S.SELF, P.BOOK},
    A.VISIT_BOOK: STAFF | {S.SELF, P.BOOK},
    A.VISIT_CANCEL: STAFF | {S.SELF, P.BOOK},
    A.VISIT_MARK: STAFF,
    A.PROFILE_READ: STAFF | {S.SELF, P.INTAKE},
    A.PROFILE_EDIT: DESK | {S.SELF, P.INTAKE},
    A.INVOICE_READ: DESK | {S.SELF, P.VIEW_AND_PAY},
    A.INVOICE_PAY: DESK | {S.SELF, P.VIEW_AND_PAY},
    A.CARD_CHARGE: frozenset({S.SELF, P.VIEW_AND_PAY, P.BILL_TO_ACCOUNT}),
    # A holder uses a card; it never becomes theirs to look at, change or remove.
    A.CARD_MANAGE: DESK | {S.SELF},
    A.INTAKE_FILL: DESK | {S.SELF, P.INTAKE},
    A.INTAKE_READ_OWN_ENTRY: STAFF | {S.SELF, P.INTAKE},
    # What the owner or another relative wrote is between them and the clinic.
    A.INTAKE_READ_ANY: STAFF | {S.SELF},
    A.BOOKING_MAIL_COPY: frozenset({S.SELF, P.NOTIFICATIONS}),
    A.FINANCIAL_MAIL_COPY: frozenset({S.SELF, P.FINANCIAL_EMAILS}),
    A.CALENDAR_READ: frozenset({S.SELF, P.CALENDAR}),
    # A relative gets receipts by mail, never inside the portal; charts not at all.
    A.RECEIPT_READ: DESK | {S.SELF},
    A.CHART_READ: frozenset({S.SELF, StaffRole.PRACTITIONER}),
    A.RELATIONSHIP_READ: STAFF | {S.SELF, S.RELATIVE},
    A.RELATIONSHIP_LABEL: STAFF | {S.RELATIVE},
    A.RELATIONSHIP_REMOVE: STAFF | {S.RELATIVE},
    A.FAMILY_LIST: STAFF | {S.SELF},
    A.FAMILY_ADD: STAFF | {S.SELF},
    A.GRANT_READ: STAFF | {S.SELF, S.MANAGER},
    A.GRANT_GIVE: STAFF | {S.SELF, S.MANAGER},
    A.GRANT_WITHDRAW: STAFF | {S.SELF, S.MANAGER, S.SYSTEM},
    A.GRANT_GIVE_UP: frozenset({S.RELATIVE}),
    A.GRANT_ASK: frozenset({S.RELATIVE}),
    A.PERSON_BLOCK: frozenset({S.SELF}),
    A.PROFILE_JOIN: frozenset({S.SELF}),
    A.PROFILE_PART: DESK,
    A.ACTIVITY_READ: frozenset({S.SELF}),
    A.ACCOUNT_SECURITY: frozenset({S.SELF}),
    A.SETTINGS_EDIT: frozenset({StaffRole.FULL_ACCESS}),
    A.STAFF_MANAGE: frozenset({StaffRole.FULL_ACCESS}),
    A.SCHEDULE_EDIT: DESK,
}

UNVERIFIED_MAY = frozenset({
    A.VISIT_READ, A.VISIT_BOOK, A.VISIT_CANCEL, A.PROFILE_READ, A.PROFILE_EDIT,
    A.BOOKING_MAIL_COPY, A.RELATIONSHIP_READ, A.RELATIONSHIP_LABEL, A.RELATIONSHIP_REMOVE,
    A.FAMILY_LIST, A.FAMILY_ADD, A.GRANT_READ, A.GRANT_GIVE, A.GRANT_WITHDRAW,
    A.GRANT_GIVE_UP, A.ACTIVITY_READ, A.ACCOUNT_SECURITY,
})  # fmt: skip
"""Before its address is confirmed an account may do this, on itself and on who it added: no cards,
payments or forms (product.md, section 4, "Sign-up")."""

NEEDS_OWNER_ACCOUNT: frozenset[Action] = frozenset({A.CARD_CHARGE})
"""What a relative may do only for somebody with a log-in: a managed profile has agreed to nothing,
so the one who added it holds everything on it except the use of its cards."""
