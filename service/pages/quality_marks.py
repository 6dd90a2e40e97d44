"""How far readers can rely on a measure: timely, complete, validated and granular, the four parts of the data quality
marks in the performance reports of NHS boards."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple

from schema.enumerations import UNSETTLED, OrganisationKind
from schema.periods import Period
from service.briefing.consistency import UNREPORTED

# So many percent of the answers are enough for a quarter to count as timely or complete.
ENOUGH = 95
# What a page asks for, with the code, kinds and origin of the metric.
ASKED = f"""
completeness(quarter: $quarter) {{
  softDeadline byMetric {{ metric {{ code }} notStarted draft submitted returned published nilReturns late }}
}}
dataQualityIssues(first: 1, filter: {{
  code: {{ne: "{UNREPORTED}"}}, metric: {{code: {{eq: $code}}}}, state: {{in: [{" ".join(UNSETTLED)}]}}
}}) {{ totalCount }}
"""
_STATES = ("notStarted", "draft", "submitted", "returned", "published", "nilReturns")
_BELOW = (OrganisationKind.PRACTICE, OrganisationKind.PRIMARY_CARE_NETWORK)


class Level(Enum):
    """What a mark says, in words and with the colour of its tag."""

    SUFFICIENT = ("Sufficient", "nhsuk-tag--green")
    INSUFFICIENT = ("Not sufficient", "nhsuk-tag--red")
    NOT_ASSESSED = ("Not assessed", "nhsuk-tag--grey")


class Mark(NamedTuple):
    """One of the four, with the reason for it in a sentence."""

    name: str
    level: Level
    reason: str


def marks(
    metric: Mapping[str, Any], quarter: Period, found: Mapping[str, Any], today: str, *, sees_all: bool
) -> Iterator[Mark]:
    """The four marks of a metric in a quarter, from what `ASKED` found; `today` as 2025-04-30.

    `sees_all`: whether the reader sees every submission. Only they know when each answer was sent.
    """
    completeness = found["completeness"]
    requests = next((each for each in completeness["byMetric"] if each["metric"]["code"] == metric["code"]), None)
    asked = 0 if requests is None else sum(requests[state] for state in _STATES)
    if requests is None or asked == 0:
        reason = f"Nobody is asked for it in {quarter.label}."
        yield Mark("Timely", Level.NOT_ASSESSED, reason)
        yield Mark("Complete", Level.NOT_ASSESSED, reason)
    else:
        yield _timely(requests, asked, completeness["softDeadline"], today) if sees_all else _TIMES_ARE_HIDDEN
        answered = requests["published"] + requests["nilReturns"]
        reason = f"{answered} of {asked} answers for {quarter.label} are published."
        yield Mark("Complete", _level(answered, asked), reason)
    yield _validated(found["dataQualityIssues"]["totalCount"])
    yield _granular(metric)


_TIMES_ARE_HIDDEN = Mark(
    "Timely", Level.NOT_ASSESSED, "When answers were sent is shown to those who act for all organisations."
)


def _timely(requests: Mapping[str, Any], asked: int, due: str | None, today: str) -> Mark:
    late = requests["late"]
    if due is None and late == 0:
        return Mark("Timely", Level.NOT_ASSESSED, "No day is set by which answers are due.")
    if due is not None and today <= due and late == 0:
        return Mark("Timely", Level.NOT_ASSESSED, "Answers are not due yet.")
    return Mark("Timely", _level(asked - late, asked), f"{asked - late} of {asked} answers are not late.")


def _validated(open_issues: int) -> Mark:
    if open_issues:
        these = "1 data quality issue is" if open_issues == 1 else f"{open_issues} data quality issues are"
        return Mark("Validated", Level.INSUFFICIENT, f"{these} open.")
    return Mark("Validated", Level.SUFFICIENT, "Every figure was checked when it was sent, and no issue is open.")


def _granular(metric: Mapping[str, Any]) -> Mark:
    kinds = (metric["derivedFrom"] or metric)["collectedFrom"]
    below = next((OrganisationKind(kind) for kind in _BELOW if kind in kinds), None)
    if below is None:
        return Mark("Granular", Level.INSUFFICIENT, "It is not collected from practices or networks.")
    return Mark("Granular", Level.SUFFICIENT, f"It is collected from {below.many}.")


def _level(part: int, whole: int) -> Level:
    return Level.SUFFICIENT if 100 * part >= ENOUGH * whole else Level.INSUFFICIENT
