"""Metrics: units, directions, how figures count, periods and roll-ups."""

from enum import StrEnum

from schema.described import described


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
    LIST_SIZE="How many people are registered with it.",
    DEPRIVATION="How deprived they are, such as the score of the Index of Multiple Deprivation.",
)
class PopulationTrait(StrEnum):
    """What a metric says about the people that an organisation serves."""

    LIST_SIZE = "LIST_SIZE"
    DEPRIVATION = "DEPRIVATION"


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
