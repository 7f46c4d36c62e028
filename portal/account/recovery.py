"""Recovery codes: ten, shown once, each good for one sign-in when the app is lost."""

import secrets

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from portal import clock
from portal.ids import keyed_hash
from portal.models import Account, RecoveryCode
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue

HOW_MANY = 10
LENGTH = 10  # of 30 letters and figures: 49 bits
# Without those that are taken for one another on paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz2345679"


def new_codes(session: Session, account_id: str) -> list[str]:
    """Make ten new codes, which end all earlier ones, and return them as they are shown."""
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    codes = ["".join(secrets.choice(LETTERS) for _i in range(LENGTH)) for _n in range(HOW_MANY)]
    session.add_all(
        RecoveryCode(account_id=account_id, code_hash=_hash(account_id, code)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def use_code(session: Session, account: Account, typed: str) -> bool:
    """Use a code up, if it is one that is left, and tell the owner by mail."""
    plain = "".join(c for c in typed.casefold() if c.isalnum())
    used = session.execute(
        update(RecoveryCode)
        .where(
            col(RecoveryCode.account_id) == account.id,
            col(RecoveryCode.code_hash) == _hash(account.id, plain),
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=clock.now())
        .returning(col(RecoveryCode.code_hash))
    ).all()
    if not used:
        return False
    left = codes_left(session, account.id)
    queue(session, Kind.RECOVERY_CODE_USED, account_id=account.id, left=left)
    return True


def codes_left(session: Session, account_id: str) -> int:
    """Count the codes that were not used yet."""
    return session.exec(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, col(RecoveryCode.used_at).is_(None))
    ).one()


def forget_codes(session: Session, account_id: str) -> None:
    """End every code of an account."""
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))


def _hash(account_id: str, code: str) -> str:
    return keyed_hash("recovery-code", f"{account_id}\0{code}")
