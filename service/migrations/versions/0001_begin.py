"""Organisations, metrics, figures, targets, audit and keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_APPEND_ONLY = ("figure_revision", "target_revision", "audit_event")

_REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""

# A practice is at most four groups below its region. Each level is the one before it, joined to the group's own
# memberships on the days that both hold. Memberships change a few times a year: everything is made anew. The lock
# keeps two writers from making it at once; readers are not held up.
_REBUILD_ANCESTRY = """
CREATE FUNCTION rebuild_ancestry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE ancestry IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM ancestry;
    INSERT INTO ancestry (member_id, ancestor_id, distance, period)
    WITH RECURSIVE climb AS (
        SELECT member_id, group_id, 1 AS distance, daterange(starts, ends, '[]') AS period FROM membership
        UNION ALL
        SELECT climb.member_id, above.group_id, climb.distance + 1,
               climb.period * daterange(above.starts, above.ends, '[]')
        FROM climb JOIN membership AS above
          ON above.member_id = climb.group_id AND daterange(above.starts, above.ends, '[]') && climb.period
        WHERE climb.distance < 8
    )
    SELECT member_id, group_id, distance, period FROM climb;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    # Trusted extensions: the owner of the database may make them. btree_gist lets an exclusion constraint hold a bigint.
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "api_key",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("secret_sha256", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('READER', 'SUBMITTER', 'APPROVER', 'ADMINISTRATOR')", name=op.f("ck_api_key_role_is_known")
        ),
        sa.CheckConstraint("secret_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_api_key_secret_is_hashed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_api_key_secret_sha256")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_key", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "role IN ('READER', 'SUBMITTER', 'APPROVER', 'ADMINISTRATOR')", name=op.f("ck_audit_event_role_is_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_subject", "audit_event", ["subject", "id"], unique=False)
    op.create_table(
        "data_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_data_version_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_version")),
    )
    op.create_table(
        "idempotent_answer",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_idempotent_answer")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("code ~ '^[A-Z0-9][A-Z0-9-]{1,31}$'", name=op.f("ck_organisation_code_is_upper_case")),
        sa.CheckConstraint(
            "kind IN ('PRACTICE', 'PRIMARY_CARE_NETWORK', 'HEALTH_AND_CARE_PARTNERSHIP', 'INTEGRATED_CARE_BOARD', 'REGION', 'TRUST')",
            name=op.f("ck_organisation_kind_is_known"),
        ),
        sa.CheckConstraint("opened_on <= closed_on", name=op.f("ck_organisation_opened_on_not_after_closed_on")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_index(
        "ix_organisation_kind_name", "organisation", ["kind", sa.literal_column("lower(name)"), "id"], unique=False
    )
    op.create_table(
        "period",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('QUARTER', 'MONTH', 'FINANCIAL_YEAR', 'ROLLING_YEAR', 'SPAN', 'SNAPSHOT')",
            name=op.f("ck_period_kind_is_known"),
        ),
        sa.CheckConstraint("starts <= ends", name=op.f("ck_period_starts_not_after_ends")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
        sa.UniqueConstraint("code", name=op.f("uq_period_code")),
        sa.UniqueConstraint("id", "ends", name=op.f("uq_period_id_ends")),
    )
    op.create_index("ix_period_ends", "period", ["ends", "starts"], unique=False)
    op.create_table(
        "source",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint(
            "title", "reference", name=op.f("uq_source_title_reference"), postgresql_nulls_not_distinct=True
        ),
    )
    op.create_table(
        "theme",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint("code", name=op.f("uq_theme_code")),
    )
    op.create_table(
        "ancestry",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("ancestor_id", sa.BigInteger(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.ForeignKeyConstraint(["ancestor_id"], ["organisation.id"], name=op.f("fk_ancestry_ancestor_id")),
        sa.ForeignKeyConstraint(["member_id"], ["organisation.id"], name=op.f("fk_ancestry_member_id")),
        sa.PrimaryKeyConstraint("member_id", "ancestor_id", "period", name=op.f("pk_ancestry")),
    )
    op.create_index("ix_ancestry_ancestor_id", "ancestry", ["ancestor_id", "distance"], unique=False)
    op.create_table(
        "cqc_rating",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "rating IN ('OUTSTANDING', 'GOOD', 'REQUIRES_IMPROVEMENT', 'INADEQUATE', 'UNRATED')",
            name=op.f("ck_cqc_rating_rating_is_known"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_cqc_rating_organisation_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_cqc_rating_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cqc_rating")),
        sa.UniqueConstraint("organisation_id", "rated_on", name=op.f("uq_cqc_rating_organisation_id_rated_on")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("member_id"), "="),
            (sa.text("daterange(starts, ends, '[]')"), "&&"),
            using="gist",
            name="ex_membership_one_group_at_a_time",
        ),
        sa.CheckConstraint("member_id <> group_id", name=op.f("ck_membership_not_of_itself")),
        sa.CheckConstraint("starts <= ends", name=op.f("ck_membership_starts_not_after_ends")),
        sa.ForeignKeyConstraint(["group_id"], ["organisation.id"], name=op.f("fk_membership_group_id")),
        sa.ForeignKeyConstraint(["member_id"], ["organisation.id"], name=op.f("fk_membership_member_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_membership_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index("ix_membership_group_id", "membership", ["group_id"], unique=False)
    op.create_table(
        "metric",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("theme_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Numeric(), nullable=True),
        sa.Column("maximum", sa.Numeric(), nullable=True),
        sa.Column("collected_from", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("numerator_label", sa.Text(), nullable=True),
        sa.Column("denominator_label", sa.Text(), nullable=True),
        sa.Column("roll_up", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("part_of_id", sa.BigInteger(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]{1,62}$'", name=op.f("ck_metric_code_is_snake_case")),
        sa.CheckConstraint(
            "collected_from <@ ARRAY['PRACTICE', 'PRIMARY_CARE_NETWORK', 'HEALTH_AND_CARE_PARTNERSHIP', 'INTEGRATED_CARE_BOARD', 'REGION', 'TRUST']",
            name=op.f("ck_metric_collected_from_is_known"),
        ),
        sa.CheckConstraint(
            "direction IN ('HIGHER_IS_BETTER', 'LOWER_IS_BETTER', 'NEUTRAL')", name=op.f("ck_metric_direction_is_known")
        ),
        sa.CheckConstraint("maximum NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_metric_maximum_is_finite")),
        sa.CheckConstraint("minimum NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_metric_minimum_is_finite")),
        sa.CheckConstraint(
            "roll_up IN ('SUM', 'RATIO_OF_SUMS', 'PERCENT_YES', 'PERCENT_OF_MAXIMUM', 'NONE')",
            name=op.f("ck_metric_roll_up_is_known"),
        ),
        sa.CheckConstraint(
            "unit <> 'PERCENT' OR (minimum >= 0 AND maximum <= 100)", name=op.f("ck_metric_percentages_are_0_to_100")
        ),
        sa.CheckConstraint(
            "unit IN ('COUNT', 'PERCENT', 'RATE_PER_100000', 'FTE', 'SCORE', 'YES_NO')",
            name=op.f("ck_metric_unit_is_known"),
        ),
        sa.CheckConstraint("decimals BETWEEN 0 AND 6", name=op.f("ck_metric_decimals_are_few")),
        sa.CheckConstraint("minimum <= maximum", name=op.f("ck_metric_minimum_not_above_maximum")),
        sa.CheckConstraint("part_of_id <> id", name=op.f("ck_metric_not_part_of_itself")),
        sa.ForeignKeyConstraint(["part_of_id"], ["metric.id"], name=op.f("fk_metric_part_of_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_metric_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric")),
        sa.UniqueConstraint("code", name=op.f("uq_metric_code")),
        sa.UniqueConstraint("id", "unit", "is_synthetic", name=op.f("uq_metric_id_unit_is_synthetic")),
    )
    op.create_index("ix_metric_part_of_id", "metric", ["part_of_id"], unique=False)
    op.create_index("ix_metric_theme_id", "metric", ["theme_id"], unique=False)
    op.create_table(
        "figure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("metric_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("period_ends", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("numerator", sa.Numeric(), nullable=True),
        sa.Column("denominator", sa.Numeric(), nullable=True),
        sa.Column("lower_confidence_limit", sa.Numeric(), nullable=True),
        sa.Column("upper_confidence_limit", sa.Numeric(), nullable=True),
        sa.Column("qualifier", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "denominator NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_figure_denominator_is_finite")
        ),
        sa.CheckConstraint(
            "lower_confidence_limit NOT IN ('NaN', 'Infinity', '-Infinity')",
            name=op.f("ck_figure_lower_confidence_limit_is_finite"),
        ),
        sa.CheckConstraint(
            "numerator NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_figure_numerator_is_finite")
        ),
        sa.CheckConstraint(
            "qualifier IN ('EXACT', 'MORE_THAN', 'LESS_THAN', 'APPROXIMATELY')",
            name=op.f("ck_figure_qualifier_is_known"),
        ),
        sa.CheckConstraint(
            "status IN ('PUBLISHED', 'PROVISIONAL', 'WITHDRAWN')", name=op.f("ck_figure_status_is_known")
        ),
        sa.CheckConstraint(
            "unit <> 'PERCENT' OR numerator <= denominator", name=op.f("ck_figure_numerator_within_denominator")
        ),
        sa.CheckConstraint(
            "unit <> 'PERCENT' OR value BETWEEN 0 AND 100", name=op.f("ck_figure_percentage_is_0_to_100")
        ),
        sa.CheckConstraint("unit <> 'YES_NO' OR value IN (0, 1)", name=op.f("ck_figure_yes_no_is_1_or_0")),
        sa.CheckConstraint(
            "unit IN ('COUNT', 'PERCENT', 'RATE_PER_100000', 'FTE', 'SCORE', 'YES_NO')",
            name=op.f("ck_figure_unit_is_known"),
        ),
        sa.CheckConstraint(
            "upper_confidence_limit NOT IN ('NaN', 'Infinity', '-Infinity')",
            name=op.f("ck_figure_upper_confidence_limit_is_finite"),
        ),
        sa.CheckConstraint("value NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_figure_value_is_finite")),
        sa.CheckConstraint(
            "(lower_confidence_limit IS NULL) = (upper_confidence_limit IS NULL) AND lower_confidence_limit <= value AND value <= upper_confidence_limit",
            name=op.f("ck_figure_confidence_limits_contain_value"),
        ),
        sa.CheckConstraint("denominator > 0", name=op.f("ck_figure_denominator_is_positive")),
        sa.CheckConstraint("numerator >= 0", name=op.f("ck_figure_numerator_is_not_negative")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_figure_revision_starts_at_1")),
        sa.ForeignKeyConstraint(
            ["metric_id", "unit", "is_synthetic"],
            ["metric.id", "metric.unit", "metric.is_synthetic"],
            name=op.f("fk_figure_metric_id_unit_is_synthetic"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_figure_organisation_id")),
        sa.ForeignKeyConstraint(
            ["period_id", "period_ends"], ["period.id", "period.ends"], name=op.f("fk_figure_period_id_period_ends")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_figure_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure")),
        sa.UniqueConstraint("id", "unit", name=op.f("uq_figure_id_unit")),
        sa.UniqueConstraint(
            "metric_id", "organisation_id", "period_id", name=op.f("uq_figure_metric_id_organisation_id_period_id")
        ),
    )
    op.create_index("ix_figure_organisation", "figure", ["organisation_id", "metric_id", "period_ends"], unique=False)
    op.create_index("ix_figure_period", "figure", ["period_ends", "id"], unique=False)
    op.create_index("ix_figure_series", "figure", ["metric_id", "organisation_id", "period_ends"], unique=False)
    op.create_table(
        "target",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("metric_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("comparator", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("upper_value", sa.Numeric(), nullable=True),
        sa.Column("baseline", sa.Numeric(), nullable=True),
        sa.Column("baseline_on", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(comparator = 'BETWEEN') = (upper_value IS NOT NULL)", name=op.f("ck_target_only_between_has_upper_value")
        ),
        sa.CheckConstraint(
            "baseline NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_target_baseline_is_finite")
        ),
        sa.CheckConstraint(
            "comparator IN ('AT_LEAST', 'MORE_THAN', 'AT_MOST', 'LESS_THAN', 'EXACTLY', 'BETWEEN')",
            name=op.f("ck_target_comparator_is_known"),
        ),
        sa.CheckConstraint(
            "upper_value NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_target_upper_value_is_finite")
        ),
        sa.CheckConstraint("value NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_target_value_is_finite")),
        sa.CheckConstraint("(baseline IS NULL) = (baseline_on IS NULL)", name=op.f("ck_target_baseline_has_its_date")),
        sa.CheckConstraint("baseline_on < due", name=op.f("ck_target_baseline_before_due")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_target_revision_starts_at_1")),
        sa.CheckConstraint("value <= upper_value", name=op.f("ck_target_value_not_above_upper_value")),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_target_metric_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_target_organisation_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_target_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint(
            "metric_id",
            "organisation_id",
            "due",
            name=op.f("uq_target_metric_id_organisation_id_due"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_target_organisation_id", "target", ["organisation_id"], unique=False)
    op.create_table(
        "figure_revision",
        sa.Column("figure_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("numerator", sa.Numeric(), nullable=True),
        sa.Column("denominator", sa.Numeric(), nullable=True),
        sa.Column("lower_confidence_limit", sa.Numeric(), nullable=True),
        sa.Column("upper_confidence_limit", sa.Numeric(), nullable=True),
        sa.Column("qualifier", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "denominator NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_figure_revision_denominator_is_finite")
        ),
        sa.CheckConstraint(
            "lower_confidence_limit NOT IN ('NaN', 'Infinity', '-Infinity')",
            name=op.f("ck_figure_revision_lower_confidence_limit_is_finite"),
        ),
        sa.CheckConstraint(
            "numerator NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_figure_revision_numerator_is_finite")
        ),
        sa.CheckConstraint(
            "qualifier IN ('EXACT', 'MORE_THAN', 'LESS_THAN', 'APPROXIMATELY')",
            name=op.f("ck_figure_revision_qualifier_is_known"),
        ),
        sa.CheckConstraint(
            "status IN ('PUBLISHED', 'PROVISIONAL', 'WITHDRAWN')", name=op.f("ck_figure_revision_status_is_known")
        ),
        sa.CheckConstraint(
            "unit <> 'PERCENT' OR numerator <= denominator",
            name=op.f("ck_figure_revision_numerator_within_denominator"),
        ),
        sa.CheckConstraint(
            "unit <> 'PERCENT' OR value BETWEEN 0 AND 100", name=op.f("ck_figure_revision_percentage_is_0_to_100")
        ),
        sa.CheckConstraint("unit <> 'YES_NO' OR value IN (0, 1)", name=op.f("ck_figure_revision_yes_no_is_1_or_0")),
        sa.CheckConstraint(
            "unit IN ('COUNT', 'PERCENT', 'RATE_PER_100000', 'FTE', 'SCORE', 'YES_NO')",
            name=op.f("ck_figure_revision_unit_is_known"),
        ),
        sa.CheckConstraint(
            "upper_confidence_limit NOT IN ('NaN', 'Infinity', '-Infinity')",
            name=op.f("ck_figure_revision_upper_confidence_limit_is_finite"),
        ),
        sa.CheckConstraint(
            "value NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_figure_revision_value_is_finite")
        ),
        sa.CheckConstraint(
            "(lower_confidence_limit IS NULL) = (upper_confidence_limit IS NULL) AND lower_confidence_limit <= value AND value <= upper_confidence_limit",
            name=op.f("ck_figure_revision_confidence_limits_contain_value"),
        ),
        sa.CheckConstraint("denominator > 0", name=op.f("ck_figure_revision_denominator_is_positive")),
        sa.CheckConstraint("numerator >= 0", name=op.f("ck_figure_revision_numerator_is_not_negative")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_figure_revision_revision_starts_at_1")),
        sa.ForeignKeyConstraint(
            ["figure_id", "unit"], ["figure.id", "figure.unit"], name=op.f("fk_figure_revision_figure_id_unit")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_figure_revision_source_id")),
        sa.PrimaryKeyConstraint("figure_id", "revision", name=op.f("pk_figure_revision")),
    )
    op.create_table(
        "target_revision",
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("comparator", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("upper_value", sa.Numeric(), nullable=True),
        sa.Column("baseline", sa.Numeric(), nullable=True),
        sa.Column("baseline_on", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(comparator = 'BETWEEN') = (upper_value IS NOT NULL)",
            name=op.f("ck_target_revision_only_between_has_upper_value"),
        ),
        sa.CheckConstraint(
            "baseline NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_target_revision_baseline_is_finite")
        ),
        sa.CheckConstraint(
            "comparator IN ('AT_LEAST', 'MORE_THAN', 'AT_MOST', 'LESS_THAN', 'EXACTLY', 'BETWEEN')",
            name=op.f("ck_target_revision_comparator_is_known"),
        ),
        sa.CheckConstraint(
            "upper_value NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_target_revision_upper_value_is_finite")
        ),
        sa.CheckConstraint(
            "value NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_target_revision_value_is_finite")
        ),
        sa.CheckConstraint(
            "(baseline IS NULL) = (baseline_on IS NULL)", name=op.f("ck_target_revision_baseline_has_its_date")
        ),
        sa.CheckConstraint("baseline_on < due", name=op.f("ck_target_revision_baseline_before_due")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_target_revision_revision_starts_at_1")),
        sa.CheckConstraint("value <= upper_value", name=op.f("ck_target_revision_value_not_above_upper_value")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_target_revision_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_target_revision_target_id")),
        sa.PrimaryKeyConstraint("target_id", "revision", name=op.f("pk_target_revision")),
    )
    op.create_table(
        "milestone",
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.CheckConstraint("value NOT IN ('NaN', 'Infinity', '-Infinity')", name=op.f("ck_milestone_value_is_finite")),
        sa.ForeignKeyConstraint(
            ["target_id", "revision"],
            ["target_revision.target_id", "target_revision.revision"],
            name=op.f("fk_milestone_target_id_revision"),
        ),
        sa.PrimaryKeyConstraint("target_id", "revision", "due", name=op.f("pk_milestone")),
    )
    op.create_foreign_key(
        "fk_figure_current_revision",
        "figure",
        "figure_revision",
        ["id", "revision"],
        ["figure_id", "revision"],
        deferrable=True,
        initially="DEFERRED",
    )
    op.create_foreign_key(
        "fk_target_current_revision",
        "target",
        "target_revision",
        ["id", "revision"],
        ["target_id", "revision"],
        deferrable=True,
        initially="DEFERRED",
    )
    op.execute("INSERT INTO data_version (id, version) VALUES (1, 1)")
    op.execute(_REBUILD_ANCESTRY)
    op.execute(
        "CREATE TRIGGER rebuild_ancestry AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON membership "
        "FOR EACH STATEMENT EXECUTE FUNCTION rebuild_ancestry()"
    )
    op.execute(_REFUSE_CHANGE)
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_constraint("fk_figure_current_revision", "figure")
    op.drop_constraint("fk_target_current_revision", "target")
    op.drop_table("milestone")
    op.drop_table("target_revision")
    op.drop_table("figure_revision")
    op.drop_index("ix_target_organisation_id", table_name="target")
    op.drop_table("target")
    op.drop_index("ix_figure_series", table_name="figure")
    op.drop_index("ix_figure_period", table_name="figure")
    op.drop_index("ix_figure_organisation", table_name="figure")
    op.drop_table("figure")
    op.drop_index("ix_metric_theme_id", table_name="metric")
    op.drop_index("ix_metric_part_of_id", table_name="metric")
    op.drop_table("metric")
    op.drop_index("ix_membership_group_id", table_name="membership")
    op.drop_table("membership")
    op.drop_table("cqc_rating")
    op.drop_index("ix_ancestry_ancestor_id", table_name="ancestry")
    op.drop_table("ancestry")
    op.drop_table("theme")
    op.drop_table("source")
    op.drop_index("ix_period_ends", table_name="period")
    op.drop_table("period")
    op.drop_index("ix_organisation_kind_name", table_name="organisation")
    op.drop_table("organisation")
    op.drop_table("idempotent_answer")
    op.drop_table("data_version")
    op.drop_index("ix_audit_event_subject", table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_table("api_key")
    op.execute("DROP FUNCTION rebuild_ancestry()")
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP EXTENSION btree_gist")
