"""Claim, share, ask, block and join; log-ins for staff, codes and passkeys; finding patients.

Revision: 0002
"""

import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.models.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OPEN = sa.text("answered_at IS NULL")
VERIFIED = "verified_at IS NOT NULL AND closed_at IS NULL"
FOR_PATIENTS = sa.text(f"{VERIFIED} AND staff_id IS NULL")
FOR_STAFF = sa.text(f"{VERIFIED} AND staff_id IS NOT NULL")

# What waits for staff: name, table, column, rows.
WAITING = (
    ("ix_patient_flag", "patient", "flag", "flag IS NOT NULL"),
    ("ix_visit_flag", "visit", "starts_at", "flag IS NOT NULL"),
    (
        "ix_outbox_message_dead",
        "outbox_message",
        "dead_at",
        "dead_at IS NOT NULL AND done_at IS NULL",
    ),
)


# What housekeeping looks for.
AGES = (
    ("mail_link", "expires_at"),
    ("mail_link", "used_at"),
    ("login_session", "ended_at"),
    ("outbox_message", "done_at"),
)


def upgrade() -> None:
    """Go from '0001' to this revision."""
    add_relationship_tables()
    add_access_tables()
    widen_tables()
    op.create_table(
        "search_word",
        sa.Column(
            "word",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name="fk_search_word_patient_id_patient"
        ),
        sa.PrimaryKeyConstraint("word", "patient_id", name="pk_search_word"),
    )
    op.create_index("ix_search_word_patient_id", "search_word", ["patient_id"])
    fill_search_words()


def add_relationship_tables() -> None:
    """Add asks, blocks and joined profiles."""
    op.create_table(
        "ask",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("relationship_id", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("permission", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("unheard", sa.Boolean(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.CheckConstraint("owner_id <> holder_id", name=op.f("ck_ask_two_people")),
        sa.ForeignKeyConstraint(["holder_id"], ["patient.id"], name="fk_ask_holder_id_patient"),
        sa.ForeignKeyConstraint(["owner_id"], ["patient.id"], name="fk_ask_owner_id_patient"),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name="fk_ask_relationship_id_relationship"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ask"),
    )
    only_open: Any = {"sqlite_where": OPEN, "postgresql_where": OPEN}
    op.create_index("ix_ask_open_expires_at", "ask", ["expires_at"], **only_open)
    op.create_index("ix_ask_owner_open", "ask", ["owner_id"], **only_open)
    op.create_index("ix_ask_relationship_id", "ask", ["relationship_id"])
    op.create_index("ix_ask_request_id", "ask", ["request_id"])
    pair = ["holder_id", "owner_id", "permission"]
    op.create_index("uq_ask_open", "ask", pair, unique=True, **only_open)
    op.create_table(
        "block",
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("blocked_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["blocked_id"], ["patient.id"], name="fk_block_blocked_id_patient"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_block_patient_id_patient"),
        sa.PrimaryKeyConstraint("patient_id", "blocked_id", name="pk_block"),
    )
    op.create_index("ix_block_blocked_id", "block", ["blocked_id"])
    op.create_table(
        "profile_join",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("from_id", sa.String(), nullable=False),
        sa.Column("into_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.CheckConstraint("from_id <> into_id", name=op.f("ck_profile_join_two_profiles")),
        sa.ForeignKeyConstraint(
            ["from_id"], ["patient.id"], name="fk_profile_join_from_id_patient"
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["patient.id"], name="fk_profile_join_into_id_patient"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_profile_join"),
    )
    op.create_index("ix_profile_join_from_id", "profile_join", ["from_id"])
    op.create_index("ix_profile_join_into_id", "profile_join", ["into_id"])


def add_access_tables() -> None:
    """Add second factors, passkeys, known devices and questions put to a browser."""
    of_account = ["account_id"], ["account.id"]
    op.create_table(
        "authenticator",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("last_counter", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(*of_account, name="fk_authenticator_account_id_account"),
        sa.PrimaryKeyConstraint("account_id", name="pk_authenticator"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(*of_account, name="fk_recovery_code_account_id_account"),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name="pk_recovery_code"),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(*of_account, name="fk_passkey_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    op.create_index("ix_passkey_account_id", "passkey", ["account_id"])
    op.create_table(
        "known_device",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("device_hash", sa.String(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(*of_account, name="fk_known_device_account_id_account"),
        sa.PrimaryKeyConstraint("account_id", "device_hash", name="pk_known_device"),
    )
    op.create_index("ix_known_device_last_seen_at", "known_device", ["last_seen_at"])
    op.create_table(
        "challenge",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(*of_account, name="fk_challenge_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_challenge"),
        sa.UniqueConstraint("token_hash", name="uq_challenge_token_hash"),
    )
    op.create_index("ix_challenge_expires_at", "challenge", ["expires_at"])
    op.create_index("ix_challenge_account_id", "challenge", ["account_id"])


def widen_tables() -> None:
    """Add columns to the tables there are; what exists gets the careful value."""
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("staff_id", sa.String(), nullable=True))
        table.alter_column("patient_id", existing_type=sa.String(), nullable=True)
        table.drop_index("uq_account_verified_email")
        table.create_unique_constraint("uq_account_staff_id", ["staff_id"])
        table.create_foreign_key("fk_account_staff_id_staff", "staff", ["staff_id"], ["id"])
        table.create_check_constraint(
            op.f("ck_account_one_person"), "(patient_id IS NULL) <> (staff_id IS NULL)"
        )
    for name, where in (
        ("uq_account_verified_email", FOR_PATIENTS),
        ("uq_account_staff_email", FOR_STAFF),
    ):
        op.create_index(
            name,
            "account",
            ["email_key"],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_index(
        "ix_audit_entry_subject_id_actor_at", "audit_entry", ["subject_id", "actor", "at"]
    )
    _add_filled("clinic", sa.Column("patients_manage_sharing", sa.Boolean()), sa.true())
    _add_filled("login_session", sa.Column("proved_at", UtcDateTime()), sa.column("created_at"))
    with op.batch_alter_table("mail_link") as table:
        table.add_column(sa.Column("about", sa.String(), nullable=True))
    with op.batch_alter_table("patient") as table:
        table.add_column(sa.Column("joined_into_id", sa.String(), nullable=True))
        table.add_column(sa.Column("flag", sa.String(), nullable=True))
        table.create_index("ix_patient_joined_into_id", ["joined_into_id"])
        table.create_foreign_key(
            "fk_patient_joined_into_id_patient", "patient", ["joined_into_id"], ["id"]
        )
    for name, table, column, where in WAITING:
        rows = sa.text(where)
        op.create_index(name, table, [column], sqlite_where=rows, postgresql_where=rows)
    for table, column in AGES:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _add_filled(name: str, column: sa.Column, value: sa.ColumnElement) -> None:
    """Add a column that must have a value to a table that may have rows."""
    with op.batch_alter_table(name) as table:
        table.add_column(column)
    op.execute(sa.update(sa.table(name, sa.column(column.name))).values({column.name: value}))
    with op.batch_alter_table(name) as table:
        table.alter_column(column.name, existing_type=column.type, nullable=False)


def fill_search_words() -> None:
    """Write the words of every patient there is, as `portal.search_words` does today."""
    connection = op.get_bind()
    names = ("first_name", "last_name", "preferred_name")
    columns = [sa.column(name) for name in ("id", *names, "phone", "birth_on")]
    patients = connection.execute(sa.select(*columns).select_from(sa.table("patient"))).mappings()
    plain = str.maketrans(
        {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"}
    )
    rows = []
    for patient in patients.all():
        text = " ".join(patient[name] or "" for name in names)
        letters = unicodedata.normalize("NFKD", text.casefold())
        bare = "".join(c for c in letters if not unicodedata.combining(c)).translate(plain)
        found = {w for gap in ("", " ") for w in re.findall(r"\w+", re.sub(r"['’ʼ`]", gap, bare))}
        figures = re.sub(r"\D", "", patient["phone"] or "")
        if figures:
            found |= {figures, *(figures[-n:] for n in (10, 7, 4) if len(figures) > n)}
        if patient["birth_on"]:
            found.add("#" + str(patient["birth_on"]).replace("-", ""))
        rows += [{"word": word, "patient_id": patient["id"]} for word in sorted(found)]
    if rows:
        table = sa.table("search_word", sa.column("word"), sa.column("patient_id"))
        connection.execute(sa.insert(table), rows)


def downgrade() -> None:
    """Go back; what only this revision knows is lost, log-ins of staff among it."""
    for name in ("search_word", "challenge", "known_device", "passkey", "recovery_code"):
        op.drop_table(name)
    for name in ("authenticator", "profile_join", "block", "ask"):
        op.drop_table(name)
    staff = "(SELECT id FROM account WHERE staff_id IS NOT NULL)"
    for name in ("login_session", "mail_link", "done_request"):
        op.execute(f"DELETE FROM {name} WHERE account_id IN {staff}")  # noqa: S608  names of ours
    op.execute("DELETE FROM account WHERE staff_id IS NOT NULL")
    for name, table, _column, _rows in WAITING:
        op.drop_index(name, table)
    for name, column in AGES:
        op.drop_index(f"ix_{name}_{column}", name)
    with op.batch_alter_table("patient") as table:
        table.drop_constraint("fk_patient_joined_into_id_patient", type_="foreignkey")
        table.drop_index("ix_patient_joined_into_id")
        table.drop_column("flag")
        table.drop_column("joined_into_id")
    with op.batch_alter_table("mail_link") as table:
        table.drop_column("about")
    with op.batch_alter_table("login_session") as table:
        table.drop_column("proved_at")
    with op.batch_alter_table("clinic") as table:
        table.drop_column("patients_manage_sharing")
    op.drop_index("ix_audit_entry_subject_id_actor_at", "audit_entry")
    op.drop_index("uq_account_staff_email", "account")
    op.drop_index("uq_account_verified_email", "account")
    with op.batch_alter_table("account") as table:
        table.drop_constraint(op.f("ck_account_one_person"), type_="check")
        table.drop_constraint("fk_account_staff_id_staff", type_="foreignkey")
        table.drop_constraint("uq_account_staff_id", type_="unique")
        table.alter_column("patient_id", existing_type=sa.String(), nullable=False)
        table.drop_column("staff_id")
    verified = sa.text(VERIFIED)
    op.create_index(
        "uq_account_verified_email",
        "account",
        ["email_key"],
        unique=True,
        sqlite_where=verified,
        postgresql_where=verified,
    )
