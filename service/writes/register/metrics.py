"""Metrics are added and reworded; what figures depend on, such as the unit, never changes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import Unit
from schema.tables import MetricRow, ThemeRow
from service.database import Database
from service.viewer import Viewer
from service.writes.command import Outcome, Problem, Refused, once, problem, text_of, usable
from service.writes.limits import LONGEST_TEXT, is_out_of_range, is_unusable
from service.writes.submissions.lookups import metric_of
from service.writes.submissions.validation.entries import decimal
from service.writes.trust import audit
from service.writes.trust.permissions import allowed

_CODE = re.compile(r"[a-z][a-z0-9_]{1,62}")
_BOUNDED = {Unit.PERCENT: ("A percentage", 100), Unit.YES_NO: ("A yes or no", 1)}
_REFERENCES = {"partOf": "part_of_id", "denominatorMetric": "denominator_metric_id"}
_TEXTS = ("name", "description", "numeratorLabel", "denominatorLabel", "source", "reason")


async def save_metric(database: Database, given: Mapping[str, Any], *, by: Viewer | None) -> dict[str, Any]:
    """Add a metric, or change one. Problems: `metric/…`. Refusals: `UNAUTHENTICATED`, `FORBIDDEN`."""
    viewer = allowed(by, "saveMetric")

    async def work(session: AsyncSession) -> Outcome:
        await audit.turn(session)
        at = await audit.now(session)
        if wrong := list(_malformed(given)):
            raise Refused(*wrong)
        found = await session.exec(select(MetricRow).where(MetricRow.code == given["code"]).with_for_update())
        metric = found.first()
        before = None if metric is None else _told(metric)
        metric = await _saved(session, metric, given)
        if _told(metric) != before:
            await audit.raise_version(session)
            detail = {"before": before, "after": _told(metric)}
            reason = text_of(given, "reason")
            await audit.record(session, "metric.save", metric.code, by=viewer, at=at, reason=reason, detail=detail)
        return Outcome(metric_id=metric.id)

    return await once(database, "saveMetric", given, work, by=viewer)


def _malformed(given: Mapping[str, Any]) -> Iterator[Problem]:
    if not _CODE.fullmatch(given["code"]):
        message = f"{given['code'][:80]!r} is not a code: small letters, digits and underscores, a letter first."
        yield problem("metric/malformed", message, "code")
    for name in ("name", "description"):
        if text_of(given, name) is None:
            yield problem("metric/malformed", f"A metric has a {name}.", name)
    yield from usable({name: given.get(name) for name in _TEXTS}, LONGEST_TEXT)
    if not 0 <= given["decimals"] <= 6:
        yield problem("metric/malformed", f"{given['decimals']} decimals are not 0 to 6.", "decimals")
    if not given["collectedFrom"]:
        yield problem("metric/malformed", "A metric is collected from somebody.", "collectedFrom")
    yield from _range(given)


def _range(given: Mapping[str, Any]) -> Iterator[Problem]:
    numbers = {name: decimal(given.get(name)) for name in ("minimum", "maximum", "tolerance")}
    for name, number in numbers.items():
        if number is not None and (not number.is_finite() or is_out_of_range(number)):
            yield problem("metric/malformed", f"The {name} is beyond reason.", name)
            return
    least, most, tolerance = numbers["minimum"], numbers["maximum"], numbers["tolerance"]
    if least is not None and most is not None and least > most:
        yield problem("metric/malformed", "The minimum is above the maximum.", "minimum")
    if given["unit"] in _BOUNDED:
        words, highest = _BOUNDED[given["unit"]]
        for name in ("minimum", "maximum"):
            bound = numbers[name]
            if bound is not None and not 0 <= bound <= highest:
                yield problem("metric/malformed", f"{words} is 0 to {highest}.", name)
    if tolerance is not None and tolerance < 0:
        yield problem("metric/malformed", "The tolerance is below zero.", "tolerance")


async def _saved(session: AsyncSession, metric: MetricRow | None, given: Mapping[str, Any]) -> MetricRow:
    code = given["theme"]
    theme = None if is_unusable(code) else (await session.exec(select(ThemeRow).where(ThemeRow.code == code))).first()
    if theme is None:
        raise Refused(problem("metric/malformed", f"No theme has the code {given['theme'][:80]!r}.", "theme"))
    if metric is not None and metric.unit != given["unit"]:
        message = f"The unit of {metric.code} is {metric.unit}, and its figures depend on it."
        raise Refused(problem("metric/fixed", message, "unit"))
    said = {
        "name": text_of(given, "name"),
        "description": text_of(given, "description"),
        "theme_id": theme.id,
        "direction": given["direction"],
        "decimals": given["decimals"],
        "minimum": decimal(given.get("minimum")),
        "maximum": decimal(given.get("maximum")),
        "collected_from": [str(kind) for kind in given["collectedFrom"]],
        "numerator_label": text_of(given, "numeratorLabel"),
        "denominator_label": text_of(given, "denominatorLabel"),
        "tolerance": decimal(given.get("tolerance")),
        "roll_up": given["rollUp"],
        "source": text_of(given, "source"),
        **{column: await _other(session, given, name) for name, column in _REFERENCES.items()},
    }
    if metric is None:
        metric = MetricRow(code=given["code"], unit=given["unit"], **said)
    else:
        for name, value in said.items():
            setattr(metric, name, value)
    session.add(metric)
    await session.flush()
    return metric


async def _other(session: AsyncSession, given: Mapping[str, Any], name: str) -> int | None:
    """The metric that another field names. Refused: an unknown one, and a part of a part or of itself."""
    code = text_of(given, name)
    if code is None:
        return None
    other = await metric_of(session, code)
    if other is None or other.code == given["code"]:
        raise Refused(problem("metric/malformed", f"No other metric has the code {code[:80]!r}.", name))
    if name == "partOf" and other.part_of_id is not None:
        raise Refused(problem("metric/malformed", f"{code} is a part itself.", name))
    if name == "partOf" and await _has_parts(session, given["code"]):
        raise Refused(problem("metric/malformed", f"{given['code']} has parts itself.", name))
    return other.id


async def _has_parts(session: AsyncSession, code: str) -> bool:
    metric = await metric_of(session, code)
    if metric is None:
        return False
    return (await session.exec(select(MetricRow.id).where(MetricRow.part_of_id == metric.id))).first() is not None


def _told(metric: MetricRow) -> dict[str, Any]:
    """A metric as an audit event tells it."""
    values = {name: getattr(metric, name) for name in MetricRow.model_fields}
    return {name: value if isinstance(value, list | int | None) else str(value) for name, value in values.items()}
