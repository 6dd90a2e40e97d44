"""Messages to people, and what they want no messages about."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

SERVICE, READER = "tracker_service", "tracker_reader"
# The service itself sends messages; no command within a scope sees one.
_ALL = "current_setting('tracker.scope', true) = '0'"
_GRANTS = {
    "message": "SELECT, INSERT, UPDATE (sent_at, failures, problem, next_attempt_at, leased_until)",
    "unsubscribed": "SELECT, INSERT",
}
_KIND = (
    "kind IN ('INVITATION', 'SIGN_IN', 'OPENS', 'DUE_IN_A_WEEK', 'DUE_TOMORROW', 'OVERDUE', 'REMINDER', 'RETURNED', "
    "'WAITING', 'PUBLISHED', 'CORRECTED')"
)


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_KIND, name=op.f("ck_message_kind_is_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("person_id", "kind", "about", name=op.f("uq_message_person_id_kind_about")),
    )
    op.create_index("ix_message_waiting", "message", ["next_attempt_at"], postgresql_where="sent_at IS NULL")
    op.create_table(
        "unsubscribed",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_KIND, name=op.f("ck_unsubscribed_kind_is_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_unsubscribed_person_id")),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_unsubscribed")),
    )
    for table, grants in _GRANTS.items():
        op.execute(f"REVOKE ALL ON {table} FROM {READER}")
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE}")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY scope_select ON {table} FOR SELECT TO {SERVICE} USING ({_ALL})")
        op.execute(f"CREATE POLICY scope_insert ON {table} FOR INSERT TO {SERVICE} WITH CHECK ({_ALL})")
    op.execute(f"CREATE POLICY scope_update ON message FOR UPDATE TO {SERVICE} USING ({_ALL}) WITH CHECK ({_ALL})")


def downgrade() -> None:
    op.drop_table("unsubscribed")
    op.drop_table("message")
