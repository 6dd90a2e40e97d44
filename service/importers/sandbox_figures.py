"""Made-up figures, a million at a time, become figures with their first revision.

COPY into a temporary table; one INSERT … SELECT of the figures that are missing and their revisions; one of the second
revisions of network figures that have more practices than before. 1,011,868 figures took 21 seconds on two cores.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from typing import Any

import click
from asyncpg import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from schema.periods import Period
from schema.tables import REVISED_FIGURE
from seeds.sandbox import SandboxPractice, figures
from seeds.sandbox_metrics import SandboxMetric
from service.importers.foreign_keys import set_aside
from service.importers.sandbox_values import Destination

# Fewer rows than this are checked row by row, in about a second, and nobody has to wait for a lock.
_MANY = 20_000
_COLUMNS = ("metric_id", "organisation_id", "period_id", "value", "numerator", "denominator")
_STAGE = """
    CREATE TEMPORARY TABLE staged_figure (
        metric_id bigint, organisation_id bigint, period_id bigint, value numeric, numerator bigint, denominator bigint
    )
"""
# A quarter's figures are published six weeks after it ends.
_MISSING = """
    SELECT count(*) FROM staged_figure AS staged
    WHERE NOT EXISTS (SELECT FROM figure WHERE figure.metric_id = staged.metric_id
                      AND figure.organisation_id = staged.organisation_id AND figure.period_id = staged.period_id)
"""
_ADD = """
    WITH added AS (
        INSERT INTO figure (metric_id, unit, is_synthetic, organisation_id, period_id, period_ends, value, numerator,
                            denominator, qualifier, status, source_id, revision, published_at)
        SELECT staged.metric_id, metric.unit, true, staged.organisation_id, staged.period_id, period.ends, staged.value,
               staged.numerator, staged.denominator, 'EXACT', 'PUBLISHED', $1, 1,
               (period.ends + 42)::timestamp AT TIME ZONE 'UTC'
        FROM staged_figure AS staged
        JOIN metric ON metric.id = staged.metric_id
        JOIN period ON period.id = staged.period_id
        WHERE NOT EXISTS (SELECT FROM figure WHERE figure.metric_id = staged.metric_id
                          AND figure.organisation_id = staged.organisation_id AND figure.period_id = staged.period_id)
        RETURNING *
    )
    INSERT INTO figure_revision (figure_id, published_by, {columns})
    SELECT id, $2, {columns} FROM added
""".replace("{columns}", ", ".join(REVISED_FIGURE))
# What a revision changes; all other columns stay as they are.
_REVISED = {
    "value": "staged.value",
    "numerator": "staged.numerator",
    "denominator": "staged.denominator",
    "revision": "figure.revision + 1",
    "published_at": "now()",
}
# A figure that a person revised has another name on its latest revision, and stays as the person left it.
_REVISE = """
    WITH revised AS (
        INSERT INTO figure_revision (figure_id, reason, published_by, {columns})
        SELECT figure.id, $1, $2, {revised}
        FROM staged_figure AS staged
        JOIN figure USING (metric_id, organisation_id, period_id)
        JOIN figure_revision AS latest ON latest.figure_id = figure.id AND latest.revision = figure.revision
        WHERE latest.published_by = $2 AND figure.is_synthetic
          AND (figure.value, figure.numerator, figure.denominator)
              IS DISTINCT FROM (staged.value, staged.numerator::numeric, staged.denominator::numeric)
        RETURNING *
    )
    UPDATE figure
    SET value = revised.value, numerator = revised.numerator, denominator = revised.denominator,
        revision = revised.revision, published_at = revised.published_at
    FROM revised WHERE figure.id = revised.figure_id
""".replace("{columns}", ", ".join(REVISED_FIGURE)).replace(
    "{revised}", ", ".join(_REVISED.get(name, f"figure.{name}") for name in REVISED_FIGURE)
)
_REASON = "The sandbox has more practices."


async def load_figures(
    connection: AsyncConnection,
    metrics: Sequence[SandboxMetric],
    practices: Sequence[SandboxPractice],
    periods: Sequence[Period],
    *,
    to: Destination,
    progress: bool,
) -> tuple[int, int]:
    """Add the figures that are missing: how many were added, and how many of networks were revised."""
    # The driver's own connection, inside the transaction that SQLAlchemy began with its first statement.
    raw: Any = (await connection.get_raw_connection()).driver_connection
    await raw.execute(_STAGE)
    with click.progressbar(metrics, label="Sandbox", hidden=not progress, file=sys.stderr) as bar:
        await raw.copy_records_to_table("staged_figure", records=_rows(bar, practices, periods, to), columns=_COLUMNS)
    # The planner would otherwise go by what it last saw of the tables, and join a million rows to none one by one.
    await raw.execute("ANALYZE staged_figure, figure, figure_revision")
    written = await _written(raw, to)
    await raw.execute("DROP TABLE staged_figure")
    return written


def _rows(
    metrics: Iterable[SandboxMetric], practices: Sequence[SandboxPractice], periods: Sequence[Period], to: Destination
) -> Iterator[tuple[Any, ...]]:
    for metric in metrics:
        for code, organisation, quarter, *numbers in figures(metric, practices, periods):
            yield to.metrics[code], to.organisations[organisation], to.periods[quarter], *numbers


async def _written(raw: Connection, to: Destination) -> tuple[int, int]:
    missing = await raw.fetchval(_MISSING)
    async with AsyncExitStack() as stack:
        if missing > _MANY:
            await stack.enter_async_context(set_aside(raw))
        if missing:
            await raw.execute(_ADD, to.source, to.by)
            await raw.execute("ANALYZE figure, figure_revision")
        revised = await raw.execute(_REVISE, _REASON, to.by)
    return missing, int(revised.split()[-1])
