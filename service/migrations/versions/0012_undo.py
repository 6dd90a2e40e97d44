"""A withdrawal brings back what was replaced: figures by their revisions, nil returns by what took their place."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_MOVES = """
        ('DRAFT', 'DRAFT'), ('DRAFT', 'SUBMITTED'), ('DRAFT', 'DISCARDED'), ('SUBMITTED', 'DRAFT'),
        ('SUBMITTED', 'APPROVED'), ('SUBMITTED', 'RETURNED'), ('SUBMITTED', 'PUBLISHED'), ('RETURNED', 'RETURNED'),
        ('RETURNED', 'SUBMITTED'), ('RETURNED', 'DISCARDED'), ('APPROVED', 'RETURNED'), ('APPROVED', 'PUBLISHED'),
        ('PUBLISHED', 'WITHDRAWN'), ('PUBLISHED', 'SUPERSEDED')"""
_HOLD = """
CREATE OR REPLACE FUNCTION hold_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a submission is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'DRAFT' OR NEW.version <> 1 THEN
            RAISE EXCEPTION 'a submission begins as a draft' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.version = OLD.version AND to_jsonb(NEW) - 'checked_at' = to_jsonb(OLD) - 'checked_at' THEN
        RETURN NEW;
    END IF;
    IF NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'a change raises the version by one' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.status, NEW.status) NOT IN ({moves}
    ) THEN
        RAISE EXCEPTION 'a submission does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.organisation_id, OLD.quarter, OLD.amends_id) IS DISTINCT FROM
        (NEW.organisation_id, NEW.quarter, NEW.amends_id)
    THEN
        RAISE EXCEPTION 'a submission stays with its organisation and quarter' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
# What stands is the same for whoever asks, also by submissions that the asking scope does not see.
_WITHDRAWN = """
CREATE FUNCTION withdrawn_submissions(candidates bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM submission WHERE id = ANY (candidates) AND status = 'WITHDRAWN'
$$
"""


def upgrade() -> None:
    op.execute(_HOLD.format(moves=f"{_MOVES}, ('SUPERSEDED', 'PUBLISHED')"))
    op.execute(_WITHDRAWN)
    op.execute("REVOKE ALL ON FUNCTION withdrawn_submissions(bigint[]) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION withdrawn_submissions(bigint[]) TO tracker_service")
    op.add_column("figure_revision", sa.Column("restores", sa.BigInteger(), nullable=True))
    op.execute(
        "ALTER TABLE figure_revision ADD CONSTRAINT ck_figure_revision_restores_an_earlier_one "
        "CHECK (restores < revision) NOT VALID"
    )
    op.create_table(
        "replaced_nil_return",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("metric_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("period_ends", sa.Date(), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_replaced_nil_return_metric_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_replaced_nil_return_organisation_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_replaced_nil_return_period_id")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_replaced_nil_return_submission_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["submission.id"], name=op.f("fk_replaced_nil_return_replaced_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replaced_nil_return")),
    )
    op.create_index("ix_replaced_nil_return_cell", "replaced_nil_return", ["metric_id", "organisation_id", "period_id"])
    op.execute(
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON replaced_nil_return "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute("GRANT SELECT, INSERT ON replaced_nil_return TO tracker_service")
    op.execute("ALTER TABLE replaced_nil_return ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY scope_select ON replaced_nil_return FOR SELECT TO tracker_service USING (true)")
    op.execute(
        "CREATE POLICY scope_insert ON replaced_nil_return FOR INSERT TO tracker_service "
        "WITH CHECK (is_in_scope(organisation_id, quarter_ends(period_ends)))"
    )


def downgrade() -> None:
    op.drop_table("replaced_nil_return")
    op.drop_column("figure_revision", "restores")
    op.execute("DROP FUNCTION withdrawn_submissions(bigint[])")
    op.execute(_HOLD.format(moves=_MOVES))
