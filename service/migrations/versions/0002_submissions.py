"""Submissions, what is collected from whom, actors, and the chain of audit events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What an event says, as one text that is the same for ever: jsonb sorts its keys and spells its numbers one way.
_SAYS = """
CREATE FUNCTION audit_event_says(event audit_event) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_array(
        event.position, to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), event.action, event.actor,
        event.actor_key, event.role, event.subject, event.reason, event.detail, event.submission_id,
        event.organisation_id, event.groups_on
    )::text
$$
"""

# The lock on the head makes the events of all sessions one line without gaps, in the order in which they commit. The
# function runs as its owner: whoever writes an event need not see the ones before it.
_CHAIN = """
CREATE FUNCTION chain_audit_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE head audit_head;
BEGIN
    SELECT * INTO head FROM audit_head FOR UPDATE;
    NEW.position := head.position + 1;
    NEW.hash := encode(sha256(convert_to(head.hash || audit_event_says(NEW), 'UTF8')), 'hex');
    UPDATE audit_head SET position = NEW.position, hash = NEW.hash;
    PERFORM pg_notify('tracker', NEW.position::text);
    RETURN NEW;
END $$
"""

_HOLD_HEAD = """
CREATE FUNCTION hold_audit_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR NEW.position <> OLD.position + 1 THEN
        RAISE EXCEPTION 'the head of the audit only goes forward' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# The pairs of schema/lifecycle.py, as they were when this step was written. A look at the figures changes no version.
_HOLD_SUBMISSION = """
CREATE FUNCTION hold_submission() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF (OLD.status, NEW.status) NOT IN (
        ('DRAFT', 'DRAFT'), ('DRAFT', 'SUBMITTED'), ('DRAFT', 'DISCARDED'), ('SUBMITTED', 'DRAFT'),
        ('SUBMITTED', 'APPROVED'), ('SUBMITTED', 'RETURNED'), ('SUBMITTED', 'PUBLISHED'), ('RETURNED', 'RETURNED'),
        ('RETURNED', 'SUBMITTED'), ('RETURNED', 'DISCARDED'), ('APPROVED', 'RETURNED'), ('APPROVED', 'PUBLISHED'),
        ('PUBLISHED', 'WITHDRAWN'), ('PUBLISHED', 'SUPERSEDED')
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

_HOLD_ENTRY = """
CREATE FUNCTION hold_submission_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stands text;
BEGIN
    SELECT status INTO stands FROM submission
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.submission_id ELSE NEW.submission_id END;
    IF stands NOT IN ('DRAFT', 'RETURNED') THEN
        RAISE EXCEPTION 'the figures of a submission that is % do not change', stands USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""

_TRIGGERS = (
    _SAYS,
    _CHAIN,
    _HOLD_HEAD,
    _HOLD_SUBMISSION,
    _HOLD_ENTRY,
    "CREATE TRIGGER hold_submission BEFORE INSERT OR UPDATE OR DELETE ON submission "
    "FOR EACH ROW EXECUTE FUNCTION hold_submission()",
    "CREATE TRIGGER hold_submission_entry BEFORE INSERT OR UPDATE OR DELETE ON submission_entry "
    "FOR EACH ROW EXECUTE FUNCTION hold_submission_entry()",
    "CREATE TRIGGER hold_audit_head BEFORE UPDATE OR DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION hold_audit_head()",
    "CREATE TRIGGER refuse_truncation BEFORE TRUNCATE ON submission FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER refuse_truncation BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON actor "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER chain_audit_event BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION chain_audit_event()",
)

# Events of before the chain are chained as they stand, in the order in which they were written.
_CHAIN_WHAT_IS_THERE = (
    "INSERT INTO audit_head (id, position, hash) VALUES (1, 0, '')",
    "ALTER TABLE audit_event DISABLE TRIGGER refuse_change",
    """
    DO $$
    DECLARE event audit_event; head text := ''; place bigint := 0;
    BEGIN
        FOR event IN SELECT * FROM audit_event ORDER BY id LOOP
            place := place + 1;
            event.position := place;
            head := encode(sha256(convert_to(head || audit_event_says(event), 'UTF8')), 'hex');
            UPDATE audit_event SET position = place, hash = head WHERE id = event.id;
            UPDATE audit_head SET position = place, hash = head;
        END LOOP;
    END $$
    """,
    "ALTER TABLE audit_event ENABLE TRIGGER refuse_change",
    "ALTER TABLE audit_event ALTER COLUMN position SET NOT NULL",
    "ALTER TABLE audit_event ALTER COLUMN hash SET NOT NULL",
)


def upgrade() -> None:
    op.create_table(
        "actor",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "role IN ('READER', 'SUBMITTER', 'APPROVER', 'ADMINISTRATOR')", name=op.f("ck_actor_role_is_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor")),
        sa.UniqueConstraint("identity", "name", "role", name=op.f("uq_actor_identity_name_role")),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "quarter",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("soft_deadline", sa.Date(), nullable=True),
        sa.Column("hard_deadline", sa.Date(), nullable=True),
        sa.CheckConstraint("code ~ '^[0-9]{4}-[0-9]{2}-Q[1-4]$'", name=op.f("ck_quarter_code_is_a_quarter_s")),
        sa.CheckConstraint(
            "soft_deadline <= hard_deadline", name=op.f("ck_quarter_soft_deadline_not_after_hard_deadline")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_quarter")),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("quarter_ends", sa.Date(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("public_note", sa.Text(), nullable=True),
        sa.Column("created_by_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by_id", sa.BigInteger(), nullable=False),
        sa.Column("submitted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_late", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("published_by_id", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("amends_id", sa.BigInteger(), nullable=True),
        sa.Column("first_id", sa.BigInteger(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'SUBMITTED', 'RETURNED', 'APPROVED', 'PUBLISHED', 'SUPERSEDED', 'WITHDRAWN', 'DISCARDED')",
            name=op.f("ck_submission_status_is_known"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('PUBLISHED', 'SUPERSEDED') OR published_at IS NOT NULL",
            name=op.f("ck_submission_has_its_instant"),
        ),
        sa.CheckConstraint("amends_id <> id", name=op.f("ck_submission_not_an_amendment_of_itself")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_submission_version_starts_at_1")),
        sa.CheckConstraint(
            "(amends_id IS NULL) = (first_id IS NULL)", name=op.f("ck_submission_an_amendment_has_a_first_version")
        ),
        sa.ForeignKeyConstraint(["amends_id"], ["submission.id"], name=op.f("fk_submission_amends_id")),
        sa.ForeignKeyConstraint(["first_id"], ["submission.id"], name=op.f("fk_submission_first_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["actor.id"], name=op.f("fk_submission_created_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["actor.id"], name=op.f("fk_submission_decided_by_id")),
        sa.ForeignKeyConstraint(["edited_by_id"], ["actor.id"], name=op.f("fk_submission_edited_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_submission_organisation_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["actor.id"], name=op.f("fk_submission_published_by_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["actor.id"], name=op.f("fk_submission_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    op.create_index("ix_submission_organisation_id", "submission", ["organisation_id", "quarter_ends"], unique=False)
    op.create_index(
        "uq_submission_open_amendment",
        "submission",
        ["amends_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('DRAFT', 'SUBMITTED', 'RETURNED', 'APPROVED')"),
    )
    op.create_table(
        "collection",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("metric_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("within_id", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("quarters", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('PRACTICE', 'PRIMARY_CARE_NETWORK', 'HEALTH_AND_CARE_PARTNERSHIP', 'INTEGRATED_CARE_BOARD', 'REGION', 'TRUST')",
            name=op.f("ck_collection_kind_is_known"),
        ),
        sa.CheckConstraint(
            "quarters <@ ARRAY[1, 2, 3, 4] AND cardinality(quarters) > 0",
            name=op.f("ck_collection_quarters_are_1_to_4"),
        ),
        sa.CheckConstraint("starts <= ends", name=op.f("ck_collection_starts_not_after_ends")),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_collection_metric_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_collection_source_id")),
        sa.ForeignKeyConstraint(["within_id"], ["organisation.id"], name=op.f("fk_collection_within_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
        sa.UniqueConstraint(
            "metric_id", "kind", "within_id", "starts", name=op.f("uq_collection_metric_id_kind_within_id_starts")
        ),
    )
    op.create_table(
        "collection_exception",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("metric_id", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_collection_exception_metric_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_collection_exception_organisation_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["actor.id"], name=op.f("fk_collection_exception_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_exception")),
    )
    op.create_index(
        "ix_collection_exception_quarter", "collection_exception", ["quarter", "organisation_id"], unique=False
    )
    op.create_table(
        "nil_return",
        sa.Column("metric_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("period_ends", sa.Date(), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_nil_return_metric_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_nil_return_organisation_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_nil_return_period_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_nil_return_submission_id")),
        sa.PrimaryKeyConstraint("metric_id", "organisation_id", "period_id", name=op.f("pk_nil_return")),
    )
    op.create_table(
        "submission_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("metric_code", sa.Text(), nullable=False),
        sa.Column("organisation_code", sa.Text(), nullable=False),
        sa.Column("period_code", sa.Text(), nullable=False),
        sa.Column("metric_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("period_id", sa.BigInteger(), nullable=True),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("numerator", sa.Numeric(), nullable=True),
        sa.Column("denominator", sa.Numeric(), nullable=True),
        sa.Column("is_nil_return", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "denominator NOT IN ('NaN', 'Infinity', '-Infinity')",
            name=op.f("ck_submission_entry_denominator_is_finite"),
        ),
        sa.CheckConstraint(
            "numerator NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_submission_entry_numerator_is_finite")
        ),
        sa.CheckConstraint(
            "value NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_submission_entry_value_is_finite")
        ),
        sa.CheckConstraint("row >= 0", name=op.f("ck_submission_entry_row_starts_at_0")),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_submission_entry_metric_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_submission_entry_organisation_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_submission_entry_period_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_submission_entry_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_entry")),
        sa.UniqueConstraint("submission_id", "row", name=op.f("uq_submission_entry_submission_id_row")),
    )
    op.create_table(
        "submission_finding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("path", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("metric_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("accepted_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "severity IN ('BLOCK', 'NEEDS_REASON', 'INFO')", name=op.f("ck_submission_finding_severity_is_known")
        ),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_submission_finding_metric_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_submission_finding_organisation_id")
        ),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_submission_finding_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_finding")),
        sa.UniqueConstraint("submission_id", "position", name=op.f("uq_submission_finding_submission_id_position")),
    )
    op.add_column("api_key", sa.Column("organisation_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_api_key_organisation_id"), "api_key", "organisation", ["organisation_id"], ["id"])
    op.add_column("audit_event", sa.Column("position", sa.BigInteger(), nullable=True))
    op.add_column("audit_event", sa.Column("submission_id", sa.BigInteger(), nullable=True))
    op.add_column("audit_event", sa.Column("organisation_id", sa.BigInteger(), nullable=True))
    op.add_column("audit_event", sa.Column("groups_on", sa.Date(), nullable=True))
    op.add_column("audit_event", sa.Column("hash", sa.Text(), nullable=True))
    op.create_index("ix_audit_event_submission_id", "audit_event", ["submission_id", "position"], unique=False)
    op.create_unique_constraint(op.f("uq_audit_event_position"), "audit_event", ["position"])
    op.create_foreign_key(op.f("fk_audit_event_submission_id"), "audit_event", "submission", ["submission_id"], ["id"])
    op.create_foreign_key(
        op.f("fk_audit_event_organisation_id"), "audit_event", "organisation", ["organisation_id"], ["id"]
    )
    op.add_column("figure_revision", sa.Column("submission_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_figure_revision_submission_id", "figure_revision", ["submission_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_figure_revision_submission_id"), "figure_revision", "submission", ["submission_id"], ["id"]
    )
    op.add_column("metric", sa.Column("denominator_metric_id", sa.BigInteger(), nullable=True))
    op.add_column("metric", sa.Column("tolerance", sa.Numeric(), nullable=True))
    op.create_check_constraint(op.f("ck_metric_not_its_own_denominator"), "metric", "denominator_metric_id <> id")
    op.create_foreign_key(
        op.f("fk_metric_denominator_metric_id"), "metric", "metric", ["denominator_metric_id"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_metric_tolerance_is_finite"), "metric", "tolerance NOT IN ('NaN', 'Infinity', '-Infinity')"
    )
    op.create_check_constraint(op.f("ck_metric_tolerance_is_not_negative"), "metric", "tolerance >= 0")
    op.execute(
        "INSERT INTO actor (identity, name, role) SELECT DISTINCT coalesce(actor_key, actor), actor, role FROM audit_event"
    )
    for statement in (*_TRIGGERS, *_CHAIN_WHAT_IS_THERE):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER chain_audit_event ON audit_event")
    op.execute("DROP TRIGGER hold_submission ON submission")
    op.execute("DROP TRIGGER hold_submission_entry ON submission_entry")
    op.execute("DROP TRIGGER hold_audit_head ON audit_head")
    op.execute("DROP FUNCTION chain_audit_event()")
    op.execute("DROP FUNCTION audit_event_says(audit_event)")
    op.execute("DROP FUNCTION hold_audit_head()")
    op.execute("DROP FUNCTION hold_submission()")
    op.execute("DROP FUNCTION hold_submission_entry()")
    op.drop_constraint(op.f("ck_metric_tolerance_is_not_negative"), "metric")
    op.drop_constraint(op.f("ck_metric_tolerance_is_finite"), "metric")
    op.drop_constraint(op.f("fk_metric_denominator_metric_id"), "metric")
    op.drop_constraint(op.f("ck_metric_not_its_own_denominator"), "metric")
    op.drop_column("metric", "tolerance")
    op.drop_column("metric", "denominator_metric_id")
    op.drop_constraint(op.f("fk_figure_revision_submission_id"), "figure_revision", type_="foreignkey")
    op.drop_index("ix_figure_revision_submission_id", table_name="figure_revision")
    op.drop_column("figure_revision", "submission_id")
    op.drop_constraint(op.f("fk_audit_event_organisation_id"), "audit_event", type_="foreignkey")
    op.drop_constraint(op.f("fk_audit_event_submission_id"), "audit_event", type_="foreignkey")
    op.drop_constraint(op.f("uq_audit_event_position"), "audit_event", type_="unique")
    op.drop_index("ix_audit_event_submission_id", table_name="audit_event")
    op.drop_column("audit_event", "hash")
    op.drop_column("audit_event", "groups_on")
    op.drop_column("audit_event", "organisation_id")
    op.drop_column("audit_event", "submission_id")
    op.drop_column("audit_event", "position")
    op.drop_constraint(op.f("fk_api_key_organisation_id"), "api_key", type_="foreignkey")
    op.drop_column("api_key", "organisation_id")
    op.drop_table("submission_finding")
    op.drop_table("submission_entry")
    op.drop_table("nil_return")
    op.drop_index("ix_collection_exception_quarter", table_name="collection_exception")
    op.drop_table("collection_exception")
    op.drop_table("collection")
    op.drop_index("uq_submission_open_amendment", table_name="submission")
    op.drop_index("ix_submission_organisation_id", table_name="submission")
    op.drop_table("submission")
    op.drop_table("quarter")
    op.drop_table("audit_head")
    op.drop_table("actor")
