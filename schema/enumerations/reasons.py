"""Why a statistic is not calculated."""

from enum import StrEnum

from schema.described import described


@described(
    NO_FIGURE="No figure is published.",
    WITHDRAWN="The figure is withdrawn.",
    NOT_IN_SERIES="Another figure of the same day is the point of its series.",
    NO_TARGET="No target is set.",
    NOT_JUDGED="There are targets, but none judges a figure of this period.",
    OTHER_LENGTH="The targets are for periods of another length.",
    WHOLE_COUNT="The targets are for the whole count, and this is a part of it.",
    TOO_FEW_POINTS="The series has too few points.",
    LIMITS_TOO_FEW_POINTS="There are process limits, but they rest on too few points for a verdict.",
    NO_INTERVAL="A point has no confidence interval.",
    NO_WIDTH="The confidence interval of a point has no width.",
    ALL_COUNTED="At one point the count equals the denominator.",
    NONE_COUNTED="The count is 0 at every point.",
    NO_COUNTS="The numerator and the denominator are not known.",
    NOT_FOR_THIS_UNIT="Figures of this unit have none.",
    ALL_ALIKE="All counts are 0, or all are whole.",
    FLAT="The points that it is measured from do not vary.",
    NONE_FOUND="It was calculated, and there is none.",
    LESS_THAN_A_YEAR="The figures cover less than a year.",
    NO_RATIO="The first value is 0, or the first and the last have different signs.",
    NEUTRAL="The metric is neutral.",
    NO_EARLIER_FIGURE="No earlier figure counts the same way.",
    NO_YEAR_BEFORE="No figure is published for the same period one year before.",
    NO_GROUP="The organisation was in no group of this kind.",
    NOTHING_TO_COMPARE="There is no figure to compare it with.",
    TOO_FEW_PEERS="Fewer than 5 of its peers have a figure.",
    TOTAL="The group's value is the total of its members.",
    TOO_FEW_FIGURES="Fewer than 5 organisations have a figure.",
    NO_BASELINE="The target has no baseline.",
    BASELINE_IS_TARGET="The baseline is the target.",
    ZERO_TARGET="The target is 0.",
    NO_DUE_DATE="The target has no due date.",
    DUE_DATE_PASSED="The due date has passed.",
    ALREADY_MET="The target is met.",
    OTHER_DIRECTION="The slope does not lead to the target.",
    NOTHING_EXPECTED="No baseline or milestone says what is expected by then.",
    FOR_MEMBERS="The target is for each member, so it has no figure of its own.",
    NO_ROLL_UP="Members' figures of this metric say nothing of their group's.",
    NOT_ON_RECORD="The members are not on record for this period.",
    NO_MEMBERS="The group has no members that the metric is collected from.",
    NO_MEMBERS_FIGURES="None of the members has a figure for this period.",
    NOBODY_TO_COUNT="The members have nobody to count.",
    NO_WEIGHT="The weight of the metric is 0.",
    NO_SPREAD="All organisations have the same value.",
    TOO_LITTLE_WEIGHT="There are figures for less than two thirds of the weights.",
    NO_METRIC_COUNTS="None of the metrics counts.",
)
class NotCalculatedCode(StrEnum):
    """Why a statistic is not calculated."""

    NO_FIGURE = "NO_FIGURE"
    WITHDRAWN = "WITHDRAWN"
    NOT_IN_SERIES = "NOT_IN_SERIES"
    NO_TARGET = "NO_TARGET"
    NOT_JUDGED = "NOT_JUDGED"
    OTHER_LENGTH = "OTHER_LENGTH"
    WHOLE_COUNT = "WHOLE_COUNT"
    TOO_FEW_POINTS = "TOO_FEW_POINTS"
    LIMITS_TOO_FEW_POINTS = "LIMITS_TOO_FEW_POINTS"
    NO_INTERVAL = "NO_INTERVAL"
    NO_WIDTH = "NO_WIDTH"
    ALL_COUNTED = "ALL_COUNTED"
    NONE_COUNTED = "NONE_COUNTED"
    NO_COUNTS = "NO_COUNTS"
    NOT_FOR_THIS_UNIT = "NOT_FOR_THIS_UNIT"
    ALL_ALIKE = "ALL_ALIKE"
    FLAT = "FLAT"
    NONE_FOUND = "NONE_FOUND"
    LESS_THAN_A_YEAR = "LESS_THAN_A_YEAR"
    NO_RATIO = "NO_RATIO"
    NEUTRAL = "NEUTRAL"
    NO_EARLIER_FIGURE = "NO_EARLIER_FIGURE"
    NO_YEAR_BEFORE = "NO_YEAR_BEFORE"
    NO_GROUP = "NO_GROUP"
    NOTHING_TO_COMPARE = "NOTHING_TO_COMPARE"
    TOO_FEW_PEERS = "TOO_FEW_PEERS"
    TOTAL = "TOTAL"
    TOO_FEW_FIGURES = "TOO_FEW_FIGURES"
    NO_BASELINE = "NO_BASELINE"
    BASELINE_IS_TARGET = "BASELINE_IS_TARGET"
    ZERO_TARGET = "ZERO_TARGET"
    NO_DUE_DATE = "NO_DUE_DATE"
    DUE_DATE_PASSED = "DUE_DATE_PASSED"
    ALREADY_MET = "ALREADY_MET"
    OTHER_DIRECTION = "OTHER_DIRECTION"
    NOTHING_EXPECTED = "NOTHING_EXPECTED"
    FOR_MEMBERS = "FOR_MEMBERS"
    NO_ROLL_UP = "NO_ROLL_UP"
    NOT_ON_RECORD = "NOT_ON_RECORD"
    NO_MEMBERS = "NO_MEMBERS"
    NO_MEMBERS_FIGURES = "NO_MEMBERS_FIGURES"
    NOBODY_TO_COUNT = "NOBODY_TO_COUNT"
    NO_WEIGHT = "NO_WEIGHT"
    NO_SPREAD = "NO_SPREAD"
    TOO_LITTLE_WEIGHT = "TOO_LITTLE_WEIGHT"
    NO_METRIC_COUNTS = "NO_METRIC_COUNTS"
