"""The complete calendar: rooms, days off, holds, group visits and classes, the wait list, groups.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

from portal.models.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN, UNANSWERED = sa.text("ended_at IS NULL"), sa.text("answered_at IS NULL")

# The guard of 0001, for visits that have a practitioner to themselves.
ALONE = """
ALTER TABLE visit ADD CONSTRAINT ex_visit_practitioner_id_overlap EXCLUDE USING gist (
    int8range(
        hashtextextended(practitioner_id, 0), hashtextextended(practitioner_id, 0), '[]'
    ) WITH &&,
    tstzrange(starts_at, ends_at) WITH &&
) WHERE (cancelled_at IS NULL{besides})
"""
TOGETHER = (
    ALONE.replace("TABLE visit", "TABLE gathering")
    .replace("ex_visit", "ex_gathering")
    .format(besides="")
)

NEW_TABLES = (
    *("booking_policy", "room", "service_need", "day_hours", "holiday", "time_off"),
    *("gathering", "hold", "patient_group", "patient_group_member", "wait_request", "wait_offer"),
)

STRING, WHOLE, TRUTH = sa.String(), sa.Integer(), sa.Boolean()

# What existing tables get: name, type, and what was true of every row so far (None: nothing).
NEW_COLUMNS = {
    "location": (
        ("directions", STRING, ""),
        ("join_url", STRING, None),
        ("position", WHOLE, "0"),
        ("ended", TRUTH, sa.false()),
    ),
    "offer": (("location_id", STRING, None),),
    "patient": (("zone", STRING, None), ("online_barred", TRUTH, sa.false())),
    "practitioner": (("online", TRUTH, sa.true()), ("step_minutes", WHOLE, None)),
    "service": (
        ("kind", STRING, "individual"),
        ("capacity", WHOLE, "1"),
        ("buffer_before", WHOLE, "0"),
        ("buffer_after", WHOLE, "0"),
        ("online", TRUTH, sa.true()),
        ("about", STRING, ""),
    ),
    "visit": (
        ("order_id", STRING, None),
        ("gathering_id", STRING, None),
        ("first_starts_at", UtcDateTime(), None),
        ("moved_at", UtcDateTime(), None),
        ("note", STRING, ""),
        ("cancel_reason", STRING, None),
        ("arrived_at", UtcDateTime(), None),
        ("no_show_at", UtcDateTime(), None),
    ),
}
# Table, column, and the table it names.
NEW_KEYS = (("offer", "location_id", "location"), ("visit", "gathering_id", "gathering"))
NEW_CHECKS = {
    "buffer_before": "buffer_before >= 0 and buffer_before % 5 = 0",
    "buffer_after": "buffer_after >= 0 and buffer_after % 5 = 0",
    "capacity": "capacity between 1 and 200",
}


def upgrade() -> None:
    """Go from '0002' to this revision."""
    add_calendar_tables()
    add_booking_tables()
    add_wait_list_tables()
    for table, columns in NEW_COLUMNS.items():
        for name, kind, so_far in columns:
            nullable = so_far is None
            op.add_column(table, sa.Column(name, kind, nullable=nullable, server_default=so_far))
        with op.batch_alter_table(table) as batch:
            for name, _kind, so_far in columns:
                if so_far is not None:
                    batch.alter_column(name, server_default=None)
    op.create_index("ix_visit_gathering_id", "visit", ["gathering_id"])
    op.create_index("ix_visit_order_id", "visit", ["order_id"])
    for table, column, other in NEW_KEYS:
        with op.batch_alter_table(table) as batch:
            batch.create_foreign_key(f"fk_{table}_{column}_{other}", other, [column], ["id"])
    with op.batch_alter_table("service") as batch:
        for name, condition in NEW_CHECKS.items():
            batch.create_check_constraint(f"ck_service_{name}", condition)
    let_holds_claim_units()
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("ex_visit_practitioner_id_overlap", "visit")
        op.execute(ALONE.format(besides=" AND gathering_id IS NULL"))
        op.execute(TOGETHER)


def let_holds_claim_units() -> None:
    """Let a unit be held by a gathering or for a while too, not only by a visit."""
    op.drop_index("ix_claimed_unit_visit_id", "claimed_unit")
    with op.batch_alter_table("claimed_unit") as batch:
        batch.drop_constraint("fk_claimed_unit_visit_id_visit", type_="foreignkey")
        batch.alter_column("visit_id", new_column_name="held_by")
        batch.add_column(sa.Column("until_at", UtcDateTime(), nullable=True))
    op.create_index("ix_claimed_unit_held_by", "claimed_unit", ["held_by"])
    kept = sa.text("until_at IS NOT NULL")
    op.create_index(
        "ix_claimed_unit_until_at",
        "claimed_unit",
        ["until_at"],
        sqlite_where=kept,
        postgresql_where=kept,
    )


def add_calendar_tables() -> None:
    """Add what says when the clinic has time."""
    op.create_table(
        "booking_policy",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("lead_minutes", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("same_day", sa.Boolean(), nullable=False),
        sa.Column("step_minutes", sa.Integer(), nullable=False),
        sa.Column("most_upcoming", sa.Integer(), nullable=True),
        sa.Column("late_cancel_hours", sa.Integer(), nullable=False),
        sa.Column("patients_cancel", sa.Boolean(), nullable=False),
        sa.Column("patients_reschedule", sa.Boolean(), nullable=False),
        sa.Column("several_people", sa.Boolean(), nullable=False),
        sa.Column("group_visits", sa.Boolean(), nullable=False),
        sa.Column("classes", sa.Boolean(), nullable=False),
        sa.Column("recurring", sa.Boolean(), nullable=False),
        sa.Column("wait_list", sa.Boolean(), nullable=False),
        sa.Column("wait_offer_minutes", sa.Integer(), nullable=False),
        sa.Column("night_from", sa.Time(), nullable=False),
        sa.Column("night_until", sa.Time(), nullable=False),
        sa.Column("hide_services", sa.Boolean(), nullable=False),
        sa.Column("policy_text", sa.String(), nullable=False),
        sa.CheckConstraint("id = 'clinic'", name=op.f("ck_booking_policy_one_row")),
        sa.CheckConstraint(
            "horizon_days between 1 and 366", name=op.f("ck_booking_policy_horizon")
        ),
        sa.CheckConstraint(
            "step_minutes > 0 and step_minutes % 5 = 0", name=op.f("ck_booking_policy_step")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_policy")),
    )
    op.create_table(
        "day_hours",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("practitioner_id", sa.String(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=True),
        sa.Column("starts", sa.Time(), nullable=True),
        sa.Column("ends", sa.Time(), nullable=True),
        sa.CheckConstraint("(starts IS NULL) = (ends IS NULL)", name=op.f("ck_day_hours_both")),
        sa.CheckConstraint("starts IS NULL OR starts < ends", name=op.f("ck_day_hours_order")),
        sa.CheckConstraint(
            "starts IS NULL OR location_id IS NOT NULL", name=op.f("ck_day_hours_place")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_day_hours_location_id_location")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_day_hours_practitioner_id_practitioner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_hours")),
    )
    op.create_index(
        "ix_day_hours_practitioner_id_on_date", "day_hours", ["practitioner_id", "on_date"]
    )
    op.create_table(
        "holiday",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_holiday_location_id_location")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
    )
    op.create_index("ix_holiday_on_date", "holiday", ["on_date"])
    op.create_table(
        "room",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_room_location_id_location")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
    )
    op.create_index("ix_room_location_id", "room", ["location_id"])
    op.create_table(
        "service_need",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_need_service_id_service")
        ),
        sa.PrimaryKeyConstraint("service_id", "kind", name=op.f("pk_service_need")),
    )
    op.create_table(
        "time_off",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("practitioner_id", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_time_off_order")),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_time_off_practitioner_id_practitioner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_off")),
    )
    op.create_index(
        "ix_time_off_practitioner_id_ends_at", "time_off", ["practitioner_id", "ends_at"]
    )


def add_booking_tables() -> None:
    """Add times for several people, times held, and staff's groups."""
    op.create_table(
        "patient_group",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_group")),
    )
    op.create_index("ix_patient_group_name", "patient_group", ["name"])
    op.create_table(
        "gathering",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("practitioner_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("primary_id", sa.String(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("cancelled_by", sa.String(), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("capacity between 1 and 200", name=op.f("ck_gathering_capacity")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_gathering_order")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_gathering_location_id_location")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_gathering_practitioner_id_practitioner"),
        ),
        sa.ForeignKeyConstraint(
            ["primary_id"], ["patient.id"], name=op.f("fk_gathering_primary_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_gathering_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering")),
    )
    op.create_index(
        "ix_gathering_practitioner_id_starts_at", "gathering", ["practitioner_id", "starts_at"]
    )
    op.create_index("ix_gathering_primary_id", "gathering", ["primary_id"])
    op.create_index("ix_gathering_service_id_starts_at", "gathering", ["service_id", "starts_at"])
    op.create_table(
        "patient_group_member",
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["patient_group.id"],
            name=op.f("fk_patient_group_member_group_id_patient_group"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_patient_group_member_patient_id_patient")
        ),
        sa.PrimaryKeyConstraint("group_id", "patient_id", name=op.f("pk_patient_group_member")),
    )
    op.create_index("ix_patient_group_member_patient_id", "patient_group_member", ["patient_id"])
    op.create_table(
        "hold",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("held_by", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("practitioner_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("gathering_id", sa.String(), nullable=True),
        sa.Column("moves_id", sa.String(), nullable=True),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gathering.id"], name=op.f("fk_hold_gathering_id_gathering")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_hold_location_id_location")
        ),
        sa.ForeignKeyConstraint(["moves_id"], ["visit.id"], name=op.f("fk_hold_moves_id_visit")),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_hold_practitioner_id_practitioner"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_hold_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index("ix_hold_expires_at", "hold", ["expires_at"])
    op.create_index("ix_hold_gathering_id", "hold", ["gathering_id"])
    op.create_index("ix_hold_held_by", "hold", ["held_by"])
    op.create_index("ix_hold_moves_id", "hold", ["moves_id"])
    op.create_index("ix_hold_order_id", "hold", ["order_id"])
    op.create_index("ix_hold_session_id", "hold", ["session_id"])


def add_wait_list_tables() -> None:
    """Add the wait list."""
    op.create_table(
        "wait_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("practitioner_id", sa.String(), nullable=True),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("from_time", sa.Time(), nullable=False),
        sa.Column("until_time", sa.Time(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_wait_request_dates")),
        sa.CheckConstraint("from_time < until_time", name=op.f("ck_wait_request_hours")),
        sa.CheckConstraint("weekdays between 1 and 127", name=op.f("ck_wait_request_weekdays")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_wait_request_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_wait_request_practitioner_id_practitioner"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_wait_request_service_id_service")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_wait_request_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wait_request")),
    )
    op.create_index(
        "ix_wait_request_open",
        "wait_request",
        ["service_id", "asked_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_wait_request_patient_id", "wait_request", ["patient_id", "asked_at"])
    op.create_index(
        "ix_wait_request_until_on",
        "wait_request",
        ["until_on"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_wait_request_visit_id", "wait_request", ["visit_id"])
    op.create_table(
        "wait_offer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("hold_id", sa.String(), nullable=True),
        sa.Column("practitioner_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=False),
        sa.Column("tell_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("visit_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_wait_offer_location_id_location")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_wait_offer_practitioner_id_practitioner"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["wait_request.id"], name=op.f("fk_wait_offer_request_id_wait_request")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_wait_offer_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wait_offer")),
        sa.UniqueConstraint(
            "request_id",
            "practitioner_id",
            "starts_at",
            name=op.f("uq_wait_offer_request_id_practitioner_id_starts_at"),
        ),
    )
    op.create_index(
        "ix_wait_offer_open",
        "wait_offer",
        ["expires_at"],
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_index("ix_wait_offer_request_id", "wait_offer", ["request_id"])
    op.create_index("ix_wait_offer_visit_id", "wait_offer", ["visit_id"])


def downgrade() -> None:
    """Go back: what only the new tables know is lost, held times among it."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("ex_visit_practitioner_id_overlap", "visit")
        op.execute(ALONE.format(besides=""))
    op.execute(
        "DELETE FROM claimed_unit WHERE NOT EXISTS "
        "(SELECT 1 FROM visit WHERE visit.id = claimed_unit.held_by)"
    )
    op.drop_index("ix_claimed_unit_until_at", "claimed_unit")
    op.drop_index("ix_claimed_unit_held_by", "claimed_unit")
    with op.batch_alter_table("claimed_unit") as batch:
        batch.drop_column("until_at")
        batch.alter_column("held_by", new_column_name="visit_id")
        batch.create_foreign_key("fk_claimed_unit_visit_id_visit", "visit", ["visit_id"], ["id"])
    op.create_index("ix_claimed_unit_visit_id", "claimed_unit", ["visit_id"])
    op.drop_index("ix_visit_gathering_id", "visit")
    op.drop_index("ix_visit_order_id", "visit")
    with op.batch_alter_table("service") as batch:
        for name in NEW_CHECKS:
            batch.drop_constraint(f"ck_service_{name}", type_="check")
    for table, column, other in NEW_KEYS:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_{column}_{other}", type_="foreignkey")
    for table, columns in NEW_COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name, _kind, _so_far in columns:
                batch.drop_column(name)
    for table in reversed(NEW_TABLES):
        op.drop_table(table)
