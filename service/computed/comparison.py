"""A figure and that of another organisation become their comparison, as the type `Comparison`."""

from dataclasses import dataclass
from decimal import Decimal

from schema.computed_inputs.figures import ComparisonInputs
from schema.enumerations import ComparisonBasis, Judgement, NotCalculatedCode, Significance, Unit
from schema.reasons import Why, why
from service.computed.not_calculated.figure import why_no_interval
from service.statistics import comparison, figures


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
    reason_code: NotCalculatedCode | None


def compare(inputs: ComparisonInputs) -> Comparison | None:
    """The comparison with a benchmark, by the figure's 95 % confidence interval; None without a benchmark.

    A total of many organisations is given, but one of them is not judged by it.
    """
    if inputs.benchmark is None:
        return None
    value, benchmark = inputs.numbers.value, inputs.benchmark
    interval = None if benchmark.is_total else figures.interval(inputs.unit, inputs.numbers)
    compared = comparison.against(interval, benchmark.value, inputs.direction)
    because = None if compared.reason is None else _because(inputs.unit, is_total=benchmark.is_total)
    return Comparison(
        organisation=benchmark.organisation_id,
        value=benchmark.value,
        difference=float(Decimal(repr(value)) - Decimal(repr(benchmark.value))),
        basis=benchmark.basis,
        rests_on=benchmark.rests_on,
        of=benchmark.of,
        significance=compared.significance,
        judgement=compared.judgement,
        reason=None if because is None else _sentence(because),
        reason_code=None if because is None else because.code,
    )


def _because(unit: Unit, *, is_total: bool) -> Why:
    """Why a figure is not judged by its benchmark."""
    return why(NotCalculatedCode.TOTAL) if is_total else why_no_interval(unit)


def _sentence(because: Why) -> str:
    return because.sentence if because.code is NotCalculatedCode.TOTAL else f"No interval: {because.clause}."
