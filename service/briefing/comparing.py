"""Areas are compared in one period: the newest for which at least half of them, and two, have a figure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.briefing import dates
from service.briefing.facts import Fact, Facts

# One area alone is no comparison.
FEWEST = 2


@dataclass(frozen=True)
class Shared:
    """A period that areas share: the day on which it ends, and when it is, in words."""

    ends: dt.date
    words: str

    def figure_in(self, series: Sequence[Fact], facts: Facts) -> Fact | None:
        """The figure of a series for the period."""
        return next((each for each in reversed(series) if each.ends == self.ends and self.is_of(each, facts)), None)

    def is_of(self, fact: Fact, facts: Facts) -> bool:
        """Whether a figure is of the period."""
        return dates.when(fact, facts) == self.words


def newest_shared(areas: Mapping[str, Sequence[Fact]], facts: Facts) -> Shared | None:
    """The newest period for which at least half of the areas have a figure, and never one of several alone.

    None where there is no such period.
    """
    having: dict[Shared, set[str]] = {}
    for area, series in areas.items():
        for fact in series:
            having.setdefault(Shared(fact.ends, dates.when(fact, facts)), set()).add(area)
    with_any = sum(bool(series) for series in areas.values())
    fewest = min(with_any, max(FEWEST, (with_any + 1) // 2))
    enough = [period for period, found in having.items() if len(found) >= fewest]
    return max(enough, key=lambda period: (period.ends, len(having[period]), period.words), default=None)


def place_among(fact: Fact, others: Sequence[Fact]) -> str:
    """The place of an ICB's figure among those of others: "the highest of 6 ICBs"."""
    above, below = (sum(each.value > fact.value for each in others), sum(each.value < fact.value for each in others))
    of = f"{len(others) + 1} ICBs"
    if not above and not below:
        return f"level with all {of}"
    place = {0: "the highest", len(others): "the lowest"}.get(above, f"number {above + 1} from the highest")
    is_shared = above + below < len(others)
    return f"{'with others ' if is_shared else ''}{place} of {of}"


def ranks(values: Sequence[Fact]) -> list[str]:
    """The rank of each figure from the highest: "1", or "2=" for several that are the same."""
    every = [each.value for each in values]
    return [f"{1 + sum(other > value for other in every)}{'=' if every.count(value) > 1 else ''}" for value in every]
