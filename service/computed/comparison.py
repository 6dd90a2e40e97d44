"""A figure and that of another organisation become their comparison, as the type `Comparison`."""

from dataclasses import dataclass
from decimal import Decimal

from schema.computed_inputs.figures import ComparisonInputs
from schema.enumerations import Judgement, Significance
from service.statistics import comparison, figures


@dataclass(frozen=True)
class Comparison:
    """The type `Comparison`; `organisation` is the id of the other organisation."""

    organisation: int
    value: float
    difference: float
    significance: Significance
    judgement: Judgement
    reason: str | None


def compare(inputs: ComparisonInputs) -> Comparison | None:
    """The comparison with a benchmark, by the figure's 95 % confidence interval; None without a benchmark."""
    if inputs.benchmark is None:
        return None
    value, benchmark = inputs.numbers.value, inputs.benchmark.value
    compared = comparison.against(figures.interval(inputs.unit, inputs.numbers), benchmark, inputs.direction)
    return Comparison(
        organisation=inputs.benchmark.organisation_id,
        value=benchmark,
        difference=float(Decimal(repr(value)) - Decimal(repr(benchmark))),
        significance=compared.significance,
        judgement=compared.judgement,
        reason=f"No interval: {figures.why_no_interval(inputs.unit)}." if compared.reason else None,
    )
