"""The first tables: people, permissions, the clinic, visits, mail and log-ins.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

from portal.models.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LIVE = sa.text("ended_at IS NULL")
OPEN = sa.text("done_at IS NULL AND dead_at IS NULL")
UNVERIFIED = sa.text("verified_at IS NULL AND closed_at IS NULL")
VERIFIED = sa.text("verified_at IS NOT NULL AND closed_at IS NULL")

# In the order in which they are made: each refers only to earlier ones.
TABLES = (
    "audit_entry",
    "clinic",
    "demo_mail",
    "location",
    "lockout",
    "outbox_message",
    "patient",
    "practitioner",
    "relationship",
    "service",
    "account",
    "offer",
    "permission_grant",
    "relationship_side",
    "shift",
    "staff",
    "visit",
    "claimed_unit",
    "done_request",
    "login_session",
    "mail_link",
)

# PostgreSQL's second guard against double booking, for visits whose units somebody wrote wrong. The
# hash makes an id something that GiST can compare without an extension; two ids that share one are
# not to be met (1 in 2^64), and would only refuse a visit.
NO_OVERLAP = """
ALTER TABLE visit ADD CONSTRAINT ex_visit_practitioner_id_overlap EXCLUDE USING gist (
    int8range(
        hashtextextended(practitioner_id, 0), hashtextextended(practitioner_id, 0), '[]'
    ) WITH &&,
    tstzrange(starts_at, ends_at) WITH &&
) WHERE (cancelled_at IS NULL)
"""


def upgrade() -> None:
    """Make every table, and on PostgreSQL the exclusion constraint besides."""
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_actor_at", "audit_entry", ["actor", "at"])
    op.create_index("ix_audit_entry_subject_id_at", "audit_entry", ["subject_id", "at"])

    op.create_table(
        "clinic",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("opening", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("allow_related_profiles", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 'clinic'", name=op.f("ck_clinic_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
    )

    op.create_table(
        "demo_mail",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_demo_mail")),
    )
    op.create_index("ix_demo_mail_sent_at", "demo_mail", ["sent_at"])

    op.create_table(
        "location",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
    )

    op.create_table(
        "lockout",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_lockout")),
    )
    op.create_index("ix_lockout_since", "lockout", ["since"])

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("dedup", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("run_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("dead_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("dedup", name=op.f("uq_outbox_message_dedup")),
    )
    op.create_index(
        "ix_outbox_message_open",
        "outbox_message",
        ["run_at"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )

    op.create_table(
        "patient",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("preferred_name", sa.String(), nullable=True),
        sa.Column("pronouns", sa.String(), nullable=True),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("contact_email", sa.String(), nullable=True),
        sa.Column("manager_id", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["patient.id"], name=op.f("fk_patient_manager_id_patient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
    )
    op.create_index("ix_patient_manager_id", "patient", ["manager_id"])

    op.create_table(
        "practitioner",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioner")),
    )

    op.create_table(
        "relationship",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship")),
    )

    op.create_table(
        "service",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.CheckConstraint("minutes > 0 and minutes % 5 = 0", name=op.f("ck_service_whole_units")),
        sa.CheckConstraint("price_cents >= 0", name=op.f("ck_service_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
    )

    op.create_table(
        "account",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_account_patient_id_patient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("patient_id", name=op.f("uq_account_patient_id")),
    )
    op.create_index("ix_account_email_key", "account", ["email_key"])
    op.create_index(
        "ix_account_unverified_created_at",
        "account",
        ["created_at"],
        sqlite_where=UNVERIFIED,
        postgresql_where=UNVERIFIED,
    )
    op.create_index(
        "uq_account_verified_email",
        "account",
        ["email_key"],
        unique=True,
        sqlite_where=VERIFIED,
        postgresql_where=VERIFIED,
    )

    op.create_table(
        "offer",
        sa.Column("practitioner_id", sa.String(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_offer_practitioner_id_practitioner"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_offer_service_id_service")
        ),
        sa.PrimaryKeyConstraint("practitioner_id", "service_id", name=op.f("pk_offer")),
    )
    op.create_index("ix_offer_service_id", "offer", ["service_id"])

    op.create_table(
        "permission_grant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("relationship_id", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("holder_id", sa.String(), nullable=False),
        sa.Column("permission", sa.String(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("owner_id <> holder_id", name=op.f("ck_permission_grant_two_people")),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["patient.id"], name=op.f("fk_permission_grant_holder_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["patient.id"], name=op.f("fk_permission_grant_owner_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_permission_grant_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permission_grant")),
    )
    op.create_index(
        "ix_permission_grant_owner_live",
        "permission_grant",
        ["owner_id", "permission"],
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index("ix_permission_grant_relationship_id", "permission_grant", ["relationship_id"])
    op.create_index(
        "uq_permission_grant_live",
        "permission_grant",
        ["holder_id", "owner_id", "permission"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )

    op.create_table(
        "relationship_side",
        sa.Column("relationship_id", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("label_text", sa.String(), nullable=True),
        sa.Column("colour", sa.Integer(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("colour between 1 and 8", name=op.f("ck_relationship_side_colour")),
        sa.CheckConstraint("patient_id <> member_id", name=op.f("ck_relationship_side_two_people")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["patient.id"], name=op.f("fk_relationship_side_member_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_relationship_side_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationship.id"],
            name=op.f("fk_relationship_side_relationship_id_relationship"),
        ),
        sa.PrimaryKeyConstraint("relationship_id", "patient_id", name=op.f("pk_relationship_side")),
    )
    op.create_index("ix_relationship_side_member_id", "relationship_side", ["member_id"])
    op.create_index(
        "uq_relationship_side_live",
        "relationship_side",
        ["patient_id", "member_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )

    op.create_table(
        "shift",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("practitioner_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("starts < ends", name=op.f("ck_shift_order")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_shift_weekday")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_shift_location_id_location")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_shift_practitioner_id_practitioner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.create_index("ix_shift_practitioner_id_weekday", "shift", ["practitioner_id", "weekday"])

    op.create_table(
        "staff",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("practitioner_id", sa.String(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_staff_practitioner_id_practitioner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
    )

    op.create_table(
        "visit",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("practitioner_id", sa.String(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("booked_by", sa.String(), nullable=False),
        sa.Column("booked_at", UtcDateTime(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("cancelled_by", sa.String(), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("flag", sa.String(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_cents >= 0", name=op.f("ck_visit_price")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_visit_order")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_visit_location_id_location")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_visit_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_visit_practitioner_id_practitioner"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_visit_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint(
            "booked_by", "request_key", name=op.f("uq_visit_booked_by_request_key")
        ),
    )
    op.create_index("ix_visit_location_id", "visit", ["location_id"])
    op.create_index("ix_visit_patient_id_starts_at", "visit", ["patient_id", "starts_at"])
    op.create_index("ix_visit_practitioner_id_starts_at", "visit", ["practitioner_id", "starts_at"])
    op.create_index("ix_visit_service_id", "visit", ["service_id"])

    op.create_table(
        "claimed_unit",
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("unit", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_claimed_unit_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("resource_id", "unit", name=op.f("pk_claimed_unit")),
    )
    op.create_index("ix_claimed_unit_visit_id", "claimed_unit", ["visit_id"])

    op.create_table(
        "done_request",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_done_request_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "request_key", name=op.f("pk_done_request")),
    )
    op.create_index("ix_done_request_done_at", "done_request", ["done_at"])

    op.create_table(
        "login_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_login_session_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    op.create_index("ix_login_session_account_id", "login_session", ["account_id"])
    op.create_index("ix_login_session_expires_at", "login_session", ["expires_at"])

    op.create_table(
        "mail_link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("patient_id", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mail_link_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_mail_link_patient_id_patient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mail_link_token_hash")),
    )
    op.create_index("ix_mail_link_account_id", "mail_link", ["account_id"])
    op.create_index("ix_mail_link_patient_id", "mail_link", ["patient_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NO_OVERLAP)


def downgrade() -> None:
    """Drop everything."""
    for table in reversed(TABLES):
        op.drop_table(table)
