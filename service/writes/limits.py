"""What commands can keep: the longest texts, the largest and smallest numbers, the first and the last dates."""

import datetime as dt
from decimal import Decimal

from schema.periods import long_date

# No count of people, appointments or pounds in an area comes near it; a slip of the keyboard does.
LARGEST = Decimal(10) ** 12
SMALLEST = Decimal(10) ** -6
LONGEST_TEXT = 2_000
# The most figures, and the most submissions, of one command.
MOST_FIGURES = 10_000
# Other commands wait while a file is carried out.
MOST_CHANGES = 500
MOST_SUBMISSIONS = 500
OF_COMMANDS = {
    "figures of `updateQuarterlyFigures` or `saveSubmission`": MOST_FIGURES,
    "submissions of `publishSubmissions`": MOST_SUBMISSIONS,
    "figures of all submissions of `publishSubmissions`": MOST_FIGURES,
    "changes of the register in one file of `tracker register`": MOST_CHANGES,
}
# From the year in which the NHS began. Beyond, PostgreSQL's drivers make infinities of the first day and the last.
FIRST_DAY, LAST_DAY = dt.date(1948, 1, 1), dt.date(2099, 12, 31)

# The limits in words, as they follow "it must be".
NUMBER_LIMITS = "0, or between 0.000001 and 1,000,000,000,000 (or the same below 0)"
DATE_LIMITS = f"between {long_date(FIRST_DAY)} and {long_date(LAST_DAY)}"


def is_unusable(text: str | None, longest: int = LONGEST_TEXT) -> bool:
    """Whether a text cannot be kept: too long, or with a NUL, which PostgreSQL has no place for."""
    return text is not None and (len(text) > longest or "\x00" in text)


def is_out_of_range(number: Decimal) -> bool:
    """Whether a finite number is larger than anything that is counted here, or smaller and yet not 0."""
    return abs(number) > LARGEST or 0 < abs(number) < SMALLEST


def is_storable(day: dt.date | None) -> bool:
    """Whether a date is within the limits, or is left out."""
    return day is None or FIRST_DAY <= day <= LAST_DAY
