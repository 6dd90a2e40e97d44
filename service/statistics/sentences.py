"""Progress in words: one plain sentence with the numbers in it, that a board paper could carry."""

from decimal import Decimal

from schema.enumerations import Comparator, Unit
from schema.periods import long_date
from schema.units import unit_rules
from service.statistics.goals import Goal
from service.statistics.points import Point

MET_LATE = "met late"
_WORDS = {
    Comparator.AT_LEAST: "at least {}",
    Comparator.MORE_THAN: "more than {}",
    Comparator.AT_MOST: "at most {}",
    Comparator.LESS_THAN: "less than {}",
    Comparator.EXACTLY: "exactly {}",
}


def milestone(unit: Unit, point: Point) -> str:
    """What a milestone asks for: "94% by 30 June 2025"."""
    return f"{number(unit, point.value)} by {long_date(point.on)}"


def missed(unit: Unit, point: Point) -> str:
    """That a milestone was not met: "94% by 30 June 2025 was missed"."""
    return f"{milestone(unit, point)} was missed"


def sentence(goal: Goal, value: Decimal, is_met: bool, because: str) -> str:
    """A value against a goal, what is missing, and what else there is to say."""
    start = f"{_said(goal.unit, value)} against {target(goal)}"
    gap = goal.gap(value)
    if is_met and because.startswith(MET_LATE):
        return f"{start}: {because}."
    if is_met:
        outcome = "met"
    elif goal.unit is Unit.YES_NO:
        outcome = "not met"
    elif gap == 0:
        outcome = f"not met, because {number(goal.unit, value)} itself is not enough"
    else:
        outcome = f"{distance(goal.unit, gap)} to go"
    return f"{start}: {outcome}" + (f"; {because}." if because else ".")


def target(goal: Goal) -> str:
    """What a goal asks for, and by when: "a target of more than 90% by 31 March 2025"."""
    return f"a target of {asked(goal)}"


def asked(goal: Goal) -> str:
    """The same without its first words: "more than 90% by 31 March 2025"."""
    if goal.comparator is Comparator.BETWEEN:
        words = f"{number(goal.unit, goal.value)} to {number(goal.unit, goal.upper)}"
    elif asks_for_the_most(goal):
        words = _said(goal.unit, goal.value)
    else:
        words = _WORDS[goal.comparator].format(_said(goal.unit, goal.value))
    return words + (f" by {long_date(goal.due)}" if goal.due else "")


def asks_for_the_most(goal: Goal) -> bool:
    """Whether it asks for at least what cannot be exceeded: all, or yes."""
    return goal.comparator is Comparator.AT_LEAST and goal.value == unit_rules(goal.unit).most


def _said(unit: Unit, value: Decimal) -> str:
    """A value within a sentence about a target, where an answer is in quotation marks: “yes” by 31 March 2025."""
    words = number(unit, value)
    return f"“{words}”" if unit is Unit.YES_NO else words


def number(unit: Unit, value: Decimal | float) -> str:
    """A value with its unit: a decimal with all its digits, a calculated one with at most two."""
    if unit is Unit.YES_NO:
        return "yes" if value else "no"
    return with_unit(unit, _plain(value))


def with_unit(unit: Unit, digits: str) -> str:
    """A number, written already, with its unit and a minus sign."""
    return unit_rules(unit).written.format(with_minus(digits))


def distance(unit: Unit, size: Decimal) -> str:
    """How far two values are apart: percentages are so many points apart."""
    text = _plain(size)
    if unit_rules(unit).is_in_points:
        return f"{text} point{'' if text == '1' else 's'}"
    return number(unit, size)


def there_are(count: int) -> str:
    """How many there are."""
    return f"there {'is' if count == 1 else 'are'} {count}"


def change(unit: Unit, value: Decimal | float) -> str:
    """A rise or a fall, with its sign."""
    text = f"{'+' if value >= 0 else '−'}{_plain(value if value >= 0 else -value)}"
    return f"{text} points" if unit_rules(unit).is_in_points else text


def _plain(value: Decimal | float) -> str:
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,.2f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else with_minus(text)


def with_minus(digits: str) -> str:
    """A number, written already, with a minus sign where it had a hyphen."""
    return digits.replace("-", "−")
