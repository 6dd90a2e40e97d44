"""How many figures there are is kept by triggers, so that nobody has to count all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_KEY = "organisation_id, is_synthetic, status"
_ADDED = f"SELECT {_KEY}, 1 AS one FROM added"  # noqa: S608 (constants of ours, here and below)
_REMOVED = f"SELECT {_KEY}, -1 AS one FROM removed"  # noqa: S608
# What the rows of a statement change. Nothing is written where what it takes away comes back.
_COUNT = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO figure_count AS kept (organisation_id, is_synthetic, status, figures)
    SELECT {key}, sum(one) FROM ({changes}) AS changes GROUP BY {key} HAVING sum(one) <> 0 ORDER BY {key}
    ON CONFLICT ({key}) DO UPDATE SET figures = kept.figures + excluded.figures;
    RETURN NULL;
END $$
"""
_CLEAR = """
CREATE FUNCTION clear_figure_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM figure_count;
    RETURN NULL;
END $$
"""
_CHANGES = {
    "INSERT": ("count_added_figures", _ADDED, "NEW TABLE AS added"),
    "UPDATE": ("count_changed_figures", f"{_ADDED} UNION ALL {_REMOVED}", "OLD TABLE AS removed NEW TABLE AS added"),
    "DELETE": ("count_removed_figures", _REMOVED, "OLD TABLE AS removed"),
}


def upgrade() -> None:
    op.create_table(
        "figure_count",
        sa.Column("organisation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("figures", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "is_synthetic", "status", name=op.f("pk_figure_count")),
    )
    for change, (name, changes, rows) in _CHANGES.items():
        op.execute(_COUNT.format(name=name, key=_KEY, changes=changes))
        op.execute(
            f"CREATE TRIGGER {name} AFTER {change} ON figure REFERENCING {rows} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
    op.execute(_CLEAR)
    op.execute(
        "CREATE TRIGGER clear_figure_counts AFTER TRUNCATE ON figure "
        "FOR EACH STATEMENT EXECUTE FUNCTION clear_figure_counts()"
    )
    # Making a trigger has locked out whoever writes figures, but nobody who reads them.
    op.execute(f"INSERT INTO figure_count SELECT {_KEY}, count(*) FROM figure GROUP BY {_KEY}")  # noqa: S608
    op.execute("GRANT SELECT ON figure_count TO tracker_service, tracker_scoped_reader")


def downgrade() -> None:
    for name in (*(name for name, *_ in _CHANGES.values()), "clear_figure_counts"):
        op.execute(f"DROP TRIGGER {name} ON figure")
        op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("figure_count")
