"""Metrics are added and reworded; what figures depend on, such as the unit, never changes."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.commands.metrics import SaveMetricInput
from schema.decimals import exact
from schema.enumerations import Unit
from schema.tables import FigureRow, MetricRow, ThemeRow
from schema.units import unit_rules
from service.writes.command import Work
from service.writes.limits import NUMBER_LIMITS, is_out_of_range, is_unusable
from service.writes.naming import IDS, among, metric_named
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped, unusable_texts
from service.writes.register.derivations import derivation

_CODE = re.compile(r"[a-z][a-z0-9_]{1,62}")


async def save_metric(work: Work, request: SaveMetricInput) -> Outcome:
    """Add a metric, or change one. Problems: `metric/…`."""
    at = await work.turn()
    if problems := list(_malformed(request)):
        raise Refused(*problems)
    rows = await work.session.exec(select(MetricRow).where(MetricRow.code == request.code).with_for_update())
    metric = rows.first()
    before = None if metric is None else _detail(metric)
    metric = await _save(work.session, metric, request)
    if _detail(metric) != before:
        detail = {"before": before, "after": _detail(metric)}
        await work.record(metric.code, at=at, reason=stripped(request.reason), detail=detail)
    return Outcome(rows={"metric": metric.id})


def _malformed(request: SaveMetricInput) -> Iterator[Problem]:
    if not _CODE.fullmatch(request.code):
        message = (
            f"{request.code[:80]!r} cannot be a code: use 2 to 63 lower-case letters, digits and underscores, "
            "and start with a letter."
        )
        yield problem("metric/malformed", message, "code")
    for name, text in {"name": request.name, "description": request.description}.items():
        if stripped(text) is None:
            yield problem("metric/malformed", f"A metric needs a {name}.", name)
    yield from unusable_texts(_texts(request))
    if not 0 <= request.decimals <= 6:
        message = f"A metric can have 0 to 6 decimal places, not {request.decimals}."
        yield problem("metric/malformed", message, "decimals")
    if not request.collected_from:
        message = "A metric must be collected from at least one kind of organisation."
        yield problem("metric/malformed", message, "collectedFrom")
    yield from _wrong_range(request)


def _texts(request: SaveMetricInput) -> dict[str, str | None]:
    return {
        "name": request.name,
        "description": request.description,
        "numeratorLabel": request.numerator_label,
        "denominatorLabel": request.denominator_label,
        "source": request.source,
        "reason": request.reason,
    }


def _wrong_range(request: SaveMetricInput) -> Iterator[Problem]:
    least, most, tolerance = exact(request.minimum), exact(request.maximum), exact(request.tolerance)
    for name, number in {"minimum": least, "maximum": most, "tolerance": tolerance}.items():
        if number is not None and (not number.is_finite() or is_out_of_range(number)):
            yield problem("metric/malformed", f"The {name} is {number:g}; it must be {NUMBER_LIMITS}.", name)
            return
    if least is not None and most is not None and least > most:
        yield problem("metric/malformed", "The minimum is above the maximum.", "minimum")
    yield from _outside_unit(request, {"minimum": least, "maximum": most})
    if tolerance is not None and tolerance < 0:
        yield problem("metric/malformed", "The tolerance is below zero.", "tolerance")


def _outside_unit(request: SaveMetricInput, bounds: dict[str, Decimal | None]) -> Iterator[Problem]:
    rules = unit_rules(request.unit)
    if rules.least is None or rules.most is None:
        return
    for name, bound in bounds.items():
        if bound is not None and not rules.least <= bound <= rules.most:
            message = f"{rules.name} must be between {rules.least} and {rules.most}."
            yield problem("metric/malformed", message, name)


async def _save(session: AsyncSession, metric: MetricRow | None, request: SaveMetricInput) -> MetricRow:
    theme = await _theme(session, request.theme)
    await _take_trait(session, request)
    if metric is not None and metric.unit != request.unit:
        is_now = unit_rules(metric.unit).name.lower()
        message = f"The unit of {metric.code} is {is_now}. It cannot change, because figures depend on it."
        raise Refused(problem("metric/fixed", message, "unit"))
    columns: dict[str, Any] = {
        "name": stripped(request.name),
        "description": stripped(request.description),
        "theme_id": theme.id,
        "direction": request.direction,
        "counts": request.counts or (metric.counts if metric else unit_rules(request.unit).counts),
        "is_sample": request.is_sample if request.is_sample is not None else bool(metric and metric.is_sample),
        "population_trait": request.population_trait or (metric and metric.population_trait),
        "decimals": request.decimals,
        "minimum": exact(request.minimum),
        "maximum": exact(request.maximum),
        "collected_from": [str(kind) for kind in request.collected_from],
        "numerator_label": stripped(request.numerator_label),
        "denominator_label": stripped(request.denominator_label),
        "tolerance": exact(request.tolerance),
        "roll_up": request.roll_up,
        "source": stripped(request.source),
        "part_of_id": await _whole(session, request, metric),
        **await derivation(session, request, metric),
        "denominator_metric_id": await _other(
            session, request, stripped(request.denominator_metric), "denominatorMetric"
        ),
    }
    if metric is None:
        metric = MetricRow(code=request.code, unit=request.unit, **columns)
    else:
        for name, value in columns.items():
            setattr(metric, name, value)
    session.add(metric)
    await session.flush()
    return metric


async def _take_trait(session: AsyncSession, request: SaveMetricInput) -> None:
    """One metric says each trait: another one that said it no longer does."""
    if request.population_trait:
        others = (MetricRow.population_trait == request.population_trait, MetricRow.code != request.code)
        for other in (await session.exec(select(MetricRow).where(*others).with_for_update())).all():
            other.population_trait = None
            session.add(other)
        await session.flush()


async def _theme(session: AsyncSession, code: str) -> ThemeRow:
    theme = None if is_unusable(code) else (await session.exec(select(ThemeRow).where(ThemeRow.code == code))).first()
    if theme is None:
        raise Refused(problem("metric/malformed", f"No theme has the code {code[:80]!r}.", "theme"))
    return theme


async def _whole(session: AsyncSession, request: SaveMetricInput, metric: MetricRow | None) -> int | None:
    """The metric that this one is a part of. Refused: a part of a part or of itself, and another whole with answers."""
    code = stripped(request.part_of)
    whole = await _other(session, request, code, "partOf")
    before = None if metric is None else metric.part_of_id
    if before != whole and request.unit == Unit.YES_NO and await _have_figures(session, {before, whole}):
        message = "A yes or no that has figures keeps its parts: they were calculated from them."
        raise Refused(problem("metric/fixed", message, "partOf"))
    if whole is None:
        return None
    above, unit = (await session.exec(select(MetricRow.part_of_id, MetricRow.unit).where(MetricRow.id == whole))).one()
    if (unit == Unit.YES_NO) != (request.unit == Unit.YES_NO):
        message = "A yes or no can be part of a yes or no only, and a number of a number only."
        raise Refused(problem("metric/malformed", message, "partOf"))
    if above is not None:
        raise Refused(problem("metric/malformed", f"{code} is itself part of another metric.", "partOf"))
    if await _has_parts(session, request.code):
        raise Refused(problem("metric/malformed", f"{request.code} has parts itself.", "partOf"))
    return whole


async def _counting(session: AsyncSession, request: SaveMetricInput) -> int | None:
    """The metric that counts the denominator."""
    return await _other(session, request, stripped(request.denominator_metric), "denominatorMetric")


async def _other(session: AsyncSession, request: SaveMetricInput, code: str | None, name: str) -> int | None:
    """The metric that another field names. Refused: an unknown one, and the metric itself."""
    if code is None:
        return None
    other = await metric_named(session, code)
    if other is None or other.code == request.code:
        raise Refused(problem("metric/malformed", f"No other metric has the code {code[:80]!r}.", name))
    return other.id


async def _have_figures(session: AsyncSession, metrics: set[int | None]) -> bool:
    figures = select(FigureRow.id).where(among(FigureRow.metric_id, metrics - {None}, IDS)).limit(1)
    return (await session.exec(figures)).first() is not None


async def _has_parts(session: AsyncSession, code: str) -> bool:
    metric = await metric_named(session, code)
    if metric is None:
        return False
    return (await session.exec(select(MetricRow.id).where(MetricRow.part_of_id == metric.id))).first() is not None


def _detail(metric: MetricRow) -> dict[str, Any]:
    """A metric as an audit event records it."""
    values = {name: getattr(metric, name) for name in MetricRow.model_fields}
    return {name: value if isinstance(value, list | int | None) else str(value) for name, value in values.items()}
