"""Addresses that events are sent to."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

SERVICE, READER = "tracker_service", "tracker_reader"
# The service itself sends; no command within a scope sees an address. Nobody who only reads sees a secret.
_ALL = "current_setting('tracker.scope', true) = '0'"
_MOVED = "ended_at, position, number, failures, failing_since, next_attempt_at, delivered_at, problem, leased_until"


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("position >= 0 AND number >= 0", name=op.f("ck_webhook_place_is_known")),
        sa.CheckConstraint("(failures = 0) = (failing_since IS NULL)", name=op.f("ck_webhook_failing_has_beginning")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_webhook_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sa.UniqueConstraint("name", name=op.f("uq_webhook_name")),
    )
    op.execute(f"REVOKE ALL ON webhook FROM {READER}")
    op.execute(f"GRANT SELECT, UPDATE ({_MOVED}) ON webhook TO {SERVICE}")
    op.execute("ALTER TABLE webhook ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY scope_select ON webhook FOR SELECT TO {SERVICE} USING ({_ALL})")
    op.execute(f"CREATE POLICY scope_update ON webhook FOR UPDATE TO {SERVICE} USING ({_ALL}) WITH CHECK ({_ALL})")


def downgrade() -> None:
    op.drop_table("webhook")
