"""What a paper's outline is made of, and what a published change is a change from: values of data, not of the API."""

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum

from schema.periods import Period, in_month, years_later


class OutlineKind(StrEnum):
    """What one line of a paper's outline becomes. A ROW belongs to the table before it."""

    TITLE = "TITLE"
    # Words with places for figures.
    SENTENCE = "SENTENCE"
    # A table with the latest figure of each metric in its rows.
    FIGURES = "FIGURES"
    # The same with what each metric's target asks for.
    GOALS = "GOALS"
    # A table with a row for each partnership and a column for each metric in its rows.
    PARTNERSHIPS = "PARTNERSHIPS"
    # Which networks and orphan practices belong to each partnership.
    MEMBERS = "MEMBERS"
    # A rate of each board with its limits, the region's, and the published difference.
    BOARDS = "BOARDS"
    # Every target with its status.
    TARGETS = "TARGETS"
    ROW = "ROW"


class Baseline(StrEnum):
    """The earlier figure that a published change starts from."""

    YEAR_BEFORE = "YEAR_BEFORE"
    TWO_YEARS_BEFORE = "TWO_YEARS_BEFORE"
    # January of the same year.
    JANUARY = "JANUARY"

    def is_of(self, later: dt.date, earlier: dt.date) -> bool:
        """Whether a period that ends on the earlier day is the baseline of one that ends on the later."""
        match self:
            case Baseline.JANUARY:
                return (earlier.year, earlier.month) == (later.year, 1) and later.month > 1
            case Baseline.YEAR_BEFORE:
                return (later - earlier).days in {365, 366}
            case Baseline.TWO_YEARS_BEFORE:
                return (later - earlier).days in {730, 731}

    def before(self, period: Period) -> Period | None:
        """The period, of the same kind, whose figure is the baseline of a period's; None where there is none."""
        match self:
            case Baseline.JANUARY:
                return in_month(period, 1) if period.ends.month > 1 else None
            case Baseline.YEAR_BEFORE:
                return years_later(period, -1)
            case Baseline.TWO_YEARS_BEFORE:
                return years_later(period, -2)

    def after(self, period: Period) -> Iterator[Period]:
        """The periods that have a period as their baseline."""
        later = [years_later(period, years) for years in (1, 2)] + [in_month(period, month) for month in range(2, 13)]
        yield from (each for each in later if each is not None and self.before(each) == period)
