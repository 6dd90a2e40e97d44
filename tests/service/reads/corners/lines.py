"""Series as they are written down become rows: periods, metrics, figures with their revisions, targets."""

import datetime as dt
from decimal import Decimal

import asyncpg

from schema.periods import columns, parsed, quarter_of
from tests.service.reads.corners import series
from tests.service.reads.corners.series import Aim, Line

Connection = asyncpg.Connection

_METRIC = """
    INSERT INTO metric (code, name, description, theme_id, unit, direction, decimals, minimum, maximum, collected_from,
                        roll_up, is_synthetic)
    SELECT $1, 'Corner: ' || $1 || ' <b>"é" & ''東''</b>', 'Made up.', max(id), $2, $3, $4, NULL, $5, $6, $7, true
    FROM theme
"""
ADD_PERIOD = """
    INSERT INTO period (code, label, kind, starts, ends, quarter) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (code) DO NOTHING
"""
# A corrected figure was first published with half of its value, and ten days before.
_FIGURE = """
    WITH stands AS (
        INSERT INTO figure (metric_id, unit, is_synthetic, organisation_id, period_id, period_ends, value, numerator,
                            denominator, lower_confidence_limit, upper_confidence_limit, status, qualifier, source_id,
                            revision, published_at)
        SELECT metric.id, unit, true, organisation.id, period.id, ends, $4::numeric, $5::numeric, $6::numeric,
               $4::numeric - $7::numeric, $4::numeric + $7::numeric, $8, 'EXACT', (SELECT min(id) FROM source), $9,
               (ends + 42)::timestamptz
        FROM metric, organisation, period WHERE metric.code = $1 AND organisation.code = $2 AND period.code = $3
        ON CONFLICT (metric_id, organisation_id, period_id) DO NOTHING
        RETURNING *
    )
    INSERT INTO figure_revision (figure_id, revision, unit, value, numerator, denominator, lower_confidence_limit,
                                 upper_confidence_limit, status, qualifier, source_id, reason, published_at,
                                 published_by)
    SELECT id, revision, unit, value, numerator, denominator, lower_confidence_limit, upper_confidence_limit, status,
           qualifier, source_id, CASE WHEN revision > 1 THEN 'Corrected.' END, published_at, 'Ada' FROM stands
    UNION ALL
    SELECT id, 1, unit, round(value / 2), NULL, NULL, NULL, NULL, 'PROVISIONAL', qualifier, source_id, NULL,
           published_at - interval '10 days', 'Ada' FROM stands WHERE revision > 1
"""
_SPREAD = "SELECT code FROM organisation WHERE code LIKE $1 || '%' AND kind <> 'REGION' ORDER BY code LIMIT $2"
_RECALCULATION = """
    INSERT INTO recalculation (metric_id, organisation_id, starts, reason, holds, recorded_by_id, recorded_at)
    SELECT metric.id, organisation.id, $3::date, $4, $5, actor.id, $3::date::timestamptz
    FROM metric, organisation, actor WHERE metric.code = $1 AND organisation.code = $2 AND actor.name = 'Root'
"""
_TARGET = """
    WITH said AS (
        SELECT at::int AS revision, split_part(text, ' ', 1) AS comparator, split_part(text, ' ', 2)::numeric AS value,
               nullif(split_part(text, ' ', 3), '-')::numeric AS upper_value,
               nullif(split_part(text, ' ', 4), '-')::numeric AS baseline,
               nullif(split_part(text, ' ', 5), '-')::date AS baseline_on,
               nullif(split_part(text, ' ', 6), '-')::date AS due,
               split_part(text, ' ', 7)::timestamptz AS recorded_at, (SELECT min(id) FROM source) AS source_id
        FROM unnest($3::text[]) WITH ORDINALITY AS given (text, at)
    ), added AS (
        INSERT INTO target (metric_id, organisation_id, comparator, value, upper_value, baseline, baseline_on, due,
                            source_id, revision)
        SELECT metric.id, organisation.id, comparator, value, upper_value, baseline, baseline_on, due, source_id,
               revision
        FROM said, metric, organisation
        WHERE metric.code = $1 AND organisation.code = $2 AND revision = cardinality($3)
        RETURNING id
    ), set_and_changed AS (
        INSERT INTO target_revision (target_id, revision, comparator, value, upper_value, baseline, baseline_on, due,
                                     source_id, reason, recorded_at, recorded_by)
        SELECT id, revision, comparator, value, upper_value, baseline, baseline_on, due, source_id, 'Set or changed.',
               recorded_at, 'Ada'
        FROM said, added
    )
    INSERT INTO milestone (target_id, revision, due, value)
    SELECT id, revision, given.due, given.value
    FROM added, said, unnest($4::date[], $5::numeric[]) AS given (due, value)
"""


async def drawn(connection: Connection) -> None:
    """All series of the corners, and what goes with them."""
    for metric in series.METRICS:
        code, unit, direction, decimals, most, kinds, rule = metric.split()
        maximum = None if most == "-" else Decimal(most)
        listed = [] if kinds == "-" else kinds.split(",")
        await connection.execute(_METRIC, code, unit, direction, int(decimals), maximum, listed, rule)
    for each in series.KINDS:
        await _kind(connection, *each.split())
    for line in series.LINES:
        await _line(connection, line)
    for metric, codes, period, values, of in series.SPREADS:
        found = await connection.fetch(_SPREAD, codes, len(values))
        for (organisation,), value in zip(found, values, strict=True):
            await _line(connection, Line(metric, organisation, (value,), period, of))
    for metric, organisation, day, reason, holds in series.RECALCULATIONS:
        await connection.execute(_RECALCULATION, metric, organisation, dt.date.fromisoformat(day), reason, holds)
    for aim in series.AIMS:
        await _aim(connection, aim)


async def _kind(connection: Connection, code: str, counts: str) -> None:
    """A metric that counts in one way, with figures of every kind of period, whatever they should be."""
    await connection.execute(_METRIC, code, "COUNT", "HIGHER_IS_BETTER", 0, None, ["PRACTICE"], "SUM")
    await connection.execute("UPDATE metric SET counts = $2 WHERE code = $1", code, counts)
    for at, period in enumerate(series.STRETCHES):
        await _line(connection, Line(code, "Z90001", (float(100 + at * at),), period))


async def _line(connection: Connection, line: Line) -> None:
    for at, (value, code) in enumerate(zip(line.values, _periods(line), strict=True)):
        if value is not None:
            await connection.execute(ADD_PERIOD, *columns(parsed(code)).values())
            status = "WITHDRAWN" if at in line.withdrawn else "PUBLISHED"
            revision = 2 if at in line.corrected else 1
            cell = (line.metric, line.organisation, code)
            await connection.execute(_FIGURE, *cell, *_numbers(line, value), status, revision)


def _periods(line: Line) -> list[str]:
    """The codes of the periods of a line, which end one quarter after the other."""
    codes = [line.last]
    while len(codes) < len(line.values):
        codes.insert(0, quarter_of(parsed(codes[0]).starts - dt.timedelta(days=1)))
    return codes


def _numbers(line: Line, value: float) -> tuple[Decimal | None, ...]:
    per = 100_000 if line.metric == series.RATE else 100
    numerator = None if line.of is None else Decimal(round(value * line.of / per))
    of, half = (None if each is None else Decimal(str(each)) for each in (line.of, line.half))
    return (Decimal(str(value)), numerator, of, half)


async def _aim(connection: Connection, aim: Aim) -> None:
    days = [dt.date.fromisoformat(day) for day, _ in aim.milestones]
    values = [Decimal(str(value)) for _, value in aim.milestones]
    await connection.execute(_TARGET, aim.metric, aim.organisation, list(aim.revisions), days, values)
