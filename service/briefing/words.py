"""Figures become words: the places of a sentence are filled from the figures, and the wording follows from them.

A place is `{metric}`, `{metric:style}` or `{metric:style@ORGANISATION}`. `STYLES` are its styles; and `dated`, the
period in brackets unless the sentence said it last; and `history`, the same with what changed since. `@region` is the
board's region. `<practice is|practices are>` goes by the number before it. A sentence is left out when a figure that it
speaks of is not known; what stands in square brackets is left out on its own: "{gp_fte}[, {gp_fte:change}]".
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from schema.enumerations import Qualifier, Unit
from service.briefing.facts import Fact, Facts
from service.briefing.paper import STATED_CHANGES
from service.statistics import sentences

T = TypeVar("T")

_TOKEN = re.compile(
    r"\{(?P<metric>[a-z0-9_]+)(?::(?P<style>[a-z]+))?(?:@(?P<organisation>[A-Za-z0-9-]+))?\}"
    r"|<(?P<one>[^|>]+)\|(?P<many>[^>]+)>"
)
_CLAUSE = re.compile(r"\[([^]]*)\]")
_HEDGES = {
    Qualifier.MORE_THAN: "over ",
    Qualifier.LESS_THAN: "under ",
    Qualifier.APPROXIMATELY: "about ",
    Qualifier.EXACT: "",
}
# What is hedged may be said as a fraction, as papers do.
_FRACTIONS = {Decimal("33.3"): "a third", Decimal("66.7"): "two-thirds"}


@dataclass(frozen=True)
class Number:
    """The words in which a text gives a figure: where they start and end in it, and the figure's key."""

    text: str
    start: int
    end: int
    key: int


@dataclass(frozen=True)
class Said:
    """A text, and the numbers in it that are figures, in the order of the text."""

    text: str
    numbers: tuple[Number, ...] = ()


# A text in parts: plain words, and words with the figure that they give.
Part = str | tuple[str, Fact]


class Unsaid(Exception):
    """A figure that a text speaks of is not known."""


def said(template: str, facts: Facts) -> Said | None:
    """A sentence from its template; None when a figure that it needs is not known."""
    try:
        found = joined(_sentence(template, facts))
    except Unsaid:
        return None
    text = found.text[:1].upper() + found.text[1:]
    return Said(text, tuple(replace(each, text=text[each.start : each.end]) for each in found.numbers))


def joined(parts: Iterable[Part]) -> Said:
    """Parts as one text."""
    text, numbers = "", []
    for part in parts:
        words, fact = (part, None) if isinstance(part, str) else part
        if fact is not None:
            numbers.append(Number(words, len(text), len(text) + len(words), fact.key))
        text += words
    return Said(text, tuple(numbers))


@dataclass
class _Course:
    """What a sentence has said so far: the last number, and the last period."""

    number: Fact | None = None
    period: str = ""


def _sentence(template: str, facts: Facts) -> Iterator[Part]:
    at, course = 0, _Course()
    for clause in _CLAUSE.finditer(template):
        yield from _filled(template[at : clause.start()], facts, course)
        with suppress(Unsaid):
            trial = replace(course)
            yield from list(_filled(clause[1], facts, trial))
            course = trial
        at = clause.end()
    yield from _filled(template[at:], facts, course)


def _filled(template: str, facts: Facts, course: _Course) -> Iterator[Part]:
    at = 0
    for token in _TOKEN.finditer(template):
        yield template[at : token.start()]
        yield from _form(token, course) if token["one"] else _place(token, facts, course)
        at = token.end()
    yield template[at:]


def _place(token: re.Match[str], facts: Facts, course: _Course) -> Iterator[Part]:
    metric, style, organisation = token["metric"], token["style"] or "number", token["organisation"]
    if organisation == "region":
        organisation = needed(facts.region)
    if style in {"dated", "history"}:
        label = needed(facts.latest(metric, organisation)).label
        # What is of the period that was said last need not say so again.
        if label != course.period:
            yield f" ({label})"
        course.period = label
        if style == "history":
            yield from since(facts, metric, organisation)
        return
    if style == "number":
        course.number = facts.latest(metric, organisation)
    yield from STYLES[style](facts, metric, organisation)


def _form(token: re.Match[str], course: _Course) -> Iterator[Part]:
    """The words after one, or after another number."""
    number = course.number
    is_one = number is not None and number.value == 1 and number.qualifier is Qualifier.EXACT
    yield token["one"] if is_one else token["many"]


def needed(found: T | None) -> T:
    """What was found. Refusals: `Unsaid` when there is nothing."""
    if found is None:
        raise Unsaid
    return found


def number(fact: Fact) -> str:
    """A figure as a paper writes it: its hedge, its digits, its unit."""
    # A share that was reckoned from its counts has zeros at its end that nobody published.
    words = amount(fact.value if fact.counted is None else fact.value.normalize(), fact.unit)
    if fact.qualifier is Qualifier.APPROXIMATELY and fact.unit is Unit.PERCENT and fact.value in _FRACTIONS:
        words = f"{_FRACTIONS[fact.value]} ({words})"
    return hedged(fact.qualifier, words)


def hedged(qualifier: Qualifier, words: str) -> str:
    """An amount with the hedge of its source."""
    return _HEDGES[qualifier] + words


def amount(value: Decimal, unit: Unit) -> str:
    """A value with its unit and the digits that were published."""
    if unit is Unit.YES_NO:
        return "yes" if value else "no"
    return sentences.with_unit(unit, f"{value:,f}")


def _number(facts: Facts, metric: str, organisation: str | None) -> Iterator[Part]:
    fact = needed(facts.latest(metric, organisation))
    yield number(fact), fact


def _change(facts: Facts, metric: str, organisation: str | None) -> Iterator[Part]:
    """How far it moved: "an increase of 240 FTE from 4,562 FTE (November 2023)".

    A published change of the same period is linked where it says the same, and stands alone where nothing earlier is
    known. What lies between two hedged numbers nobody knows.
    """
    fact, before = needed(facts.latest(metric, organisation)), facts.earlier(metric, organisation)
    stated = next((code for code, each in STATED_CHANGES.items() if each.metric == metric), None)
    published = facts.latest(stated, organisation) if stated else None
    if published is not None and published.label != fact.label:
        published = None
    if before is None:
        yield from _moved(needed(published))
        return
    if {fact.qualifier, before.qualifier} != {Qualifier.EXACT}:
        raise Unsaid
    change = _between(before, fact)
    says_the_same = (
        stated is not None
        and published is not None
        and published.value == change
        and STATED_CHANGES[stated].since.is_of(fact.ends, before.ends)
    )
    yield from _moved_by(change, published if published is not None and says_the_same else fact)
    yield " from "
    yield number(before), before
    yield f" ({before.label})"


def _stated(facts: Facts, metric: str, organisation: str | None) -> Iterator[Part]:
    """A metric that is itself a change: "an increase of over 255,000"; that of the period that is spoken of."""
    change, of = needed(facts.latest(metric, organisation)), STATED_CHANGES[metric].metric
    if needed(facts.latest(of, organisation)).label != change.label:
        raise Unsaid
    yield from _moved(change)


def _moved(fact: Fact) -> Iterator[Part]:
    yield from _moved_by(fact.value, fact)


def _moved_by(change: Decimal, fact: Fact) -> Iterator[Part]:
    """A change that a figure gives, or from which it follows."""
    if not change:
        yield "no change", fact
        return
    yield f"{'an increase' if change > 0 else 'a decrease'} of "
    hedge = _HEDGES[fact.qualifier] if change == fact.value else ""
    yield hedge + sentences.distance(fact.unit, abs(change)), fact


def _between(before: Fact, fact: Fact) -> Decimal:
    """What lies between two figures: between what was counted, where that is known of both, and not rounded."""
    values = [each.counted for each in (before, fact)]
    if None in values:
        return fact.value - before.value
    finest = min(int(each.value.as_tuple().exponent) for each in (before, fact))
    return (needed(values[1]) - needed(values[0])).quantize(Decimal(1).scaleb(min(finest, 0)))


def since(facts: Facts, metric: str, organisation: str | None) -> Iterator[Part]:
    """What changed since the figure before, where there is one: ", up 22.52 points from 69.57% (31 January 2025)"."""
    fact, before = needed(facts.latest(metric, organisation)), facts.earlier(metric, organisation)
    if before is None:
        return
    change = _between(before, fact)
    if fact.unit is Unit.YES_NO or {fact.qualifier, before.qualifier} != {Qualifier.EXACT}:
        yield ", after "
    elif change:
        yield f", {'up' if change > 0 else 'down'} {sentences.distance(fact.unit, abs(change))} from "
    else:
        yield ", unchanged from "
    yield number(before), before
    yield f" ({before.label})"


def _against(facts: Facts, metric: str, organisation: str | None) -> Iterator[Part]:
    """The board's figure beside another organisation's: "higher than the 73.8% of South East"."""
    fact, other = needed(facts.latest(metric)), needed(facts.latest(metric, organisation))
    if fact.label != other.label:
        # A figure is compared with one of the same period, or with none.
        raise Unsaid
    way = "higher than" if fact.value > other.value else "lower than" if fact.value < other.value else "the same as"
    yield f"{way} the "
    yield number(other), other
    yield f" of {facts.names[other.organisation]}"


def _rank(facts: Facts, metric: str, _: str | None) -> Iterator[Part]:
    """Where the board stands among those with a figure for the same period: "the highest of 6 boards"."""
    fact = needed(facts.latest(metric))
    others = [needed(facts.latest(metric, of)) for of in facts.boards(metric) if of != facts.board]
    values = [other.value for other in others if other.label == fact.label]
    if not values:
        raise Unsaid
    above, below = sum(value > fact.value for value in values), sum(value < fact.value for value in values)
    if not above and not below:
        yield f"level with all {len(values) + 1} boards"
        return
    place = {0: "the highest", len(values): "the lowest"}.get(above, f"number {above + 1} from the highest")
    is_shared = above + below < len(values)
    yield f"{'with others ' if is_shared else ''}{place} of {len(values) + 1} boards"


def _goal(facts: Facts, metric: str, _: str | None) -> Iterator[Part]:
    """What the board's target asks for, and whether it is reached: "against a target of 90%, which it exceeds"."""
    aim, fact = needed(facts.aim(metric)), needed(facts.latest(metric))
    is_late = aim.goal.due is not None and fact.ends > aim.goal.due
    if is_late and fact.counts_days:
        # What was counted over other days than the target's neither meets it nor misses it.
        yield f"after {sentences.target(aim.goal)}"
        return
    gap = aim.goal.gap(fact.value)
    reached = "which it meets" if aim.goal.is_met_by(fact.value) else "which it does not meet"
    if gap < 0 and aim.goal.is_met_by(fact.value):
        reached = "which it exceeds" if fact.value > aim.goal.value else "which it is below"
    since_then = ", after that day" if is_late and aim.goal.is_met_by(fact.value) else ""
    yield f"against {sentences.target(aim.goal)}, {reached}{since_then}"


STYLES: Mapping[str, Callable[[Facts, str, str | None], Iterator[Part]]] = {
    "number": _number,
    "change": _change,
    "stated": _stated,
    "against": _against,
    "rank": _rank,
    "goal": _goal,
}
