"""Why the spread over many organisations, or a limit of their funnel, is not calculated."""

from schema.computed_inputs.funnels import SpreadReasonsInputs
from schema.enumerations import NotCalculatedCode
from schema.reasons import Why, why
from service.computed.not_calculated.listed import NotCalculated, listed


def of_spread(inputs: SpreadReasonsInputs) -> list[NotCalculated]:
    """Both, where too few organisations have a figure."""
    too_few = None if inputs.has_spread else why(NotCalculatedCode.TOO_FEW_FIGURES)
    return listed(dict.fromkeys(("distribution", "funnel"), too_few))


def of_funnel(reason: Why | None) -> list[NotCalculated]:
    """What a funnel without limits lacks."""
    of_points = ("denominator", "lower95", "upper95", "lower998", "upper998")
    return listed(dict.fromkeys(("dispersion", *(f"points.{name}" for name in of_points)), reason))
