"""What an approver says about single answers, or about a theme, when a submission is returned."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

SERVICE, READER, SCOPED = "tracker_service", "tracker_reader", "tracker_scoped_reader"
# Whoever sees a submission sees what was said about it.
_OWN = "EXISTS (SELECT 1 FROM submission WHERE submission.id = submission_id)"


def upgrade() -> None:
    op.create_table(
        "return_comment",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("metric_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("theme_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(metric_id IS NULL) = (organisation_id IS NULL)", name=op.f("ck_return_comment_an_answer_has_both")
        ),
        sa.CheckConstraint(
            "(metric_id IS NULL) <> (theme_id IS NULL)", name=op.f("ck_return_comment_about_an_answer_or_a_theme")
        ),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_return_comment_submission_id")),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_return_comment_metric_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_return_comment_organisation_id")
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_return_comment_theme_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["actor.id"], name=op.f("fk_return_comment_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_comment")),
    )
    op.create_index("ix_return_comment_submission_id", "return_comment", ["submission_id"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE (answered_at) ON return_comment TO {SERVICE}")
    op.execute(f"GRANT SELECT ON return_comment TO {READER}, {SCOPED}")
    op.execute("ALTER TABLE return_comment ENABLE ROW LEVEL SECURITY")
    for command, rows in {
        "SELECT": f"USING ({_OWN})",
        "INSERT": f"WITH CHECK ({_OWN})",
        "UPDATE": f"USING ({_OWN}) WITH CHECK ({_OWN})",
    }.items():
        whom = f"{SERVICE}, {SCOPED}" if command == "SELECT" else SERVICE
        op.execute(f"CREATE POLICY scope_{command.lower()} ON return_comment FOR {command} TO {whom} {rows}")
    op.execute(f"CREATE POLICY reader ON return_comment FOR SELECT TO {READER} USING (true)")


def downgrade() -> None:
    op.drop_table("return_comment")
