"""A message is claimed before it is sent, a moved deadline is told, people can get messages again, and sign-ins last."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

SERVICE = "tracker_service"
_ALL = "current_setting('tracker.scope', true) = '0'"
_BEFORE = (
    "'INVITATION', 'SIGN_IN', 'OPENS', 'DUE_IN_A_WEEK', 'DUE_TOMORROW', 'OVERDUE', 'REMINDER', 'RETURNED', "
    "'WAITING', 'PUBLISHED', 'CORRECTED'"
)
_TABLES = ("message", "unsubscribed")


def upgrade() -> None:
    op.add_column("message", sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(f"GRANT UPDATE (claimed_at) ON message TO {SERVICE}")
    op.execute(f"GRANT DELETE ON unsubscribed TO {SERVICE}")
    op.execute(f"CREATE POLICY scope_delete ON unsubscribed FOR DELETE TO {SERVICE} USING ({_ALL})")
    for table in _TABLES:
        _allow(table, f"{_BEFORE}, 'DEADLINE_MOVED'")
    op.add_column("person", sa.Column("first_signed_in_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(f"GRANT UPDATE (first_signed_in_at) ON person TO {SERVICE}")
    op.execute(f"GRANT UPDATE (ends_at) ON sign_in_link TO {SERVICE}")
    # The audit has each session of each person; links that were used are deleted after a month.
    op.execute(
        "UPDATE person SET first_signed_in_at = began.at FROM ("
        "SELECT actor_key, min(at) AS at FROM audit_event WHERE action = 'session.begin' GROUP BY actor_key"
        ") AS began WHERE began.actor_key = 'person|' || person.id"
    )


def downgrade() -> None:
    op.execute("DELETE FROM message WHERE kind = 'DEADLINE_MOVED'")
    op.execute("DELETE FROM unsubscribed WHERE kind = 'DEADLINE_MOVED'")
    for table in _TABLES:
        _allow(table, _BEFORE)
    op.execute("DROP POLICY scope_delete ON unsubscribed")
    op.execute(f"REVOKE DELETE ON unsubscribed FROM {SERVICE}")
    op.drop_column("message", "claimed_at")
    op.execute(f"REVOKE UPDATE (ends_at) ON sign_in_link FROM {SERVICE}")
    op.drop_column("person", "first_signed_in_at")


def _allow(table: str, kinds: str) -> None:
    """Allow these kinds, and no others; what is there already is checked in a step of its own."""
    op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT ck_{table}_kind_is_known")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_kind_is_known CHECK (kind IN ({kinds})) NOT VALID")
