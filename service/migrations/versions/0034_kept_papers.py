"""The paper of each quarter, with what people write for it and the actions that it asks for."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

SERVICE, READER, SCOPED = "tracker_service", "tracker_reader", "tracker_scoped_reader"
_TABLES = ("paper", "narrative", "paper_action")
_IN_SCOPE = "is_in_scope(board_id, quarter_ends)"
_SEEN = f"(frozen_at IS NOT NULL OR {_IN_SCOPE})"
_OF_PAPER = "EXISTS (SELECT 1 FROM paper WHERE paper.id = paper_id{0})"
_OF_OWN = _OF_PAPER.format(" AND is_in_scope(paper.board_id, paper.quarter_ends)")
_OF_OPEN = _OF_PAPER.format(" AND paper.frozen_at IS NULL AND is_in_scope(paper.board_id, paper.quarter_ends)")
# Nothing changes a frozen paper; an action of one may still be carried out.
_POLICIES = {
    "paper": {
        "SELECT": f"USING ({_SEEN})",
        "INSERT": f"WITH CHECK ({_IN_SCOPE})",
        "UPDATE": f"USING (frozen_at IS NULL AND {_IN_SCOPE}) WITH CHECK ({_IN_SCOPE})",
    },
    "narrative": {
        "SELECT": f"USING ({_OF_PAPER.format('')})",
        "INSERT": f"WITH CHECK ({_OF_OPEN})",
        "UPDATE": f"USING ({_OF_OPEN}) WITH CHECK ({_OF_OPEN})",
    },
    "paper_action": {
        "SELECT": f"USING ({_OF_PAPER.format('')})",
        "INSERT": f"WITH CHECK ({_OF_OPEN})",
        "UPDATE": f"USING ({_OF_OWN}) WITH CHECK ({_OF_OWN})",
    },
}
# As every table that answers are made of: see 0023.
_IS_FIRST = "coalesce(current_setting('tracker.raised', true), '') = ''"


def upgrade() -> None:
    _create_paper()
    _create_what_people_write()
    for table, policies in _POLICIES.items():
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {SERVICE}")
        op.execute(f"GRANT SELECT ON {table} TO {READER}, {SCOPED}")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for command, rows in policies.items():
            whom = f"{SERVICE}, {SCOPED}" if command == "SELECT" else SERVICE
            op.execute(f"CREATE POLICY scope_{command.lower()} ON {table} FOR {command} TO {whom} {rows}")
        op.execute(f"CREATE POLICY reader ON {table} FOR SELECT TO {READER} USING (true)")
        op.execute(
            f"CREATE TRIGGER raise_data_version AFTER INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW WHEN ({_IS_FIRST}) EXECUTE FUNCTION raise_data_version()"
        )
        op.execute(
            f"CREATE TRIGGER raise_data_version_at_once AFTER TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION raise_data_version()"
        )


def _create_paper() -> None:
    op.create_table(
        "paper",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("quarter_ends", sa.Date(), nullable=False),
        sa.Column("addressed_to", sa.Text(), nullable=True),
        sa.Column("sent_from", sa.Text(), nullable=True),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("recommendation", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_by", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("figure_ids", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.CheckConstraint("(frozen_at IS NULL) = (content IS NULL)", name=op.f("ck_paper_frozen_has_content")),
        sa.CheckConstraint("(frozen_at IS NULL) = (frozen_by IS NULL)", name=op.f("ck_paper_frozen_by_somebody")),
        sa.ForeignKeyConstraint(["board_id"], ["organisation.id"], name=op.f("fk_paper_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("board_id", "quarter", name=op.f("uq_paper_board_id_quarter")),
    )


def _create_what_people_write() -> None:
    op.create_table(
        "narrative",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        *_written(),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_narrative_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_narrative")),
        sa.UniqueConstraint("paper_id", "section", name=op.f("uq_narrative_paper_id_section")),
    )
    op.create_table(
        "paper_action",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("metric_id", sa.BigInteger(), nullable=True),
        sa.Column("figure_id", sa.BigInteger(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("closed_in", sa.Date(), nullable=True),
        *_written(),
        sa.CheckConstraint("closed_in IS NULL OR outcome IS NOT NULL", name=op.f("ck_paper_action_closed_has_outcome")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_action_paper_id")),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_paper_action_metric_id")),
        sa.ForeignKeyConstraint(["figure_id"], ["figure.id"], name=op.f("fk_paper_action_figure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_action")),
        sa.UniqueConstraint("paper_id", "number", name=op.f("uq_paper_action_paper_id_number")),
    )


def _written() -> list[sa.Column[object]]:
    return [
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
    ]


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
