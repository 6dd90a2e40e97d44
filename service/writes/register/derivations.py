"""What a metric is calculated from becomes columns of its row, when the two fit each other."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from schema.commands.metrics import SaveMetricInput
from schema.enumerations import RollUp, Unit
from schema.sql.rollups import members_kind
from schema.tables import MetricRow
from schema.units import unit_rules
from service.writes.naming import metric_named
from service.writes.outcome import Refused, problem, stripped

# For each rule: what the members' metric must be, in words and as a condition, and the unit of what is made of it.
_Fits = tuple[str, Callable[[MetricRow], bool], Callable[[MetricRow], Unit]]
_RULES: Mapping[RollUp, _Fits] = {
    RollUp.PERCENT_YES: ("is answered with yes or no", lambda of: of.unit == Unit.YES_NO, lambda _: Unit.PERCENT),
    RollUp.COUNT_YES: ("is answered with yes or no", lambda of: of.unit == Unit.YES_NO, lambda _: Unit.COUNT),
    RollUp.PERCENT_OF_MAXIMUM: ("has a maximum", lambda of: bool(of.maximum), lambda _: Unit.PERCENT),
    RollUp.SUM: ("is not a ratio", lambda of: not unit_rules(of.unit).is_ratio, lambda of: Unit(of.unit)),
    RollUp.RATIO_OF_SUMS: ("is a ratio", lambda of: unit_rules(of.unit).is_ratio, lambda of: Unit(of.unit)),
}


async def derivation(session: AsyncSession, request: SaveMetricInput, metric: MetricRow | None) -> dict[str, Any]:
    """The columns that say what a metric is calculated from. Refused: `metric/malformed`, also for a circle."""
    code, rule = stripped(request.derived_from), request.derived_by or None
    if (code is None) != (rule is None):
        raise _wrong("A derived metric needs both derivedFrom and derivedBy.")
    if code is None or rule is None:
        return {"derived_from_id": None, "derived_by": None}
    source = await metric_named(session, code)
    if source is None or source.code == request.code:
        raise _wrong(f"No other metric has the code {code[:80]!r}.")
    if metric is not None and (metric.change_of_id or metric.difference_of_id):
        raise _wrong(f"{metric.code} is already calculated as a change or a difference.")
    _check_fits(request, source, RollUp(rule))
    if metric is not None and await _rests_on(session, source, metric):
        raise _wrong(f"{code} is itself calculated from {metric.code}.")
    return {"derived_from_id": source.id, "derived_by": rule}


def _check_fits(request: SaveMetricInput, source: MetricRow, rule: RollUp) -> None:
    if rule not in _RULES:
        raise _wrong(f"{rule} gives no value.", "derivedBy")
    words, fits, unit = _RULES[rule]
    if not fits(source):
        raise _wrong(f"{rule} needs a metric that {words}; {source.code} does not fit.", "derivedBy")
    if request.unit != unit(source):
        raise _wrong(f"{rule} of {source.code} gives {unit(source)}, not {request.unit}.", "unit")
    members = members_kind(source.collected_from)
    if not set(request.collected_from) - {members}:
        words = "nobody" if members is None else members.many
        raise _wrong(f"{source.code} is collected from {words}, so its members' groups must be another kind.")


async def _rests_on(session: AsyncSession, source: MetricRow, metric: MetricRow) -> bool:
    """Whether a metric is calculated from another one, over any number of steps."""
    below: MetricRow | None = source
    while below is not None and below.id != metric.id:
        rests_on = below.derived_from_id or below.change_of_id or below.difference_of_id
        below = None if rests_on is None else await session.get(MetricRow, rests_on)
    return below is not None


def _wrong(message: str, name: str = "derivedFrom") -> Refused:
    return Refused(problem("metric/malformed", message, name))
