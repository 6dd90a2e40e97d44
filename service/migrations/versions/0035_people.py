"""People who are invited, and the links that sign them in."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

SERVICE, READER = "tracker_service", "tracker_reader"
# People are for the administrators of everything. Whoever acts for an organisation sees its people, to call them.
_ALL = "current_setting('tracker.scope', true) = '0'"
_SCOPE = "is_in_scope(organisation_id, current_date)"
_POLICIES = {
    "person": {
        "SELECT": f"USING ({_SCOPE})",
        "INSERT": f"WITH CHECK ({_ALL})",
        "UPDATE": f"USING ({_ALL}) WITH CHECK ({_ALL})",
    },
    "sign_in_link": {
        "SELECT": f"USING ({_ALL})",
        "INSERT": f"WITH CHECK ({_ALL})",
        "UPDATE": f"USING ({_ALL}) WITH CHECK ({_ALL})",
        "DELETE": f"USING ({_ALL})",
    },
}
_GRANTS = {
    "person": "SELECT, INSERT, UPDATE (name, email, telephone, role, organisation_id, ended_at)",
    "sign_in_link": "SELECT, INSERT, UPDATE (used_at), DELETE",
}


def upgrade() -> None:
    _person()
    _sign_in_link()
    for table, grants in _GRANTS.items():
        op.execute(f"REVOKE ALL ON {table} FROM {READER}")
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE}")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for command, rows in _POLICIES[table].items():
            op.execute(f"CREATE POLICY scope_{command.lower()} ON {table} FOR {command} TO {SERVICE} {rows}")


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("invited_by_id", sa.BigInteger(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('READER', 'SUBMITTER', 'APPROVER', 'ADMINISTRATOR')", name=op.f("ck_person_role_is_known")
        ),
        sa.CheckConstraint("role IS NULL OR email IS NOT NULL", name=op.f("ck_person_who_signs_in_has_an_email")),
        sa.CheckConstraint(
            "role IS NOT NULL OR organisation_id IS NOT NULL", name=op.f("ck_person_contact_has_an_organisation")
        ),
        sa.CheckConstraint("email IS NOT NULL OR telephone IS NOT NULL", name=op.f("ck_person_can_be_reached")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_person_organisation_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["actor.id"], name=op.f("fk_person_invited_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(
        "uq_person_email", "person", [sa.text("lower(email)")], unique=True, postgresql_where="ended_at IS NULL"
    )
    op.create_index("ix_person_organisation_id", "person", ["organisation_id"])


def _sign_in_link() -> None:
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("token_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_sign_in_link_token_is_hashed")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_sign_in_link_token_sha256")),
    )
    op.create_index(op.f("ix_sign_in_link_person_id"), "sign_in_link", ["person_id"])


def downgrade() -> None:
    op.drop_table("sign_in_link")
    op.drop_table("person")
