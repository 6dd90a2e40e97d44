"""What the methods say about a figure or a series."""

from enum import StrEnum

from schema.described import described


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
    PUBLISHED="The figure that is published for the other organisation.",
    ROLLED_UP="Calculated from its members' figures, because no figure is published for it.",
    PEERS="The median of the figures of the other members of its kind.",
)
class ComparisonBasis(StrEnum):
    """Where the value that a figure is compared with comes from."""

    PUBLISHED = "PUBLISHED"
    ROLLED_UP = "ROLLED_UP"
    PEERS = "PEERS"


@described(
    FUNNEL_OF_PROPORTIONS="By how far a proportion is from that of all together, for its denominator.",
    FUNNEL_OF_RATES="By how far a rate is from that of all together, for its denominator.",
    MODIFIED_Z="By how far a value is from the median, in median absolute deviations. It needs no counts.",
)
class OutlierMethod(StrEnum):
    """How it was found out which organisations stand out."""

    FUNNEL_OF_PROPORTIONS = "FUNNEL_OF_PROPORTIONS"
    FUNNEL_OF_RATES = "FUNNEL_OF_RATES"
    MODIFIED_Z = "MODIFIED_Z"


@described(
    SPECIAL_CAUSE="By the figures before it: a special cause that the figure before did not have.",
    DRIFT="By the figures before it: a lasting drift, found by a cumulative sum (CUSUM).",
    OUTLIER="By its peers: the organisations of its kind with a figure for the period.",
)
class NoteKind(StrEnum):
    """How a figure of note differs."""

    SPECIAL_CAUSE = "SPECIAL_CAUSE"
    DRIFT = "DRIFT"
    OUTLIER = "OUTLIER"


@described(
    P="Of proportions: each point is a numerator of its denominator.",
    U="Of rates: each point is a count for its denominator.",
)
class CountChartMethod(StrEnum):
    """Which chart of counts it is."""

    P = "P"
    U = "U"


@described(
    SUBSTANTIAL="1.5% a year or more, in the metric's direction.",
    MODERATE="0.5% a year or more.",
    LIMITED="No change, or less than 0.5% a year.",
    DETERIORATION="Against the metric's direction.",
)
class GrowthProgress(StrEnum):
    """Progress without a target, by compound annual growth."""

    SUBSTANTIAL = "SUBSTANTIAL"
    MODERATE = "MODERATE"
    LIMITED = "LIMITED"
    DETERIORATION = "DETERIORATION"


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
