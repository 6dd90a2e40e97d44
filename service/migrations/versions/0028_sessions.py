"""Who has signed in is kept in the database, so that a session ends where it is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

SERVICE, READER, SCOPED = "tracker_service", "tracker_reader", "tracker_scoped_reader"
# The service itself begins and ends sessions; no command within a scope sees or changes one.
_ALL = "current_setting('tracker.scope', true) = '0'"
_OVER = "least(ended_at, ends_at) < now() - interval '30 days'"
_POLICIES = {
    "SELECT": f"USING ({_ALL})",
    "INSERT": f"WITH CHECK ({_ALL})",
    "UPDATE": f"USING ({_ALL}) WITH CHECK ({_ALL})",
    "DELETE": f"USING ({_ALL} AND {_OVER})",
}
# The fingerprint of a cookie is not needed to end its session: only reading finds out whose cookie it is.
_SELECTED = "id, name, identity, ended_at, ends_at"


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('READER', 'SUBMITTER', 'APPROVER', 'ADMINISTRATOR')", name=op.f("ck_session_role_is_known")
        ),
        sa.CheckConstraint("token_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_session_token_is_hashed")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_session_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_session_token_sha256")),
    )
    op.execute(f"GRANT SELECT ({_SELECTED}), INSERT, UPDATE (last_used_at, ended_at), DELETE ON session TO {SERVICE}")
    op.execute("ALTER TABLE session ENABLE ROW LEVEL SECURITY")
    for command, rows in _POLICIES.items():
        op.execute(f"CREATE POLICY scope_{command.lower()} ON session FOR {command} TO {SERVICE} {rows}")
    # Whoever reads within a scope has the policies of commands; here without a right to read anything.
    op.execute(f"ALTER POLICY scope_select ON session TO {SERVICE}, {SCOPED}")
    op.execute(f"CREATE POLICY reader ON session FOR SELECT TO {READER} USING (true)")


def downgrade() -> None:
    op.drop_table("session")
