"""Why a statistic is not calculated, in words: one clause for each code, which sentences are made of."""

from dataclasses import dataclass

from schema.enumerations import NotCalculatedCode as Code

CLAUSES: dict[Code, str] = {
    Code.NO_FIGURE: "no figure is published for it",
    Code.WITHDRAWN: "the figure is withdrawn",
    Code.NOT_IN_SERIES: "another figure of the same day is the point of its series",
    Code.NO_TARGET: "no target is set",
    Code.NOT_JUDGED: "none of its targets judges a figure of this period",
    Code.OTHER_LENGTH: "its targets are for periods of another length",
    Code.WHOLE_COUNT: "its targets are for the whole count, not for parts of it",
    Code.TOO_FEW_POINTS: "{what} at least {least} points; {there_are}{since}",
    Code.LIMITS_TOO_FEW_POINTS: "the limits rest on {points} points{since}; {least} are needed",
    Code.NO_INTERVAL: "a point has no confidence interval",
    Code.NO_WIDTH: "the confidence interval of a point has no width",
    Code.ALL_COUNTED: "at one point the count equals the denominator",
    Code.NONE_COUNTED: "the count is 0 at every point",
    Code.NO_COUNTS: "{whose} numerator and denominator are not known",
    Code.NOT_FOR_THIS_UNIT: "figures of this unit have none",
    Code.ALL_ALIKE: "all counts are 0, or all are whole",
    Code.FLAT: "the first {points} points do not vary",
    Code.NONE_FOUND: "it was calculated, and there is none",
    Code.LESS_THAN_A_YEAR: "the figures cover less than a year",
    Code.NO_RATIO: "the first value is 0, or the first and the last have different signs",
    Code.NEUTRAL: "the metric is neutral",
    Code.NO_EARLIER_FIGURE: "no earlier figure counts the same way",
    Code.NO_YEAR_BEFORE: "no figure is published for the same period one year before",
    Code.NO_GROUP: "it was in no such group when the period ended",
    Code.NOTHING_TO_COMPARE: "there is no figure to compare it with",
    Code.TOO_FEW_PEERS: "fewer than 5 of its peers have a figure",
    Code.TOTAL: "the group's value is the total of its members",
    Code.TOO_FEW_FIGURES: "fewer than 5 organisations have a figure",
    Code.NO_BASELINE: "the target has no baseline",
    Code.BASELINE_IS_TARGET: "the baseline is the target",
    Code.ZERO_TARGET: "the target is 0",
    Code.NO_DUE_DATE: "the target has no due date",
    Code.DUE_DATE_PASSED: "the due date has passed",
    Code.ALREADY_MET: "the target is met",
    Code.OTHER_DIRECTION: "the slope does not lead to the target",
    Code.NOTHING_EXPECTED: "no baseline or milestone says what is expected by then",
    Code.FOR_MEMBERS: "the target is for each member, so it has no figure of its own",
    Code.NO_ROLL_UP: "members' figures of this metric say nothing of their group's",
    Code.NOT_ON_RECORD: "its members are not on record before {day}",
    Code.NO_MEMBERS: "it has no members that this metric is collected from",
    Code.NO_MEMBERS_FIGURES: "none of its members has a figure for this period",
    Code.NOBODY_TO_COUNT: "the members have nobody to count",
    Code.NO_WEIGHT: "its weight is 0",
    Code.NO_SPREAD: "all organisations have the same value",
    Code.TOO_LITTLE_WEIGHT: "it has figures for less than two thirds of the weights",
    Code.NO_METRIC_COUNTS: "none of the metrics counts: see the parts",
}


@dataclass(frozen=True)
class Why:
    """Why something is not calculated: the code, and a clause that a sentence can go on with."""

    code: Code
    clause: str

    @property
    def sentence(self) -> str:
        """The clause as a sentence."""
        return f"{self.clause[0].upper()}{self.clause[1:]}."


def why(code: Code, **details: object) -> Why:
    """A reason, with what its clause leaves open."""
    return Why(code, CLAUSES[code].format(**details))
