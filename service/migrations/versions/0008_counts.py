"""A metric says how its figures count: worked out from the periods of the figures that it has."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COUNTS = "'AT_DATE', 'OVER_PERIOD', 'YEAR_TO_DATE', 'SINCE'"
# A month, a quarter or a year may be the end of a stretch as well as the whole of it, so it decides only by the unit.
_WORKED_OUT = """
    UPDATE metric SET counts = CASE
        WHEN days.has_stretch AND days.from_april THEN 'YEAR_TO_DATE'
        WHEN days.has_stretch AND NOT days.has_rolling_year AND days.one_start THEN 'SINCE'
        WHEN days.has_stretch OR days.has_rolling_year THEN 'OVER_PERIOD'
        WHEN days.has_day THEN 'AT_DATE'
        ELSE metric.counts
    END
    FROM (
        SELECT figure.metric_id,
               bool_or(period.kind = 'SPAN') AS has_stretch,
               bool_or(period.kind = 'ROLLING_YEAR') AS has_rolling_year,
               bool_or(period.kind = 'SNAPSHOT') AS has_day,
               count(DISTINCT period.starts) = 1 AS one_start,
               bool_and(to_char(period.starts, 'MMDD') = '0401'
                        AND period.ends < period.starts + interval '1 year') AS from_april
        FROM figure JOIN period ON period.id = figure.period_id
        GROUP BY figure.metric_id
    ) AS days
    WHERE days.metric_id = metric.id
"""


def upgrade() -> None:
    op.add_column("metric", sa.Column("counts", sa.Text(), server_default=sa.text("'AT_DATE'"), nullable=False))
    op.execute(f"ALTER TABLE metric ADD CONSTRAINT ck_metric_counts_is_known CHECK (counts IN ({_COUNTS})) NOT VALID")
    op.execute("UPDATE metric SET counts = 'OVER_PERIOD' WHERE unit IN ('COUNT', 'RATE_PER_100000')")
    op.execute(_WORKED_OUT)


def downgrade() -> None:
    op.drop_column("metric", "counts")
