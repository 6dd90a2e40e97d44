"""One computation for each name that the schema declares: inputs and the keys of rows become an object for each row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from schema.enumerations import (
    Direction,
    IntervalMethod,
    Judgement,
    Role,
    Significance,
    SubmissionAction,
    SubmissionStatus,
    Unit,
)
from schema.errors import Refusal
from schema.lifecycle import Standing, obstacle
from service import briefing, charts
from service.statistics import comparison, figures, intervals, series
from service.statistics.columns import progress
from service.statistics.figures import Numbers
from service.statistics.series import Series
from service.viewer import Viewer


@dataclass(frozen=True)
class Availability:
    """Whether an action can be taken; shapes are those of the type `AvailableAction`."""

    action: SubmissionAction
    enabled: bool
    reason: str | None


def available_actions(inputs: Mapping[str, Any], actions: Sequence[str]) -> list[Availability]:
    """For each action, whether the viewer can take it with a submission now, and why not."""
    asking = inputs["viewer"]
    viewer = Viewer(asking[0]["name"], Role(asking[0]["role"]), asking[0]["identity"]) if asking else None
    found = []
    for action in map(SubmissionAction, actions):
        stands = Standing(
            status=SubmissionStatus(inputs["status"]),
            role=viewer.role if viewer else Role.READER,
            entries=inputs["entries"],
            blocking=inputs["blocking"],
            unexplained=inputs["unexplained"],
            is_submitter=_is(viewer, inputs["submitter"]),
            is_writer=any(_is(viewer, writer) for writer in inputs["writers"] or ()),
            has_open_amendment=inputs["hasOpenAmendment"],
        )
        why = obstacle(action, stands)
        found.append(Availability(action, why is None, None if why is None else why[1]))
    return found


def _is(viewer: Viewer | None, actor: Mapping[str, str] | None) -> bool:
    return viewer is not None and actor is not None and viewer.is_same_person(actor["name"], actor["identity"])


def _of_series(says: Callable[[Series], Any]) -> Callable[[Any, Sequence[Any]], Any]:
    return lambda data, _: says(series.read(data))


def _points(data: Any, keys: Sequence[int]) -> list[series.PointView]:
    found = series.points(series.read(data))
    return [found[key] for key in keys]


def _forecast(inputs: Mapping[str, Any], _: Sequence[Any]) -> list[series.ForecastView]:
    return series.forecasts(series.read(inputs["data"]), inputs.get("quarters", 4))


def _svg(inputs: Mapping[str, Any], _: Sequence[Any]) -> str:
    size = {name: inputs[name] for name in ("width", "height") if name in inputs}
    return charts.svg(charts.drawn(series.read(inputs["data"])), **size)


@dataclass(frozen=True)
class IntervalView:
    """Shapes are those of the type `ConfidenceInterval`."""

    lower: float
    upper: float
    confidence: float
    method: IntervalMethod


@dataclass(frozen=True)
class ComparisonView:
    """Shapes are those of the type `Comparison`."""

    value: float
    difference: float
    significance: Significance
    judgement: Judgement
    reason: str | None


def _interval(inputs: Mapping[str, Any], _: Sequence[Any]) -> list[IntervalView]:
    confidence = inputs.get("confidence", figures.PUBLISHED_CONFIDENCE)
    if not intervals.LEAST_CONFIDENCE <= confidence <= intervals.MOST_CONFIDENCE:
        raise Refusal("plan/unusable-value", f"A confidence is 0.90 to 0.999, and not {confidence:g}.")
    found = figures.interval(_numbers(inputs), confidence=confidence)
    return [] if found is None else [IntervalView(found.lower, found.upper, confidence, found.method)]


def _comparison(inputs: Mapping[str, Any], benchmarks: Sequence[float]) -> list[ComparisonView]:
    numbers, direction = _numbers(inputs), Direction(inputs["direction"])
    found = []
    for benchmark in benchmarks:
        compared = comparison.against(figures.interval(numbers), benchmark, direction)
        reason = f"No interval: {figures.why_none(numbers)}." if compared.reason else None
        difference = float(Decimal(repr(numbers.value)) - Decimal(repr(benchmark)))
        found.append(ComparisonView(benchmark, difference, compared.significance, compared.judgement, reason))
    return found


def _numbers(inputs: Mapping[str, Any]) -> Numbers:
    limits = (inputs["lower_confidence_limit"], inputs["upper_confidence_limit"])
    return Numbers(Unit(inputs["unit"]), inputs["value"], inputs["numerator"], inputs["denominator"], *limits)


COMPUTATIONS: dict[str, Callable[[Any, Sequence[Any]], Any]] = {
    "progress": progress,
    "available_actions": available_actions,
    "interval": _interval,
    "comparison": _comparison,
    "briefing": lambda inputs, _: [briefing.built(inputs)],
    "series_points": _points,
    "series_recalculations": _of_series(series.recalculations),
    "series_limits": _of_series(series.limits),
    "series_variation": _of_series(series.variation),
    "series_assurance": _of_series(series.assurance),
    "series_trend": _of_series(lambda read: series.trend(read).direction),
    "series_reasons": _of_series(series.reasons),
    "series_forecast": _forecast,
    "series_svg": _svg,
}
