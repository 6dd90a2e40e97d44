"""A figure becomes its confidence interval, as the type `ConfidenceInterval`."""

from schema.computed_inputs.figures import IntervalInputs
from schema.errors import Refusal
from schema.types.comparisons import ConfidenceInterval
from service.statistics import figures
from service.statistics.intervals import LEAST_CONFIDENCE, MOST_CONFIDENCE


def confidence_interval(inputs: IntervalInputs) -> ConfidenceInterval | None:
    """The interval in the metric's unit, or None. Refusals: `plan/unusable-value`, for a confidence out of range."""
    confidence = figures.PUBLISHED_CONFIDENCE if inputs.confidence is None else inputs.confidence
    if not LEAST_CONFIDENCE <= confidence <= MOST_CONFIDENCE:
        raise Refusal("plan/unusable-value", f"The confidence must be from 0.90 to 0.999, not {confidence:g}.")
    interval = figures.interval(inputs.unit, inputs.numbers, confidence=confidence)
    return (
        None
        if interval is None
        else ConfidenceInterval(
            lower=interval.lower, upper=interval.upper, confidence=confidence, method=interval.method
        )
    )
