"""Whatever changes a row that anybody may read raises the version of the data, in the same transaction."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLES = (
    "ancestry",
    "collection",
    "collection_exception",
    "cqc_rating",
    "figure",
    "figure_revision",
    "membership",
    "metric",
    "milestone",
    "nil_return",
    "organisation",
    "organisation_past",
    "outline",
    "period",
    "quarter",
    "recalculation",
    "replaced_nil_return",
    "source",
    "succession",
    "target",
    "target_revision",
    "theme",
)
# Once for each transaction: the setting ends with it, and goes back with a savepoint, as the version does.
_IS_FIRST = "coalesce(current_setting('tracker.raised', true), '') = ''"
_RAISE = f"""
CREATE FUNCTION raise_data_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF {_IS_FIRST} THEN
        UPDATE data_version SET version = version + 1;
        PERFORM set_config('tracker.raised', 'yes', true);
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608 (a constant of ours)


def upgrade() -> None:
    op.execute(_RAISE)
    for table in _TABLES:
        # For each row, and not for each statement: one that changes no row changes nothing.
        op.execute(
            f"CREATE TRIGGER raise_data_version AFTER INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW WHEN ({_IS_FIRST}) EXECUTE FUNCTION raise_data_version()"
        )
        op.execute(
            f"CREATE TRIGGER raise_data_version_at_once AFTER TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION raise_data_version()"
        )


def downgrade() -> None:
    for table in _TABLES:
        for trigger in ("raise_data_version", "raise_data_version_at_once"):
            op.execute(f"DROP TRIGGER {trigger} ON {table}")
    op.execute("DROP FUNCTION raise_data_version()")
