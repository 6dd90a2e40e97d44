"""When a figure is from, in words: on a day, in a month, quarter or year, from 1 April, or since a launch day.

Source: the method's section on kinds of period.
"""

from schema.enumerations import Counts, PeriodKind
from schema.periods import long_date
from service.briefing.facts import Fact, Facts

_NAMED = {PeriodKind.MONTH, PeriodKind.QUARTER}
NOT_REPORTED_SINCE = "not reported since"


def when(fact: Fact, facts: Facts) -> str:
    """When a figure is from: "at 31 March 2025", "in Q4 2024/25", "from 1 April to 30 June 2025"."""
    counts = facts.measures[fact.metric].counts
    if fact.kind is PeriodKind.SNAPSHOT or counts is Counts.AT_DATE:
        return f"at {long_date(fact.ends)}"
    if fact.kind is PeriodKind.FINANCIAL_YEAR or (fact.kind in _NAMED and counts is Counts.OVER_PERIOD):
        return f"in {fact.label}"
    return f"from {_first(fact)} to {long_date(fact.ends)}"


def _first(fact: Fact) -> str:
    """The first day, with its year where the last day is in another."""
    day = long_date(fact.starts)
    return day.removesuffix(f" {fact.starts.year}") if fact.starts.year == fact.ends.year else day


def period(fact: Fact, facts: Facts) -> str:
    """The same for the cell of a table, with what is said of an old figure."""
    words = when(fact, facts)
    return words[:1].upper() + words[1:] + _old(fact, facts)


def dated(fact: Fact, facts: Facts) -> str:
    """What a sentence adds to a figure: when it is from, and whether it was not reported since.

    Neither is said where the paper has said it once for all (`basis`).
    """
    return ("" if facts.is_usual(fact) else f" {when(fact, facts)}") + _old(fact, facts)


def _old(fact: Fact, facts: Facts) -> str:
    """That a figure was not reported since; nothing where the paper has said so once for all."""
    is_said = facts.is_usual(fact) and facts.is_stale(fact)
    return f" ({NOT_REPORTED_SINCE})" if facts.is_old(fact) and not is_said else ""


def basis(facts: Facts) -> str | None:
    """The sentence that gives the date of most figures; None where none are of one date."""
    usual = [series[-1] for series in facts.series.values() if facts.is_usual(series[-1])]
    if not usual:
        return None
    old = " They have not been reported since." if facts.is_stale(usual[0]) else ""
    return f"Unless stated, figures are at {long_date(facts.at)}.{old}"
