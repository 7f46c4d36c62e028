"""What product.md says about who may do what, as sets in memory: no database, no policy table."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from portal.permissions import Action, Actor, Permission

A = Action
P = Permission

# Section 2, the table: what each permission lets its holder do.
OPENS: dict[Permission, set[Action]] = {
    P.VIEW_AND_PAY: {A.INVOICE_READ, A.INVOICE_PAY, A.CARD_CHARGE},
    P.BOOK: {A.VISIT_READ, A.VISIT_BOOK, A.VISIT_CANCEL},
    P.INTAKE: {A.INTAKE_FILL, A.INTAKE_READ_OWN_ENTRY, A.PROFILE_READ, A.PROFILE_EDIT},
    P.NOTIFICATIONS: {A.BOOKING_MAIL_COPY},
    P.FINANCIAL_EMAILS: {A.FINANCIAL_MAIL_COPY},
    P.CALENDAR: {A.CALENDAR_READ},
    P.BILL_TO_ACCOUNT: {A.CARD_CHARGE},
}

# Section 2: a relationship without any grant shows the first name and the label; section 3: what
# one holds one may give up, and anyone may end a relationship. None of it is done to oneself.
RELATIVE = {
    *(A.RELATIONSHIP_READ, A.RELATIONSHIP_LABEL, A.RELATIONSHIP_REMOVE, A.GRANT_GIVE_UP),
    A.GRANT_ASK,
}
NOT_TO_ONESELF = RELATIVE - {A.RELATIONSHIP_READ}

# Section 3: who added a managed profile decides for it, until it has a log-in of its own.
DECIDING = {A.GRANT_READ, A.GRANT_GIVE, A.GRANT_WITHDRAW}

# Section 4: what waits for the address to be confirmed.
WAITS = {
    *(A.INVOICE_READ, A.INVOICE_PAY, A.CARD_CHARGE, A.CARD_MANAGE, A.RECEIPT_READ, A.CHART_READ),
    *(A.INTAKE_FILL, A.INTAKE_READ_OWN_ENTRY, A.INTAKE_READ_ANY),
    *(A.FINANCIAL_MAIL_COPY, A.CALENDAR_READ, A.GRANT_ASK, A.PERSON_BLOCK, A.PROFILE_JOIN),
}

# Only the clinic's own people do this.
OF_THE_CLINIC = {A.PROFILE_PART, A.SETTINGS_EDIT, A.STAFF_MANAGE, A.VISIT_MARK, A.SCHEDULE_EDIT}

# Section 3, for patients they have seen.
PRACTITIONER = {
    *(A.VISIT_READ, A.VISIT_BOOK, A.VISIT_CANCEL, A.VISIT_MARK, A.PROFILE_READ, A.CHART_READ),
    *(A.INTAKE_READ_OWN_ENTRY, A.INTAKE_READ_ANY, A.FAMILY_LIST, A.FAMILY_ADD),
    *(A.RELATIONSHIP_READ, A.RELATIONSHIP_LABEL, A.RELATIONSHIP_REMOVE, *DECIDING),
}


@dataclass
class Model:
    """The clinic as the product description knows it."""

    accounts: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    decides: set[tuple[str, str]] = field(default_factory=set)  # who, for whom
    related: set[tuple[str, str]] = field(default_factory=set)  # both ways round
    held: set[tuple[str, str, Permission]] = field(default_factory=set)  # owner, holder
    seen: set[tuple[str, str]] = field(default_factory=set)  # practitioner, patient
    gone: set[str] = field(default_factory=set)  # staff who left
    blocked: set[tuple[str, str]] = field(default_factory=set)  # who, whom
    # (owner, holder, permission) that is asked for, and whether nobody hears of it
    asks: dict[tuple[str, str, Permission], bool] = field(default_factory=dict)
    declined: set[tuple[str, str, Permission]] = field(default_factory=set)  # left in peace for now
    joined: set[str] = field(default_factory=set)  # profiles that are somebody else's by now

    def may(self, actor: Actor, action: Action, subject: str) -> bool:
        """Tell whether a patient or practitioner may do it."""
        if actor.staff_id:
            at_work = actor.staff_id not in self.gone
            return at_work and (actor.staff_id, subject) in self.seen and action in PRACTITIONER
        me = actor.me
        if me not in self.accounts - self.closed:
            return False
        if me not in self.confirmed:
            known = subject == me or (me, subject) in self.decides
            if action in WAITS or not known:
                return False
        if subject == me:
            return action not in NOT_TO_ONESELF | OF_THE_CLINIC
        return (me, subject) in self.related and action in self._opened(me, subject)

    def may_hold(self, owner: str, holder: str) -> bool:
        """Tell whether something new can be given to the holder (section 4)."""
        unconfirmed = holder in self.accounts - self.confirmed
        may = not unconfirmed or (holder, owner) in self.decides
        return may and (owner, holder) not in self.blocked

    def decider(self, owner: str) -> str | None:
        """Return who answers for somebody: they with a log-in, or who decides for them."""
        if owner in self.accounts - self.closed:
            return owner
        return next((who for who, whom in self.decides if whom == owner), None)

    def relatives(self, one: str) -> set[str]:
        """Return everybody with a live relationship to somebody."""
        return {other for me, other in self.related if me == one}

    def give(self, grants: Iterable[tuple[str, str, Permission]]) -> None:
        """Let permissions be held; what was asked for and is given waits no more."""
        grants = set(grants)
        self.held |= grants
        self.asks = {ask: unheard for ask, unheard in self.asks.items() if ask not in grants}

    def block(self, me: str, person: str) -> None:
        """End what a person may do for me; what they ask is not heard."""
        self.blocked.add((me, person))
        self.held = {grant for grant in self.held if grant[:2] != (me, person)}
        self.asks |= dict.fromkeys([ask for ask in self.asks if ask[:2] == (me, person)], True)

    def claim(self, profile: str) -> None:
        """Give a managed profile a confirmed log-in; nobody decides for it any more."""
        self.accounts.add(profile)
        self.confirmed.add(profile)
        self.decides = {pair for pair in self.decides if pair[1] != profile}

    def join(self, profile: str, me: str, kept: set[tuple[str, Permission]]) -> None:
        """Move a profile's relatives, visits and what was kept to the person it is (section 4)."""
        moved = {g for g in self.held if g[1] == profile}
        self.blocked |= {(who, me) for who, whom in self.blocked if whom == profile}
        for other in self.relatives(profile):
            self.part(profile, other)
            self.related |= {(me, other), (other, me)}
        self.give({(me, holder, p) for holder, p in kept})
        self.give({(o, me, p) for o, _holder, p in moved if (o, me) not in self.blocked})
        self.seen = {(doctor, me if who == profile else who) for doctor, who in self.seen}
        self.decides = {(me if a == profile else a, b) for a, b in self.decides if b != profile}
        self.joined.add(profile)

    def part(self, one: str, other: str) -> None:
        """End a relationship: every permission, both ways; nobody decides for the other."""
        both = {(one, other), (other, one)}
        self.related -= both
        self.decides -= both
        self.held = {grant for grant in self.held if grant[:2] not in both}
        self.asks = {ask: unheard for ask, unheard in self.asks.items() if ask[:2] not in both}
        self.declined = {ask for ask in self.declined if ask[:2] not in both}

    def _opened(self, me: str, subject: str) -> set[Action]:
        opened = set(RELATIVE)
        for owner, holder, permission in self.held:
            if (owner, holder) == (subject, me):
                opened |= OPENS[permission]
        if (me, subject) in self.decides and subject not in self.accounts:
            opened |= DECIDING
        if subject not in (self.accounts & self.confirmed) - self.closed:
            # Nobody's cards are used before they can have agreed, or after they left.
            opened -= {A.CARD_CHARGE}
        return opened
