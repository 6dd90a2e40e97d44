"""Why statistics of one figure are not calculated."""

from schema.computed_inputs.verdicts import FigureReasonsInputs
from schema.enumerations import NotCalculatedCode, TrendDirection, Unit, Variation
from schema.reasons import Why, why
from schema.units import unit_rules
from service.computed.not_calculated.listed import NotCalculated, listed
from service.computed.verdicts import Verdict
from service.statistics import figures


def of_figure(inputs: FigureReasonsInputs) -> list[NotCalculated]:
    """The statistics of a figure that are null, or NOT_ASSESSABLE."""
    said, unit = Verdict(inputs.verdict.figure_id, inputs.verdict.series), inputs.verdict.series.unit
    has_interval = figures.interval(unit, inputs.numbers) is not None
    return listed(
        {
            "confidenceInterval": None if has_interval else why_no_interval(unit),
            "change": None if inputs.has_previous else why(NotCalculatedCode.NO_EARLIER_FIGURE),
            "changeOnYear": None if inputs.has_year_before else why(NotCalculatedCode.NO_YEAR_BEFORE),
            "isMet": said.why_not_judged if said.is_met is None else None,
            "variation": said.why_no_variation if said.variation is Variation.NOT_ASSESSABLE else None,
            "trend": said.why_no_trend if said.trend is TrendDirection.NOT_ASSESSABLE else None,
            "compared": None if inputs.has_other else _not_compared(inputs),
        }
    )


def why_no_interval(unit: Unit) -> Why:
    """Why a figure of a unit has no interval."""
    if unit_rules(unit).is_ratio:
        return why(NotCalculatedCode.NO_COUNTS, whose="its")
    return why(NotCalculatedCode.NOT_FOR_THIS_UNIT)


def _not_compared(inputs: FigureReasonsInputs) -> Why:
    if not inputs.has_group:
        return why(NotCalculatedCode.NO_GROUP)
    is_of_peers = inputs.compared in {"peers", "similar"}
    return why(NotCalculatedCode.TOO_FEW_PEERS if is_of_peers else NotCalculatedCode.NOTHING_TO_COMPARE)
