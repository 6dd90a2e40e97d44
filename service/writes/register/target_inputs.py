"""What can be wrong with a target in itself: its bounds, its dates, its milestones and its reason."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from schema.commands.targets import SetTargetInput
from schema.decimals import exact
from schema.enumerations import Comparator, Counts, OrganisationKind, Unit
from schema.periods import long_date
from schema.tables import MetricRow, OrganisationRow
from schema.units import unit_rules
from service.statistics import sentences
from service.statistics.goals import Goal
from service.statistics.lengths import AS_LONG_AS
from service.writes.limits import DATE_LIMITS, NUMBER_LIMITS, is_out_of_range, is_storable
from service.writes.outcome import Problem, in_words, notice, problem, stripped, unusable_texts

MOST_MILESTONES = 40
MOST_MEMBERS = 100_000
# The kinds of organisation that have members.
GROUPS = {
    OrganisationKind.PRIMARY_CARE_NETWORK,
    OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP,
    OrganisationKind.INTEGRATED_CARE_BOARD,
    OrganisationKind.REGION,
}


def malformed(
    request: SetTargetInput,
    metric: MetricRow | None,
    organisation: OrganisationRow | None,
    members: OrganisationKind | None,
) -> Iterator[Problem]:
    """Everything that is wrong with a target in itself; `members` is the kind that it is for, or None."""
    if stripped(request.reason) is None:
        yield problem("target/no-reason", "You need a reason to set or change a target.", "reason")
    yield from unusable_texts({"reason": request.reason, "source": request.source})
    yield from _wrong_bounds(request)
    yield from _wrong_dates(request)
    yield from _wrong_milestones(request)
    yield from _wrong_frequency(request, metric)
    yield from _wrong_members(request, organisation, members)
    for name, number in _numbers(request):
        yield from _wrong_number(name, number, metric)


def doubtful(
    request: SetTargetInput, metric: MetricRow, organisation: OrganisationRow, today: dt.date
) -> Iterator[Problem]:
    """What is possible, and seldom meant: the target is set, and the answer says so."""
    if request.due is not None and request.due < today:
        message = f"The due date, {long_date(request.due)}, has passed."
        yield notice("target/due-in-past", message, "due")
    closed = organisation.closed_on
    if closed is not None and (request.due is None or closed < request.due):
        message = f"{organisation.name} closed on {long_date(closed)}, before the target is due."
        yield notice("target/closed-organisation", message, "due")
    unit, value, baseline = Unit(metric.unit), exact(request.value) or Decimal(0), exact(request.baseline)
    goal = Goal(request.comparator, value, unit, exact(request.upper_value))
    if baseline is not None and goal.is_met_by(baseline):
        message = f"The baseline, {sentences.number(unit, baseline)}, already meets {sentences.target(goal)}."
        yield notice("target/baseline-meets", message, "baseline")
    if unit is Unit.PERCENT and 0 < value < 1:
        message = f"The value is {sentences.number(unit, value)}, less than 1%."
        yield notice("target/looks-like-a-share", message, "value")


def _numbers(request: SetTargetInput) -> Iterator[tuple[str, float]]:
    named = {"value": request.value, "upperValue": request.upper_value, "baseline": request.baseline}
    yield from ((name, number) for name, number in named.items() if number is not None)
    yield from (("milestones", each.value) for each in request.milestones or ())


def _wrong_number(name: str, number: float, metric: MetricRow | None) -> Iterator[Problem]:
    value = exact(number)
    if value is None or not value.is_finite() or is_out_of_range(value):
        yield problem("target/malformed", f"The {in_words(name)} is {number:g}; it must be {NUMBER_LIMITS}.", name)
    elif metric is not None and metric.unit == Unit.PERCENT and not 0 <= value <= 100:
        message = (
            f"The {in_words(name)} is {number:g}; {unit_rules(metric.unit).name.lower()} must be between 0 and 100."
        )
        yield problem("target/malformed", message, name)


def _wrong_frequency(request: SetTargetInput, metric: MetricRow | None) -> Iterator[Problem]:
    if request.frequency is None or metric is None:
        return
    if metric.counts != Counts.OVER_PERIOD:
        message = f"A target of {metric.name} has no frequency: only a metric that counts over a period has one."
        yield problem("target/malformed", message, "frequency")
    elif request.frequency not in AS_LONG_AS:
        message = f"The frequency is {request.frequency}; it must be one of {', '.join(AS_LONG_AS)}."
        yield problem("target/malformed", message, "frequency")


def _wrong_members(
    request: SetTargetInput, organisation: OrganisationRow | None, members: OrganisationKind | None
) -> Iterator[Problem]:
    number, percent = request.members_needed, request.members_needed_percent
    if members is None and (number is not None or percent is not None):
        message = "Only a target for members asks for a number of them: say for which kind of member it is."
        yield problem("target/malformed", message, "appliesTo")
    if members is not None and organisation is not None and organisation.kind not in GROUPS:
        message = f"{organisation.name} has no members that a target could be for."
        yield problem("target/malformed", message, "appliesTo")
    if number is not None and percent is not None:
        yield problem("target/malformed", "Send a number or a percentage of members, not both.", "membersNeeded")
    if number is not None and not 1 <= number <= MOST_MEMBERS:
        message = f"The number of members is {number}; it must be between 1 and {MOST_MEMBERS:,}."
        yield problem("target/malformed", message, "membersNeeded")
    if percent is not None and not 0 < percent <= 100:
        message = f"The percentage of members is {percent:g}; it must be above 0, and 100 at most."
        yield problem("target/malformed", message, "membersNeededPercent")


def _wrong_bounds(request: SetTargetInput) -> Iterator[Problem]:
    if (request.comparator == Comparator.BETWEEN) != (request.upper_value is not None):
        message = "A target between two values needs an upper one, and no other target has one."
        yield problem("target/malformed", message, "upperValue")
    elif request.upper_value is not None and request.upper_value < request.value:
        yield problem("target/malformed", "The upper value is below the value.", "upperValue")


def _wrong_dates(request: SetTargetInput) -> Iterator[Problem]:
    days = {
        "baselineOn": request.baseline_on,
        "start": request.start,
        "due": request.due,
        "countsFrom": request.counts_from,
    }
    for name, day in days.items():
        if not is_storable(day):
            yield problem("target/malformed", f"The {in_words(name)} is {day}; it must be {DATE_LIMITS}.", name)
    if (request.baseline is None) != (request.baseline_on is None):
        yield problem("target/malformed", "Send both a baseline and its date, or neither.", "baselineOn")
    if request.baseline_on is not None and request.due is not None and request.baseline_on >= request.due:
        yield problem("target/malformed", "The baseline is not before the due date.", "baselineOn")
    if request.start is not None and request.due is not None and request.start >= request.due:
        yield problem("target/malformed", "The start is not before the due date.", "start")
    if request.counts_from is not None and request.due is not None and request.counts_from > request.due:
        yield problem("target/malformed", "The target counts from a day after its due date.", "countsFrom")


def _wrong_milestones(request: SetTargetInput) -> Iterator[Problem]:
    milestones = request.milestones or []
    for each in milestones:
        if not is_storable(each.due):
            message = f"The date of a milestone is {each.due}; it must be {DATE_LIMITS}."
            yield problem("target/malformed", message, "milestones")
        is_after_baseline = request.baseline_on is None or each.due > request.baseline_on
        if request.due is None or each.due >= request.due or not is_after_baseline:
            message = f"The milestone of {each.due} is not between the baseline and the due date."
            yield problem("target/malformed", message, "milestones")
    if len(milestones) > MOST_MILESTONES or len({each.due for each in milestones}) < len(milestones):
        message = (
            f"There are {len(milestones)} milestones. A target can have {MOST_MILESTONES}, each with its own date."
        )
        yield problem("target/malformed", message, "milestones")
