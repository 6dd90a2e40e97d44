"""With how many decimals the paper prints a percentage: as few as tell the truth.

A percentage that somebody published keeps the digits of its source. One that was calculated from counts is a whole
number, unless that would say something else: that all or none do it, that a target is met when it is missed, or that
nothing changed. An earlier figure has no more decimals than the one that it is compared with.
"""

from decimal import Decimal

from schema.decimals import rounded
from schema.enumerations import Unit
from service.briefing.facts import Fact, Facts

_NONE, _ALL = Decimal(0), Decimal(100)


def printed(fact: Fact, facts: Facts) -> Decimal:
    """A figure's value with the digits that the paper prints."""
    if fact.counted is None:
        return fact.value
    value = fact.value.normalize()
    if fact.unit is not Unit.PERCENT:
        return value
    shorter = (rounded(value, decimals) for decimals in range(_decimals(value)))
    return next((each for each in shorter if _is_true(each, fact, facts)), value)


def printed_before(before: Fact, fact: Fact, facts: Facts) -> Decimal:
    """The value of an earlier figure of the series of another, with as many decimals as that one is printed with."""
    value, other = before.value if before.counted is None else before.value.normalize(), printed(fact, facts)
    if fact.unit is not Unit.PERCENT or _decimals(value) <= _decimals(other):
        return value
    shorter = rounded(value, _decimals(other))
    return value if shorter == other and value != fact.value else shorter


def _is_true(shorter: Decimal, fact: Fact, facts: Facts) -> bool:
    if shorter in {_NONE, _ALL} and shorter != fact.counted:
        return False
    goal = facts.goal(fact) if fact.organisation == facts.board else None
    if goal is not None and goal.is_met_by(shorter) != goal.is_met_by(fact.point.value):
        return False
    if facts.latest(fact.metric, fact.organisation) is not fact:
        return True
    before = facts.earlier(fact.metric, fact.organisation)
    if before is None or before.value != fact.value:
        return before is None or rounded(before.value, _decimals(shorter)) != shorter
    return shorter == printed(before, facts)


def _decimals(value: Decimal) -> int:
    """How many decimals a number is written with."""
    return max(-int(value.as_tuple().exponent), 0)
