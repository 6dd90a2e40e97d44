"""Why the numbers of the progress towards a target are not calculated."""

from schema.enumerations import NotCalculatedCode
from schema.reasons import Why, why
from service.computed.not_calculated.listed import NotCalculated, listed, too_few
from service.statistics.evidence import Evidence
from service.statistics.forecasts import FEWEST_OBSERVED, QUARTERS_OBSERVED
from service.statistics.points import quarters
from service.statistics.progress import Progress

_NUMBERS = {
    "isMet": "is_met",
    "gap": "gap",
    "gapPercent": "gap_percent",
    "percentOfTarget": "percent_of_target",
    "gapClosedPercent": "gap_closed_percent",
    "expected": "expected",
    "requiredPerQuarter": "required_per_quarter",
    "observedPerQuarter": "observed_per_quarter",
    "projectedValue": "projected_value",
    "projectedMetOn": "projected_met_on",
}


def of_progress(progress: Progress, evidence: Evidence | None, *, is_for_members: bool) -> list[NotCalculated]:
    """The numbers of a progress that are null; without evidence, because no figure counts towards the target."""
    missing = [field for field, name in _NUMBERS.items() if getattr(progress, name) is None]
    if is_for_members:
        reasons = dict.fromkeys(missing, why(NotCalculatedCode.FOR_MEMBERS))
        return listed(reasons | ({"isMet": why(NotCalculatedCode.NO_MEMBERS_FIGURES)} if "isMet" in missing else {}))
    if evidence is None:
        return listed(dict.fromkeys(missing, why(NotCalculatedCode.NO_FIGURE)))
    because = _reasons(evidence)
    return listed({field: because[field] for field in missing})


def _reasons(evidence: Evidence) -> dict[str, Why]:
    """For each number the reason why it is null, if it is."""
    goal = evidence.goal
    no_slope = _no_slope(evidence)
    undated = _undated(evidence)
    met = why(NotCalculatedCode.ALREADY_MET) if evidence.is_met else None
    decided = why(NotCalculatedCode.DUE_DATE_PASSED) if evidence.is_decided else None
    return {
        "gapPercent": why(NotCalculatedCode.ZERO_TARGET),
        "percentOfTarget": why(NotCalculatedCode.ZERO_TARGET),
        "gapClosedPercent": why(
            NotCalculatedCode.BASELINE_IS_TARGET if goal.baseline is not None else NotCalculatedCode.NO_BASELINE
        ),
        "expected": why(NotCalculatedCode.NOTHING_EXPECTED if goal.due else NotCalculatedCode.NO_DUE_DATE),
        "requiredPerQuarter": met or undated or why(NotCalculatedCode.DUE_DATE_PASSED),
        "observedPerQuarter": no_slope or why(NotCalculatedCode.NONE_FOUND),
        "projectedValue": undated or no_slope or why(NotCalculatedCode.NONE_FOUND),
        "projectedMetOn": met or decided or no_slope or why(NotCalculatedCode.OTHER_DIRECTION),
    }


def _undated(evidence: Evidence) -> Why | None:
    if evidence.goal.due is None:
        return why(NotCalculatedCode.NO_DUE_DATE)
    return why(NotCalculatedCode.DUE_DATE_PASSED) if evidence.is_over else None


def _no_slope(evidence: Evidence) -> Why | None:
    last = evidence.series[-1].on
    count = len({each.on for each in evidence.series if quarters(each.on, last) <= QUARTERS_OBSERVED})
    within = f" in the last {QUARTERS_OBSERVED} quarters"
    return too_few("a slope needs", FEWEST_OBSERVED, count, within) if count < FEWEST_OBSERVED else None
