"""The constraints of the step before hold for every row, and what is inherited may be due on one day with other targets."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_KEY = ("metric_id", "organisation_id", "due")
_CONSTRAINTS = {
    "target": (
        "ck_target_applies_to_is_known",
        "ck_target_inherited_has_its_days",
        "ck_target_inherited_is_not_passed_on",
        "ck_target_members_needed_is_positive",
        "ck_target_members_needed_percent_is_a_share",
        "ck_target_members_needed_once",
        "fk_target_inherited_from_id",
        "fk_target_current_revision",
    ),
    "target_revision": (
        "ck_target_revision_members_needed_is_positive",
        "ck_target_revision_members_needed_percent_is_a_share",
        "ck_target_revision_members_needed_once",
    ),
}
# There are a few thousand targets at most: their indexes are built in some milliseconds.
_KEYS = {
    "uq_target_key": f"NULLS NOT DISTINCT ({', '.join(_KEY)}, applies_to, inherited_from_id)",
    "uq_target_inherited_from_id_organisation_id": "(inherited_from_id, organisation_id)",
}


def upgrade() -> None:
    for table, names in _CONSTRAINTS.items():
        for name in names:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
    for name, columns in _KEYS.items():
        op.execute(
            "-- squawk-ignore disallowed-unique-constraint, constraint-missing-not-valid\n"
            f"ALTER TABLE target ADD CONSTRAINT {name} UNIQUE {columns}"
        )
    # The one above takes its place.
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE target DROP CONSTRAINT uq_target_metric_id_organisation_id_due"
    )


def downgrade() -> None:
    # What is for members is of no use to a version that would judge the group by it.
    for statement in (
        "DELETE FROM target WHERE inherited_from_id IS NOT NULL",
        "DELETE FROM milestone USING target WHERE target.id = target_id AND applies_to IS NOT NULL",
        "ALTER TABLE target_revision DISABLE TRIGGER refuse_change",
        "SET CONSTRAINTS fk_target_current_revision DEFERRED",
        "DELETE FROM target_revision USING target WHERE target.id = target_id AND applies_to IS NOT NULL",
        "DELETE FROM target WHERE applies_to IS NOT NULL",
        "SET CONSTRAINTS ALL IMMEDIATE",
        "ALTER TABLE target_revision ENABLE TRIGGER refuse_change",
    ):
        op.execute(statement)
    op.drop_constraint("uq_target_inherited_from_id_organisation_id", "target", type_="unique")
    op.drop_constraint("uq_target_key", "target", type_="unique")
    op.create_unique_constraint(
        "uq_target_metric_id_organisation_id_due", "target", list(_KEY), postgresql_nulls_not_distinct=True
    )
