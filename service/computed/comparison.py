"""A figure and that of another organisation become their comparison, as the type `Comparison`."""

from dataclasses import dataclass
from decimal import Decimal

from schema.computed_inputs.figures import ComparisonInputs
from schema.enumerations import ComparisonBasis, Judgement, Significance, Unit
from service.statistics import comparison, figures

TOTAL = "The group's value is the total of its members."


@dataclass(frozen=True)
class Comparison:
    """The type `Comparison`; `organisation` is the id of the other organisation."""

    organisation: int
    value: float
    difference: float
    basis: ComparisonBasis
    rests_on: int | None
    of: int | None
    significance: Significance
    judgement: Judgement
    reason: str | None


def compare(inputs: ComparisonInputs) -> Comparison | None:
    """The comparison with a benchmark, by the figure's 95 % confidence interval; None without a benchmark.

    A total of many organisations is given, but one of them is not judged by it.
    """
    if inputs.benchmark is None:
        return None
    value, benchmark = inputs.numbers.value, inputs.benchmark
    interval = None if benchmark.is_total else figures.interval(inputs.unit, inputs.numbers)
    compared = comparison.against(interval, benchmark.value, inputs.direction)
    return Comparison(
        organisation=benchmark.organisation_id,
        value=benchmark.value,
        difference=float(Decimal(repr(value)) - Decimal(repr(benchmark.value))),
        basis=benchmark.basis,
        rests_on=benchmark.rests_on,
        of=benchmark.of,
        significance=compared.significance,
        judgement=compared.judgement,
        reason=_reason(inputs.unit, is_total=benchmark.is_total) if compared.reason else None,
    )


def _reason(unit: Unit, *, is_total: bool) -> str:
    """Why a figure is not judged by its benchmark, in a sentence."""
    return TOTAL if is_total else f"No interval: {figures.why_no_interval(unit)}."
