"""The fixed lists of the contract, each value with the sentence that the printed schema shows for it.

A value is stored in the database and sent in JSON as its own name, so a row can be read without this file.
"""

from enum import StrEnum

from schema.described import described


@described(
    PRACTICE="A general practice that holds a contract with the ICB.",
    PRIMARY_CARE_NETWORK="A group of practices that work together for some 30,000 to 50,000 patients.",
    HEALTH_AND_CARE_PARTNERSHIP="A place within the ICB's area. It has no ODS code.",
    INTEGRATED_CARE_BOARD="The statutory body that commissions primary care in an area.",
    REGION="A region of NHS England.",
    TRUST="A provider of hospital or community services.",
)
class OrganisationKind(StrEnum):
    """The kind of an organisation."""

    PRACTICE = "PRACTICE"
    PRIMARY_CARE_NETWORK = "PRIMARY_CARE_NETWORK"
    HEALTH_AND_CARE_PARTNERSHIP = "HEALTH_AND_CARE_PARTNERSHIP"
    INTEGRATED_CARE_BOARD = "INTEGRATED_CARE_BOARD"
    REGION = "REGION"
    TRUST = "TRUST"

    @property
    def one(self) -> str:
        """One of them in words: an integrated care board."""
        words = self.replace("_", " ").lower()
        return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"

    @property
    def many(self) -> str:
        """Several of them in words: integrated care boards."""
        return f"{self.replace('_', ' ').lower()}s"


@described(
    OUTSTANDING="The service is performing exceptionally well.",
    GOOD="The service is performing well and meets expectations.",
    REQUIRES_IMPROVEMENT="The service is not performing as well as it should.",
    INADEQUATE="The service is performing badly and action has been taken.",
    UNRATED="Awaiting its first inspection.",
)
class CqcRating(StrEnum):
    """An overall rating by the Care Quality Commission (CQC)."""

    OUTSTANDING = "OUTSTANDING"
    GOOD = "GOOD"
    REQUIRES_IMPROVEMENT = "REQUIRES_IMPROVEMENT"
    INADEQUATE = "INADEQUATE"
    UNRATED = "UNRATED"


@described(
    COUNT="A number of people or things.",
    PERCENT="A share of a whole, 0 to 100.",
    RATE_PER_100000="Events per 100,000 people.",
    FTE="Full-time equivalents: staff counted by contracted hours.",
    SCORE="Points on a scale that the metric defines.",
    YES_NO="1 for yes, 0 for no.",
)
class Unit(StrEnum):
    """The unit of a metric's values."""

    COUNT = "COUNT"
    PERCENT = "PERCENT"
    RATE_PER_100000 = "RATE_PER_100000"
    FTE = "FTE"
    SCORE = "SCORE"
    YES_NO = "YES_NO"


@described(
    HIGHER_IS_BETTER="Higher is better.",
    LOWER_IS_BETTER="Lower is better.",
    NEUTRAL="Neither higher nor lower is better.",
)
class Direction(StrEnum):
    """Whether higher or lower values of a metric are better."""

    HIGHER_IS_BETTER = "HIGHER_IS_BETTER"
    LOWER_IS_BETTER = "LOWER_IS_BETTER"
    NEUTRAL = "NEUTRAL"


@described(
    AT_DATE="How many, or what share, on the last day of the period: practices, staff.",
    OVER_PERIOD="How many, or what share, in the whole period: appointments in a quarter.",
    YEAR_TO_DATE="How many from 1 April to the last day of the period.",
    SINCE="How many from a launch day to the last day of the period.",
)
class Counts(StrEnum):
    """How the figures of a metric count."""

    AT_DATE = "AT_DATE"
    OVER_PERIOD = "OVER_PERIOD"
    YEAR_TO_DATE = "YEAR_TO_DATE"
    SINCE = "SINCE"


@described(
    DAY="Single days. Of what is counted on a day, all figures.",
    MONTH="Calendar months.",
    QUARTER="NHS financial quarters.",
    YEAR="Financial years. Of a count from 1 April, the count to the same day of each year.",
    ROLLING_YEAR="Twelve months that are not a financial year.",
    SPAN="Stretches as long as the latest. Of a count since a launch, that count.",
)
class Frequency(StrEnum):
    """The length of the periods of a series."""

    DAY = "DAY"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"
    ROLLING_YEAR = "ROLLING_YEAR"
    SPAN = "SPAN"


@described(
    QUARTER="An NHS financial quarter: Q1 is April to June.",
    MONTH="A calendar month.",
    FINANCIAL_YEAR="1 April to 31 March.",
    ROLLING_YEAR="Twelve months that are not a financial year.",
    SPAN="Any other stretch of days, such as a year to date.",
    SNAPSHOT="One day.",
)
class PeriodKind(StrEnum):
    """The kind of a period."""

    QUARTER = "QUARTER"
    MONTH = "MONTH"
    FINANCIAL_YEAR = "FINANCIAL_YEAR"
    ROLLING_YEAR = "ROLLING_YEAR"
    SPAN = "SPAN"
    SNAPSHOT = "SNAPSHOT"


@described(
    SUM="Members' values are added.",
    RATIO_OF_SUMS="Members' numerators and denominators are added, then divided.",
    PERCENT_YES="The percentage of members that said yes.",
    COUNT_YES="The number of members that said yes.",
    PERCENT_OF_MAXIMUM="The sum of members' levels as a percentage of the highest possible sum.",
    NONE="The group's figure cannot be calculated from its members' figures.",
)
class RollUp(StrEnum):
    """How a group's figure is calculated from its members' figures."""

    SUM = "SUM"
    RATIO_OF_SUMS = "RATIO_OF_SUMS"
    PERCENT_YES = "PERCENT_YES"
    COUNT_YES = "COUNT_YES"
    PERCENT_OF_MAXIMUM = "PERCENT_OF_MAXIMUM"
    NONE = "NONE"


@described(
    PUBLISHED="Final, unless it is corrected.",
    PROVISIONAL="Published, and expected to be revised.",
    WITHDRAWN="Withdrawn. Kept on record, and left out of lists unless you ask for it.",
)
class FigureStatus(StrEnum):
    """Whether a figure is final, provisional or withdrawn."""

    PUBLISHED = "PUBLISHED"
    PROVISIONAL = "PROVISIONAL"
    WITHDRAWN = "WITHDRAWN"


@described(
    SENT="Somebody sent it, or it was imported from a publication.",
    DERIVED="It was calculated from other figures, such as those of the organisation's members.",
)
class FigureOrigin(StrEnum):
    """Whether a figure was sent, or calculated from other figures."""

    SENT = "SENT"
    DERIVED = "DERIVED"


@described(
    EXACT="The source gives an exact number.",
    MORE_THAN="The source says over, or more than.",
    LESS_THAN="The source says under, or less than.",
    APPROXIMATELY="The source says about, around or some.",
)
class Qualifier(StrEnum):
    """Whether the source gave an exact number or an approximation. 'Over 11 million' is MORE_THAN."""

    EXACT = "EXACT"
    MORE_THAN = "MORE_THAN"
    LESS_THAN = "LESS_THAN"
    APPROXIMATELY = "APPROXIMATELY"


@described(
    AT_LEAST="Met by this value or more.",
    MORE_THAN="Met only by more than this value. 90 does not meet more than 90.",
    AT_MOST="Met by this value or less.",
    LESS_THAN="Met only by less than this value.",
    EXACTLY="Met only by exactly this value.",
    BETWEEN="Met from the value to the upper value, inclusive.",
)
class Comparator(StrEnum):
    """How a figure is compared with a target's value. 90 does not meet MORE_THAN 90."""

    AT_LEAST = "AT_LEAST"
    MORE_THAN = "MORE_THAN"
    AT_MOST = "AT_MOST"
    LESS_THAN = "LESS_THAN"
    EXACTLY = "EXACTLY"
    BETWEEN = "BETWEEN"


@described(
    MET="The figure meets the target.",
    MET_AT_RISK="Met, but the confidence interval or the process limits reach past the target.",
    LOST="Met in an earlier period, but not in the latest.",
    ON_TRACK="Not yet met, but on or ahead of the trajectory, or at 95 % or more of the pace needed.",
    ACCELERATE="Improving, at 60 % or more of the pace needed.",
    LIMITED="Improving or level, at less than 60 % of the pace needed.",
    DETERIORATING="Moving away from the target.",
    MISSED="The due date has passed and the target is not met.",
    NO_DATA="No figure is published.",
    NOT_ASSESSABLE="Cannot be assessed. The reason says why.",
)
class TargetStatus(StrEnum):
    """The status of a target: the first one that applies, in the order of the method."""

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
    HOLD="It must be met by the due date, and stay met after it: a share, a level, staff.",
    REACH="It must be met by the due date. The last figure until then decides for ever: a count.",
)
class TargetKind(StrEnum):
    """Whether a target must be held after its due date, or reached by it."""

    HOLD = "HOLD"
    REACH = "REACH"


@described(
    READER="Reads published figures.",
    SUBMITTER="Drafts and submits figures.",
    APPROVER="Approves and publishes figures.",
    ADMINISTRATOR="Does all of this, and manages metrics, targets and keys.",
)
class Role(StrEnum):
    """What a person or a key can do."""

    READER = "READER"
    SUBMITTER = "SUBMITTER"
    APPROVER = "APPROVER"
    ADMINISTRATOR = "ADMINISTRATOR"


@described(
    DRAFT="Being written. Nobody outside its scope sees it.",
    SUBMITTED="Waiting for a second person.",
    RETURNED="Sent back with a reason, to be edited and submitted again.",
    APPROVED="Approved by a second person, and not yet published.",
    PUBLISHED="Its figures are published.",
    SUPERSEDED="Replaced by a published amendment.",
    WITHDRAWN="Withdrawn after publication, with a reason.",
    DISCARDED="Discarded before publication. Kept on record, and left out of lists unless you ask for it.",
)
class SubmissionStatus(StrEnum):
    """The status of a submission."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    PUBLISHED = "PUBLISHED"
    SUPERSEDED = "SUPERSEDED"
    WITHDRAWN = "WITHDRAWN"
    DISCARDED = "DISCARDED"


@described(
    BLOCK="You must correct it.",
    NEEDS_REASON="You must correct it, or give a reason why it is right.",
    INFO="For information. No action needed.",
)
class Severity(StrEnum):
    """What you need to do about a finding."""

    BLOCK = "BLOCK"
    NEEDS_REASON = "NEEDS_REASON"
    INFO = "INFO"


@described(
    EDIT="Change the figures or the title.",
    VALIDATE="Check the figures again, against what is published now.",
    SUBMIT="Send it to a second person for approval.",
    RECALL="Take it back before it is approved.",
    APPROVE="Approve it.",
    RETURN="Send it back with a reason.",
    PUBLISH="Publish its figures.",
    AMEND="Create an amendment of what is published.",
    WITHDRAW="Withdraw what is published.",
    DISCARD="Discard it.",
)
class SubmissionAction(StrEnum):
    """An action on a submission."""

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
    CHANGED="A different value is published.",
    UNCHANGED="The same value is published.",
    REMOVED="A figure is published, and this version withdraws it.",
)
class ChangeKind(StrEnum):
    """How publishing an entry changes what is published."""

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
    WILSON="Wilson's score interval, for a proportion.",
    BYAR="Byar's approximation, for a count of 10 or more.",
    EXACT_POISSON="The exact Poisson interval, for a count below 10.",
    AS_PUBLISHED="The interval that the source printed.",
)
class IntervalMethod(StrEnum):
    """How a confidence interval was calculated."""

    WILSON = "WILSON"
    BYAR = "BYAR"
    EXACT_POISSON = "EXACT_POISSON"
    AS_PUBLISHED = "AS_PUBLISHED"


@described(
    HIGHER="The benchmark is below the interval.",
    SIMILAR="The benchmark is within the interval, its limits included.",
    LOWER="The benchmark is above the interval.",
    NOT_COMPARED="There is no interval. The reason says why.",
)
class Significance(StrEnum):
    """How a figure compares with a benchmark, by its confidence interval."""

    HIGHER = "HIGHER"
    SIMILAR = "SIMILAR"
    LOWER = "LOWER"
    NOT_COMPARED = "NOT_COMPARED"


@described(
    BETTER="Better than the benchmark, by the metric's direction.",
    SIMILAR="Not significantly different.",
    WORSE="Worse than the benchmark, by the metric's direction.",
    NOT_JUDGED="The metric is neutral, or there is no confidence interval.",
)
class Judgement(StrEnum):
    """Whether a difference is better or worse."""

    BETTER = "BETTER"
    SIMILAR = "SIMILAR"
    WORSE = "WORSE"
    NOT_JUDGED = "NOT_JUDGED"


@described(
    IMPROVEMENT="A special cause that is an improvement.",
    CONCERN="A special cause that is a concern.",
    NEUTRAL_HIGH="A special cause upwards, for a neutral metric.",
    NEUTRAL_LOW="A special cause downwards, for a neutral metric.",
    COMMON_CAUSE="Common cause variation: no significant change.",
    NOT_ASSESSABLE="Too few points.",
)
class Variation(StrEnum):
    """What the latest point of a series says about the process, by the rules of Making Data Count."""

    IMPROVEMENT = "IMPROVEMENT"
    CONCERN = "CONCERN"
    NEUTRAL_HIGH = "NEUTRAL_HIGH"
    NEUTRAL_LOW = "NEUTRAL_LOW"
    COMMON_CAUSE = "COMMON_CAUSE"
    NOT_ASSESSABLE = "NOT_ASSESSABLE"


@described(
    CONSISTENTLY_PASS="Both process limits meet the target. The process will meet it unless it changes.",  # noqa: S106
    CONSISTENTLY_FAIL="Both process limits miss the target. The process will miss it unless it changes.",
    INCONSISTENT="The target is between the process limits. The process may meet or miss it.",
    NOT_ASSESSABLE="No target, or too few points.",
)
class Assurance(StrEnum):
    """Whether a process is likely to meet its target."""

    CONSISTENTLY_PASS = "CONSISTENTLY_PASS"  # noqa: S105
    CONSISTENTLY_FAIL = "CONSISTENTLY_FAIL"
    INCONSISTENT = "INCONSISTENT"
    NOT_ASSESSABLE = "NOT_ASSESSABLE"


@described(
    INCREASING="The last 5 points rise significantly.",
    DECREASING="The last 5 points fall significantly.",
    NO_SIGNIFICANT_CHANGE="Neither.",
    NOT_ASSESSABLE="Cannot be assessed. `Series.reasons` says why.",
)
class TrendDirection(StrEnum):
    """The direction of the latest 5 points of a series."""

    INCREASING = "INCREASING"
    DECREASING = "DECREASING"
    NO_SIGNIFICANT_CHANGE = "NO_SIGNIFICANT_CHANGE"
    NOT_ASSESSABLE = "NOT_ASSESSABLE"


@described(
    NOT_STARTED="Nothing has been sent, as far as you can see: drafts outside your scope count as not started.",
    DRAFT="It is in a draft.",
    SUBMITTED="It has been submitted, and waits for approval or publication.",
    RETURNED="It was returned to the person who sent it.",
    PUBLISHED="A figure is published.",
    NIL="A nil return is published: there is no figure.",
    EXEMPT="The organisation does not have to answer.",
)
class RequestState(StrEnum):
    """How far the answer to a request for a figure has come."""

    NOT_STARTED = "NOT_STARTED"
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    PUBLISHED = "PUBLISHED"
    NIL = "NIL"
    EXEMPT = "EXEMPT"
