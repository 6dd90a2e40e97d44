"""A metric can be derived from members' figures of another, and a figure says whether it was sent or calculated."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_RULES = "'SUM', 'RATIO_OF_SUMS', 'PERCENT_YES', 'COUNT_YES', 'PERCENT_OF_MAXIMUM', 'NONE'"
_OLD_RULES = "'SUM', 'RATIO_OF_SUMS', 'PERCENT_YES', 'PERCENT_OF_MAXIMUM', 'NONE'"
_OF_METRICS = {
    "not_derived_from_itself": "derived_from_id <> id",
    "a_derived_metric_has_its_rule": "(derived_from_id IS NULL) = (derived_by IS NULL)",
    "derived_by_a_rule_that_gives_a_value": "derived_by <> 'NONE'",
    "derived_in_one_way": "num_nonnulls(derived_from_id, change_of_id, difference_of_id) <= 1",
    "derived_by_is_known": f"derived_by IN ({_RULES})",
}
_OF_FIGURES = {
    "origin_is_known": "origin IN ('SENT', 'DERIVED')",
    "rests_on_some_of_its_members": "(rests_on IS NULL) = (of IS NULL) AND rests_on BETWEEN 0 AND of",
    "only_a_derived_figure_rests_on_members": "origin = 'DERIVED' OR rests_on IS NULL",
}
_FIGURES = ("figure", "figure_revision")

# Whoever publishes a member's figure publishes what is calculated from it for the groups above, and nothing else of
# theirs: the service says when it writes calculated figures.
_IS_DERIVED_ABOVE = """
CREATE FUNCTION is_derived_above(metric bigint, organisation bigint, on_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('tracker.derives', true), '') = 'yes' AND EXISTS (
        SELECT 1 FROM metric AS derived WHERE derived.id = is_derived_above.metric
          AND num_nonnulls(derived.derived_from_id, derived.change_of_id, derived.difference_of_id) > 0
    ) AND EXISTS (
        SELECT 1 FROM ancestry
        WHERE ancestor_id = organisation AND member_id = nullif(current_setting('tracker.scope', true), '')::bigint
          AND period && daterange((on_day - interval '1 year')::date, on_day, '[]')
    )
$$
"""
_ABOVE = "is_derived_above(metric_id, organisation_id, quarter_ends(period_ends))"
_REVISION = (
    "origin = 'DERIVED' AND EXISTS (SELECT 1 FROM figure WHERE figure.id = figure_id "
    "AND is_derived_above(figure.metric_id, figure.organisation_id, quarter_ends(figure.period_ends)))"
)
_POLICIES = {
    ("figure", "insert"): f"FOR INSERT TO tracker_service WITH CHECK (origin = 'DERIVED' AND {_ABOVE})",
    ("figure", "update"): (
        f"FOR UPDATE TO tracker_service USING ({_ABOVE}) WITH CHECK (origin = 'DERIVED' AND {_ABOVE})"
    ),
    ("figure_revision", "insert"): f"FOR INSERT TO tracker_service WITH CHECK ({_REVISION})",
}


def upgrade() -> None:
    op.add_column("metric", sa.Column("derived_from_id", sa.BigInteger(), nullable=True))
    op.add_column("metric", sa.Column("derived_by", sa.Text(), nullable=True))
    op.execute(
        "ALTER TABLE metric ADD CONSTRAINT fk_metric_derived_from_id "
        "FOREIGN KEY (derived_from_id) REFERENCES metric (id) NOT VALID"
    )
    # What comes instead allows more.
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE metric DROP CONSTRAINT ck_metric_roll_up_is_known")
    for name, check in {**_OF_METRICS, "roll_up_is_known": f"roll_up IN ({_RULES})"}.items():
        op.execute(f"ALTER TABLE metric ADD CONSTRAINT ck_metric_{name} CHECK ({check}) NOT VALID")
    for figures in _FIGURES:
        op.add_column(figures, sa.Column("origin", sa.Text(), server_default=sa.text("'SENT'"), nullable=False))
        op.add_column(figures, sa.Column("rests_on", sa.BigInteger(), nullable=True))
        op.add_column(figures, sa.Column("of", sa.BigInteger(), nullable=True))
        for name, check in _OF_FIGURES.items():
            op.execute(f"ALTER TABLE {figures} ADD CONSTRAINT ck_{figures}_{name} CHECK ({check}) NOT VALID")
    op.execute(_IS_DERIVED_ABOVE)
    for (table, command), rows in _POLICIES.items():
        op.execute(f"CREATE POLICY derived_{command} ON {table} {rows}")


def downgrade() -> None:
    for table, command in _POLICIES:
        op.execute(f"DROP POLICY derived_{command} ON {table}")
    op.execute("DROP FUNCTION is_derived_above(bigint, bigint, date)")
    for figures in _FIGURES:
        for column in ("of", "rests_on", "origin"):
            op.drop_column(figures, column)
    for column in ("derived_by", "derived_from_id"):
        op.drop_column("metric", column)
    op.execute("ALTER TABLE metric DROP CONSTRAINT ck_metric_roll_up_is_known")
    op.execute("UPDATE metric SET roll_up = 'PERCENT_YES' WHERE roll_up = 'COUNT_YES'")
    op.execute(f"ALTER TABLE metric ADD CONSTRAINT ck_metric_roll_up_is_known CHECK (roll_up IN ({_OLD_RULES}))")
