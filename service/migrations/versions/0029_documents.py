"""Trusted documents, which clients may name instead of sending them."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# Their answers are kept until the version of the data rises: so one that is removed is not answered again.
_IS_FIRST = "coalesce(current_setting('tracker.raised', true), '') = ''"


def upgrade() -> None:
    op.create_table(
        "trusted_document",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "identifier ~ '^[A-Za-z0-9._~:-]{1,200}$'", name=op.f("ck_trusted_document_identifier_is_plain")
        ),
        sa.CheckConstraint(
            "text_sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex')",
            name=op.f("ck_trusted_document_hash_is_of_text"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trusted_document")),
        sa.UniqueConstraint("identifier", name=op.f("uq_trusted_document_identifier")),
    )
    op.create_index("ix_trusted_document_text_sha256", "trusted_document", ["text_sha256"])
    op.execute(
        "CREATE TRIGGER raise_data_version AFTER INSERT OR UPDATE OR DELETE ON trusted_document "
        f"FOR EACH ROW WHEN ({_IS_FIRST}) EXECUTE FUNCTION raise_data_version()"
    )
    op.execute(
        "CREATE TRIGGER raise_data_version_at_once AFTER TRUNCATE ON trusted_document "
        "FOR EACH STATEMENT EXECUTE FUNCTION raise_data_version()"
    )


def downgrade() -> None:
    op.drop_table("trusted_document")
