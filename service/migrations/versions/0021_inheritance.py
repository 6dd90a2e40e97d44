"""A target can be for every member of a kind: members inherit it on the days on which they have none of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_KINDS = "'PRACTICE', 'PRIMARY_CARE_NETWORK', 'HEALTH_AND_CARE_PARTNERSHIP', 'INTEGRATED_CARE_BOARD', 'REGION', 'TRUST'"
_CHECKS = {
    "target": {
        "applies_to_is_known": f"applies_to IN ({_KINDS})",
        "inherited_has_its_days": "(inherited_from_id IS NULL) = (days IS NULL)",
        "inherited_is_not_passed_on": "applies_to IS NULL OR inherited_from_id IS NULL",
    }
}
_NEEDED = {
    "members_needed_is_positive": "members_needed >= 1",
    "members_needed_percent_is_a_share": "members_needed_percent > 0 AND members_needed_percent <= 100",
    "members_needed_once": "members_needed IS NULL OR members_needed_percent IS NULL",
}
_COPIED = (
    "comparator, value, upper_value, baseline, baseline_on, start, due, kind, frequency, members_needed, "
    "members_needed_percent, source_id, revision"
)

# A target that was set has the days from its start to its due date for itself: on these no inherited one from farther
# away is in force. The start is the one of the method, where the target does not say.
_INHERIT = f"""
CREATE FUNCTION inherit_targets() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM target WHERE applies_to IS NOT NULL) THEN RETURN; END IF;
    WITH set_target AS (
        SELECT target.*, daterange(coalesce(target.start, target.baseline_on, (
            SELECT max(earlier.due) FROM target AS earlier
            WHERE earlier.metric_id = target.metric_id AND earlier.organisation_id = target.organisation_id
              AND earlier.applies_to IS NOT DISTINCT FROM target.applies_to AND earlier.inherited_from_id IS NULL
              AND earlier.due < target.due
        ), CASE WHEN metric.counts = 'YEAR_TO_DATE' THEN
            make_date(extract(year FROM target.due - interval '3 months')::int, 4, 1)
        END), target.due, '(]') AS own_days
        FROM target JOIN metric ON metric.id = target.metric_id WHERE target.inherited_from_id IS NULL
    ), stay AS (
        SELECT rule.id AS rule_id, rule.metric_id, rule.own_days, ancestry.member_id, ancestry.distance, ancestry.period
        FROM set_target AS rule JOIN ancestry ON ancestry.ancestor_id = rule.organisation_id
        JOIN organisation AS member ON member.id = ancestry.member_id AND member.kind = rule.applies_to
        JOIN metric ON metric.id = rule.metric_id AND (metric.is_synthetic OR NOT member.is_synthetic)
    ), left_over AS (
        SELECT stay.rule_id, stay.member_id, datemultirange(stay.period)
            - coalesce((
                SELECT range_agg(own.own_days) FROM set_target AS own
                WHERE own.metric_id = stay.metric_id AND own.organisation_id = stay.member_id AND own.applies_to IS NULL
            ), datemultirange())
            - coalesce((
                SELECT range_agg(nearer.period * nearer.own_days) FROM stay AS nearer
                WHERE nearer.metric_id = stay.metric_id AND nearer.member_id = stay.member_id
                  AND nearer.distance < stay.distance
            ), datemultirange()) AS days
        FROM stay
    ), wanted AS (
        SELECT rule_id, member_id, range_agg(days) AS days FROM left_over GROUP BY rule_id, member_id
    ), written AS (
        INSERT INTO target (metric_id, organisation_id, {_COPIED}, inherited_from_id, days)
        SELECT rule.metric_id, wanted.member_id, {", ".join(f"rule.{name}" for name in _COPIED.split(", "))},
               rule.id, wanted.days
        FROM wanted JOIN target AS rule ON rule.id = wanted.rule_id
        ORDER BY rule.id, wanted.member_id
        ON CONFLICT (inherited_from_id, organisation_id) DO UPDATE
        SET {", ".join(f"{name} = excluded.{name}" for name in (*_COPIED.split(", "), "days"))}
        WHERE (target.revision, target.days) IS DISTINCT FROM (excluded.revision, excluded.days)
    )
    UPDATE target SET days = datemultirange()
    WHERE inherited_from_id IS NOT NULL AND days <> datemultirange() AND NOT EXISTS (
        SELECT 1 FROM wanted
        WHERE wanted.rule_id = target.inherited_from_id AND wanted.member_id = target.organisation_id
    );
END $$
"""  # noqa: S608 (names of columns)
_WHEN_SET = """
CREATE FUNCTION targets_are_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- What is inherited is written by a trigger, and has nothing to pass on.
    IF pg_trigger_depth() = 1 THEN PERFORM inherit_targets(); END IF;
    RETURN NULL;
END $$
"""
_WHEN_MEMBERS_CHANGE = """
CREATE FUNCTION members_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM inherit_targets(); RETURN NULL; END $$
"""
_TRIGGERS = (
    "CREATE TRIGGER targets_are_set AFTER INSERT OR UPDATE ON target "
    "FOR EACH STATEMENT EXECUTE FUNCTION targets_are_set()",
    # By its name it comes after `rebuild_ancestry`, which writes what it reads.
    "CREATE TRIGGER then_members_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON membership "
    "FOR EACH STATEMENT EXECUTE FUNCTION members_change()",
)


def upgrade() -> None:
    op.add_column("target", sa.Column("applies_to", sa.Text(), nullable=True))
    op.add_column("target", sa.Column("inherited_from_id", sa.BigInteger(), nullable=True))
    op.execute("ALTER TABLE target ADD COLUMN days datemultirange")
    for table in ("target", "target_revision"):
        op.add_column(table, sa.Column("members_needed", sa.BigInteger(), nullable=True))
        op.add_column(table, sa.Column("members_needed_percent", sa.Numeric(), nullable=True))
        for name, check in (_CHECKS.get(table, {}) | _NEEDED).items():
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({check}) NOT VALID")
    # The target whose revisions a row has: its own, or those of the one that it inherits. There are a few thousand
    # targets at most, which are written again in some milliseconds.
    op.execute(
        "-- squawk-ignore adding-field-with-default\n"
        "ALTER TABLE target ADD COLUMN rule_id bigint GENERATED ALWAYS AS (coalesce(inherited_from_id, id)) STORED"
    )
    op.execute(
        "ALTER TABLE target ADD CONSTRAINT fk_target_inherited_from_id FOREIGN KEY (inherited_from_id) "
        "REFERENCES target (id) NOT VALID"
    )
    # The same guarantee, by the column above.
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE target DROP CONSTRAINT fk_target_current_revision")
    op.execute(
        "ALTER TABLE target ADD CONSTRAINT fk_target_current_revision FOREIGN KEY (rule_id, revision) "
        "REFERENCES target_revision (target_id, revision) DEFERRABLE INITIALLY DEFERRED NOT VALID"
    )
    op.execute(_INHERIT)
    op.execute(_WHEN_SET)
    op.execute(_WHEN_MEMBERS_CHANGE)
    for trigger in _TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    op.execute("DROP TRIGGER then_members_change ON membership")
    op.execute("DROP TRIGGER targets_are_set ON target")
    for function in ("members_change", "targets_are_set", "inherit_targets"):
        op.execute(f"DROP FUNCTION {function}()")
    op.execute("DELETE FROM target WHERE inherited_from_id IS NOT NULL")
    op.drop_constraint("fk_target_current_revision", "target", type_="foreignkey")
    op.execute(
        "ALTER TABLE target ADD CONSTRAINT fk_target_current_revision FOREIGN KEY (id, revision) "
        "REFERENCES target_revision (target_id, revision) DEFERRABLE INITIALLY DEFERRED"
    )
    for name in ("rule_id", "days", "inherited_from_id", "applies_to"):
        op.drop_column("target", name)
    for table in ("target", "target_revision"):
        op.drop_column(table, "members_needed")
        op.drop_column(table, "members_needed_percent")
