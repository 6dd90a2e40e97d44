"""The closed lists of the contract, each value with the sentence that the printed schema shows for it.

A value is stored in the database and sent in JSON as its own name, so a row can be read without this file.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

import strawberry

E = TypeVar("E", bound=StrEnum)


def described(**sentences: str) -> Callable[[type[E]], type[E]]:
    """A decorator that publishes a StrEnum in GraphQL; every value needs its sentence, or the import fails."""

    def publish(enumeration: type[E]) -> type[E]:
        published: Any = strawberry.enum(enumeration, description=(enumeration.__doc__ or "").strip())
        for value in published.__strawberry_definition__.values:
            value.description = sentences.pop(value.name)
        if sentences:
            raise TypeError(f"{enumeration.__name__} has no value {', '.join(sentences)}")
        return enumeration

    return publish


@described(
    PRACTICE="A general practice that holds a contract with the board.",
    PRIMARY_CARE_NETWORK="A group of practices that work together for some 30,000 to 50,000 patients.",
    HEALTH_AND_CARE_PARTNERSHIP="A place within the board's area; it has no ODS code.",
    INTEGRATED_CARE_BOARD="The statutory body that commissions primary care in an area.",
    REGION="A region of NHS England.",
    TRUST="A provider of hospital or community services.",
)
class OrganisationKind(StrEnum):
    """What an organisation is."""

    PRACTICE = "PRACTICE"
    PRIMARY_CARE_NETWORK = "PRIMARY_CARE_NETWORK"
    HEALTH_AND_CARE_PARTNERSHIP = "HEALTH_AND_CARE_PARTNERSHIP"
    INTEGRATED_CARE_BOARD = "INTEGRATED_CARE_BOARD"
    REGION = "REGION"
    TRUST = "TRUST"


@described(
    OUTSTANDING="The service is performing exceptionally well.",
    GOOD="The service is performing well and meets expectations.",
    REQUIRES_IMPROVEMENT="The service is not performing as well as it should.",
    INADEQUATE="The service is performing badly and action has been taken.",
    UNRATED="Awaiting its first inspection.",
)
class CqcRating(StrEnum):
    """An overall rating of the Care Quality Commission."""

    OUTSTANDING = "OUTSTANDING"
    GOOD = "GOOD"
    REQUIRES_IMPROVEMENT = "REQUIRES_IMPROVEMENT"
    INADEQUATE = "INADEQUATE"
    UNRATED = "UNRATED"


@described(
    COUNT="A number of things or people.",
    PERCENT="A share of a whole, 0 to 100.",
    RATE_PER_100000="Events for each 100,000 people.",
    FTE="Full-time equivalents: staff counted by contracted hours.",
    SCORE="Points on a scale that the metric defines.",
    YES_NO="1 for yes, 0 for no.",
)
class Unit(StrEnum):
    """What a metric's values are measured in."""

    COUNT = "COUNT"
    PERCENT = "PERCENT"
    RATE_PER_100000 = "RATE_PER_100000"
    FTE = "FTE"
    SCORE = "SCORE"
    YES_NO = "YES_NO"


@described(
    HIGHER_IS_BETTER="A rise is an improvement.",
    LOWER_IS_BETTER="A fall is an improvement.",
    NEUTRAL="Neither a rise nor a fall is judged.",
)
class Direction(StrEnum):
    """Which way a metric improves."""

    HIGHER_IS_BETTER = "HIGHER_IS_BETTER"
    LOWER_IS_BETTER = "LOWER_IS_BETTER"
    NEUTRAL = "NEUTRAL"


@described(
    QUARTER="An NHS financial quarter: Q1 is April to June.",
    MONTH="A calendar month.",
    FINANCIAL_YEAR="1 April to 31 March.",
    ROLLING_YEAR="Twelve months that are not a financial year.",
    SPAN="Any other stretch of days, such as a year to date.",
    SNAPSHOT="One day.",
)
class PeriodKind(StrEnum):
    """How long a period is, and what it is called."""

    QUARTER = "QUARTER"
    MONTH = "MONTH"
    FINANCIAL_YEAR = "FINANCIAL_YEAR"
    ROLLING_YEAR = "ROLLING_YEAR"
    SPAN = "SPAN"
    SNAPSHOT = "SNAPSHOT"


@described(
    SUM="Members' values are added.",
    RATIO_OF_SUMS="Members' numerators and denominators are added, then divided.",
    PERCENT_YES="The share of members that said yes.",
    PERCENT_OF_MAXIMUM="The sum of members' levels over the sum of their maxima.",
    NONE="Members' figures say nothing of the group's.",
)
class RollUp(StrEnum):
    """How members' figures make their group's."""

    SUM = "SUM"
    RATIO_OF_SUMS = "RATIO_OF_SUMS"
    PERCENT_YES = "PERCENT_YES"
    PERCENT_OF_MAXIMUM = "PERCENT_OF_MAXIMUM"
    NONE = "NONE"


@described(
    PUBLISHED="Final until a revision says otherwise.",
    PROVISIONAL="Published, and expected to be revised.",
    WITHDRAWN="Taken back; kept for the record and left out of lists unless asked for.",
)
class FigureStatus(StrEnum):
    """How far a figure can be relied on."""

    PUBLISHED = "PUBLISHED"
    PROVISIONAL = "PROVISIONAL"
    WITHDRAWN = "WITHDRAWN"


@described(
    EXACT="The source gives the number itself.",
    MORE_THAN="The source says over, or more than.",
    LESS_THAN="The source says under, or less than.",
    APPROXIMATELY="The source says about, around or some.",
)
class Qualifier(StrEnum):
    """How the source hedged a number: 'over 11 million' is MORE_THAN."""

    EXACT = "EXACT"
    MORE_THAN = "MORE_THAN"
    LESS_THAN = "LESS_THAN"
    APPROXIMATELY = "APPROXIMATELY"


@described(
    AT_LEAST="Met by the value itself and anything above.",
    MORE_THAN="Met above the value only: 90 does not meet more than 90.",
    AT_MOST="Met by the value itself and anything below.",
    LESS_THAN="Met below the value only.",
    EXACTLY="Met by the value alone.",
    BETWEEN="Met from the value to the upper value, both included.",
)
class Comparator(StrEnum):
    """How a target's value is compared with a figure; strictness is kept."""

    AT_LEAST = "AT_LEAST"
    MORE_THAN = "MORE_THAN"
    AT_MOST = "AT_MOST"
    LESS_THAN = "LESS_THAN"
    EXACTLY = "EXACTLY"
    BETWEEN = "BETWEEN"


@described(
    MET="The figure meets the target.",
    MET_AT_RISK="Met, and the interval or the process limits reach past the target.",
    LOST="An earlier period met it, the latest does not.",
    ON_TRACK="Not yet met, at or better than the trajectory, or at 95 % or more of the pace needed.",
    ACCELERATE="Improving, at 60 % or more of the pace needed.",
    LIMITED="Improving or level, at less than 60 % of the pace needed.",
    DETERIORATING="Moving away from the target.",
    MISSED="The due date has passed and the target is not met.",
    NO_DATA="No figure is published.",
    NOT_ASSESSABLE="The figures do not allow an answer; the reason says why.",
)
class TargetStatus(StrEnum):
    """Where a target stands; the first that holds, in the order of the method."""

    MET = "MET"
    MET_AT_RISK = "MET_AT_RISK"
    LOST = "LOST"
    ON_TRACK = "ON_TRACK"
    ACCELERATE = "ACCELERATE"
    LIMITED = "LIMITED"
    DETERIORATING = "DETERIORATING"
    MISSED = "MISSED"
    NO_DATA = "NO_DATA"
    NOT_ASSESSABLE = "NOT_ASSESSABLE"


@described(
    READER="Reads what is published.",
    SUBMITTER="Drafts and submits figures.",
    APPROVER="Approves and publishes figures.",
    ADMINISTRATOR="Does all of it, and keeps metrics, targets and keys.",
)
class Role(StrEnum):
    """What a key or a person may do."""

    READER = "READER"
    SUBMITTER = "SUBMITTER"
    APPROVER = "APPROVER"
    ADMINISTRATOR = "ADMINISTRATOR"


@described(
    DRAFT="Being written; nobody outside its scope sees it.",
    SUBMITTED="Waiting for a second person.",
    RETURNED="Sent back with a reason, to be edited and submitted again.",
    APPROVED="Agreed by a second person, and not yet published.",
    PUBLISHED="Its figures are published.",
    SUPERSEDED="Published, and replaced by an amendment that is published now.",
    WITHDRAWN="Published, and taken back with a reason.",
    DISCARDED="Given up before it was published; kept for the record and left out of lists unless asked for.",
)
class SubmissionStatus(StrEnum):
    """Where a submission stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    PUBLISHED = "PUBLISHED"
    SUPERSEDED = "SUPERSEDED"
    WITHDRAWN = "WITHDRAWN"
    DISCARDED = "DISCARDED"


@described(
    BLOCK="Has to be corrected.",
    NEEDS_REASON="Stands until the row says why it is right all the same.",
    INFO="Worth knowing; nothing has to be done.",
)
class Severity(StrEnum):
    """What a finding asks of whoever submits."""

    BLOCK = "BLOCK"
    NEEDS_REASON = "NEEDS_REASON"
    INFO = "INFO"


@described(
    EDIT="Change its figures or its title.",
    VALIDATE="Look at its figures again, beside what is published now.",
    SUBMIT="Hand it to a second person.",
    RECALL="Take it back from the second person.",
    APPROVE="Agree to it.",
    RETURN="Send it back with a reason.",
    PUBLISH="Publish its figures.",
    AMEND="Begin a new version of what is published.",
    WITHDRAW="Take back what is published.",
    DISCARD="Give it up.",
)
class SubmissionAction(StrEnum):
    """What can be done with a submission."""

    EDIT = "EDIT"
    VALIDATE = "VALIDATE"
    SUBMIT = "SUBMIT"
    RECALL = "RECALL"
    APPROVE = "APPROVE"
    RETURN = "RETURN"
    PUBLISH = "PUBLISH"
    AMEND = "AMEND"
    WITHDRAW = "WITHDRAW"
    DISCARD = "DISCARD"


@described(
    ADDED="No figure is published for it.",
    CHANGED="Another value is published.",
    UNCHANGED="The same is published.",
    REMOVED="A figure is published, and this version takes it back.",
)
class ChangeKind(StrEnum):
    """What an entry does to what is published now."""

    ADDED = "ADDED"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    REMOVED = "REMOVED"


@described(
    ABOVE_UPPER_LIMIT="Above the upper process limit.",
    BELOW_LOWER_LIMIT="Below the lower process limit.",
    SHIFT_ABOVE="One of seven points in a row above the mean.",
    SHIFT_BELOW="One of seven points in a row below the mean.",
    TREND_UP="One of seven points in a row, each above the one before.",
    TREND_DOWN="One of seven points in a row, each below the one before.",
    TWO_OF_THREE_HIGH="One of two points, of three in a row, near or beyond the upper limit.",
    TWO_OF_THREE_LOW="One of two points, of three in a row, near or beyond the lower limit.",
)
class SpecialCause(StrEnum):
    """A sign that a process has changed, by the rules of Making Data Count."""

    ABOVE_UPPER_LIMIT = "ABOVE_UPPER_LIMIT"
    BELOW_LOWER_LIMIT = "BELOW_LOWER_LIMIT"
    SHIFT_ABOVE = "SHIFT_ABOVE"
    SHIFT_BELOW = "SHIFT_BELOW"
    TREND_UP = "TREND_UP"
    TREND_DOWN = "TREND_DOWN"
    TWO_OF_THREE_HIGH = "TWO_OF_THREE_HIGH"
    TWO_OF_THREE_LOW = "TWO_OF_THREE_LOW"


@described(
    WILSON="Wilson's score interval, of a proportion.",
    BYAR="Byar's approximation, of a count of 10 or more.",
    EXACT_POISSON="The exact Poisson interval, of a count below 10.",
    AS_PUBLISHED="The interval that the source printed.",
)
class IntervalMethod(StrEnum):
    """How a confidence interval was reckoned."""

    WILSON = "WILSON"
    BYAR = "BYAR"
    EXACT_POISSON = "EXACT_POISSON"
    AS_PUBLISHED = "AS_PUBLISHED"


@described(
    HIGHER="The benchmark is below the interval.",
    SIMILAR="The benchmark is within the interval, its limits included.",
    LOWER="The benchmark is above the interval.",
    NOT_COMPARED="There is no interval; the reason says why.",
)
class Significance(StrEnum):
    """How a figure stands to a benchmark, by its confidence interval."""

    HIGHER = "HIGHER"
    SIMILAR = "SIMILAR"
    LOWER = "LOWER"
    NOT_COMPARED = "NOT_COMPARED"


@described(
    BETTER="Better than the benchmark, by the metric's direction.",
    SIMILAR="Not significantly different.",
    WORSE="Worse than the benchmark, by the metric's direction.",
    NOT_JUDGED="The metric is neutral, or there is nothing to judge by.",
)
class Judgement(StrEnum):
    """What a comparison means."""

    BETTER = "BETTER"
    SIMILAR = "SIMILAR"
    WORSE = "WORSE"
    NOT_JUDGED = "NOT_JUDGED"


@described(
    IMPROVEMENT="A special cause, on the better side.",
    CONCERN="A special cause, on the worse side.",
    NEUTRAL_HIGH="A special cause upward, of a neutral metric.",
    NEUTRAL_LOW="A special cause downward, of a neutral metric.",
    COMMON_CAUSE="Nothing but the ordinary ups and downs.",
    NOT_ASSESSABLE="Too few points.",
)
class Variation(StrEnum):
    """What the latest point of a series says of its process, by the rules of Making Data Count."""

    IMPROVEMENT = "IMPROVEMENT"
    CONCERN = "CONCERN"
    NEUTRAL_HIGH = "NEUTRAL_HIGH"
    NEUTRAL_LOW = "NEUTRAL_LOW"
    COMMON_CAUSE = "COMMON_CAUSE"
    NOT_ASSESSABLE = "NOT_ASSESSABLE"


@described(
    CONSISTENTLY_PASS="The process limits meet the target: the process will, unless it changes.",  # noqa: S106
    CONSISTENTLY_FAIL="The process limits miss the target: the process will, unless it changes.",
    INCONSISTENT="The target is within the limits: met or missed by chance.",
    NOT_ASSESSABLE="No target, or too few points.",
)
class Assurance(StrEnum):
    """Whether a process can be relied on to meet its target."""

    CONSISTENTLY_PASS = "CONSISTENTLY_PASS"  # noqa: S105
    CONSISTENTLY_FAIL = "CONSISTENTLY_FAIL"
    INCONSISTENT = "INCONSISTENT"
    NOT_ASSESSABLE = "NOT_ASSESSABLE"


@described(
    INCREASING="The last five points rise significantly.",
    DECREASING="The last five points fall significantly.",
    NO_SIGNIFICANT_CHANGE="Neither.",
    NOT_ASSESSABLE="Fewer than five points, or no intervals; the reasons say which.",
)
class TrendDirection(StrEnum):
    """Where the latest five points of a series go."""

    INCREASING = "INCREASING"
    DECREASING = "DECREASING"
    NO_SIGNIFICANT_CHANGE = "NO_SIGNIFICANT_CHANGE"
    NOT_ASSESSABLE = "NOT_ASSESSABLE"
