"""Figures become words: the places of a sentence are filled from the figures, and the wording follows from them.

`service.briefing.places` describes the places. A sentence is left out when one of its figures is not known.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from schema.enumerations import OrganisationKind, Qualifier, TargetStatus, Unit
from service.briefing import dates
from service.briefing.comparing import newest_shared, place_among
from service.briefing.digits import printed, printed_before
from service.briefing.facts import Aim, Fact, Facts
from service.briefing.places import CLAUSE, REGION, TOKEN, Style
from service.statistics import sentences
from service.statistics.goals import Goal

T = TypeVar("T")

_QUALIFIERS = {
    Qualifier.MORE_THAN: "over ",
    Qualifier.LESS_THAN: "under ",
    Qualifier.APPROXIMATELY: "about ",
    Qualifier.EXACT: "",
}
# An approximate share may be written as a fraction, as papers do.
_FRACTIONS = {Decimal("33.3"): "a third", Decimal("66.7"): "two-thirds"}


@dataclass(frozen=True)
class Number:
    """The words in which a text gives a figure: where they start and end in it, and the figure's key."""

    text: str
    start: int
    end: int
    key: int


@dataclass(frozen=True)
class Wording:
    """A text, and the numbers in it that are figures, in the order of the text."""

    text: str
    numbers: tuple[Number, ...] = ()


# A text in parts: plain words, and words with the figure that they give.
Part = str | tuple[str, Fact]


class UnknownFigure(Exception):
    """A text needs a figure that is not known."""


def sentence(template: str, facts: Facts) -> Wording | None:
    """A sentence from its template; None when a figure that it needs is not known.

    Where one of its figures is calculated from some members alone, another sentence says so.
    """
    try:
        parts = list(_clauses(template, facts))
    except UnknownFigure:
        return None
    wording = joined([*parts, *_of_some([part[1] for part in parts if isinstance(part, tuple)])])
    text = wording.text[:1].upper() + wording.text[1:]
    return Wording(text, tuple(replace(each, text=text[each.start : each.end]) for each in wording.numbers))


def members_of(fact: Fact) -> str:
    """From how many members' figures a figure is calculated, unless it is from all: "1 of 43 members"."""
    return some_of(fact.rests_on, fact.of)


def some_of(rests_on: int | None, of: int | None) -> str:
    """The same, from the two numbers."""
    return "" if rests_on in (None, of) else f"{rests_on:,} of {of:,} members"


def _of_some(given: Iterable[Fact]) -> Iterator[Part]:
    """The same for the figures of a sentence, in a sentence for each number of members."""
    for members in sorted({members_of(each) for each in given} - {""}):
        yield f" This is calculated from the figures of {members}."


def joined(parts: Iterable[Part]) -> Wording:
    """Parts as one text."""
    text, numbers = "", []
    for part in parts:
        words, fact = (part, None) if isinstance(part, str) else part
        if fact is not None:
            numbers.append(Number(words, len(text), len(text) + len(words), fact.key))
        text += words
    return Wording(text, tuple(numbers))


@dataclass
class _Latest:
    """The last number and the last period that a sentence has given so far."""

    number: Fact | None = None
    period: str = ""


def _clauses(template: str, facts: Facts) -> Iterator[Part]:
    start, latest = 0, _Latest()
    for clause in CLAUSE.finditer(template):
        yield from _fill(template[start : clause.start()], facts, latest)
        with suppress(UnknownFigure):
            trial = replace(latest)
            yield from list(_fill(clause[1], facts, trial))
            latest = trial
        start = clause.end()
    yield from _fill(template[start:], facts, latest)


def _fill(template: str, facts: Facts, latest: _Latest) -> Iterator[Part]:
    start = 0
    for token in TOKEN.finditer(template):
        yield template[start : token.start()]
        yield from _singular_or_plural(token, latest) if token["one"] else _place(token, facts, latest)
        start = token.end()
    yield template[start:]


def _place(token: re.Match[str], facts: Facts, latest: _Latest) -> Iterator[Part]:
    metric, style, organisation = token["metric"], Style(token["style"] or Style.NUMBER), token["organisation"]
    if organisation == REGION:
        organisation = needed(facts.region)
    if style in {Style.DATED, Style.HISTORY}:
        fact = needed(facts.latest(metric, organisation))
        # A sentence gives a period once, and again only when another one came between.
        if (period := dates.when(fact, facts)) != latest.period:
            yield dates.dated(fact, facts)
        latest.period = period
        if style is Style.HISTORY:
            yield from since(facts, metric, organisation)
        return
    if style is Style.NUMBER:
        latest.number = facts.latest(metric, organisation)
    yield from _STYLES[style](facts, metric, organisation)


def _singular_or_plural(token: re.Match[str], latest: _Latest) -> Iterator[Part]:
    """The words after one, or after another number."""
    number = latest.number
    is_one = number is not None and number.value == 1 and number.qualifier is Qualifier.EXACT
    yield token["one"] if is_one else token["many"]


def needed(value: T | None) -> T:
    """A value that is there. Refusals: `UnknownFigure` when it is not."""
    if value is None:
        raise UnknownFigure
    return value


def number(fact: Fact, facts: Facts) -> str:
    """A figure as a paper writes it: its qualifier, its digits, its unit."""
    return _number_with(fact, printed(fact, facts))


def number_before(before: Fact, fact: Fact, facts: Facts) -> str:
    """An earlier figure as a paper writes it next to the one that is compared with it."""
    return _number_with(before, printed_before(before, fact, facts))


def exact(fact: Fact) -> str:
    """A figure with all its digits."""
    # A share that was calculated from its counts has zeros at its end that nobody published.
    return _number_with(fact, fact.value if fact.counted is None else fact.value.normalize())


def exact_with(fact: Fact, value: Decimal, qualifier: Qualifier) -> str:
    """Another value of a figure with all its digits: what it was before it was corrected."""
    return exact(Fact(**(vars(fact) | {"value": value, "qualifier": qualifier, "numerator": None})))


def _number_with(fact: Fact, value: Decimal) -> str:
    words = amount(value, fact.unit)
    if fact.qualifier is Qualifier.APPROXIMATELY and fact.unit is Unit.PERCENT and fact.value in _FRACTIONS:
        words = f"{_FRACTIONS[fact.value]} ({words})"
    return qualified(fact.qualifier, words)


def qualified(qualifier: Qualifier, words: str) -> str:
    """An amount with the qualifier of its source: "over 100"."""
    return _QUALIFIERS[qualifier] + words


def amount(value: Decimal, unit: Unit) -> str:
    """A value with its unit and the digits that were published."""
    if unit is Unit.YES_NO:
        return "yes" if value else "no"
    return sentences.with_unit(unit, f"{value:,f}")


def _number(facts: Facts, metric: str, organisation: str | None) -> Iterator[Part]:
    fact = needed(facts.latest(metric, organisation))
    yield number(fact, facts), fact


def _change(facts: Facts, metric: str, organisation: str | None) -> Iterator[Part]:
    """How far it moved: "an increase of 240 FTE from 4,562 FTE at 30 November 2023".

    A published change of the same period is linked when it agrees, and is used alone when nothing earlier is known.
    There is no difference between two approximate numbers.
    """
    fact, before = needed(facts.latest(metric, organisation)), facts.earlier(metric, organisation)
    stated = facts.change_of(metric)
    published = facts.latest(stated, organisation) if stated else None
    if published is not None and published.label != fact.label:
        published = None
    if before is None and published is not None:
        before = facts.since(metric, fact.organisation, needed(facts.measures[published.metric].change).since)
    if before is None:
        yield from _moved(needed(published))
        return
    if {fact.qualifier, before.qualifier} != {Qualifier.EXACT}:
        raise UnknownFigure
    change = _between(before, fact, facts)
    yield from _moved_by(change, published if _agrees(published, change, before, fact, facts) else fact)
    yield " from "
    yield number_before(before, fact, facts), before
    yield f" {dates.when(before, facts)}"


def _agrees(published: Fact | None, change: Decimal, before: Fact, fact: Fact, facts: Facts) -> bool:
    """Whether a published change is the calculated one, from the same baseline."""
    stated = None if published is None else facts.measures[published.metric].change
    return (
        published is not None
        and stated is not None
        and published.value == change
        and stated.since.is_of(fact.ends, before.ends)
    )


def _stated(facts: Facts, metric: str, organisation: str | None) -> Iterator[Part]:
    """A metric that is a change itself: "an increase of over 255,000"; of the same period as the metric it changes."""
    change, stated = needed(facts.latest(metric, organisation)), needed(facts.measures[metric].change)
    if needed(facts.latest(stated.metric, organisation)).label != change.label:
        raise UnknownFigure
    yield from _moved(change)


def _moved(fact: Fact) -> Iterator[Part]:
    yield from _moved_by(fact.value, fact)


def _moved_by(change: Decimal, fact: Fact | None) -> Iterator[Part]:
    """A change that a figure gives, or from which it follows."""
    source = needed(fact)
    if not change:
        yield "no change", source
        return
    yield f"{'an increase' if change > 0 else 'a decrease'} of "
    qualifier = _QUALIFIERS[source.qualifier] if change == source.value else ""
    yield qualifier + sentences.distance(source.unit, abs(change)), source


def _between(before: Fact, fact: Fact, facts: Facts) -> Decimal:
    """The difference of two figures as they are printed, so that a reader calculates the same."""
    return printed(fact, facts) - printed_before(before, fact, facts)


def since(facts: Facts, metric: str, organisation: str | None) -> Iterator[Part]:
    """What changed since the figure before, if there is one: ", up 22.52 points from 69.57% at 31 January 2025"."""
    fact, before = needed(facts.latest(metric, organisation)), facts.earlier(metric, organisation)
    if before is None:
        return
    change = _between(before, fact, facts)
    if fact.unit is Unit.YES_NO or {fact.qualifier, before.qualifier} != {Qualifier.EXACT}:
        yield ", after "
    elif change:
        yield f", {'up' if change > 0 else 'down'} {sentences.distance(fact.unit, abs(change))} from "
    else:
        yield ", unchanged from "
    yield number_before(before, fact, facts), before
    yield f" {dates.when(before, facts)}"


def _against(facts: Facts, metric: str, organisation: str | None) -> Iterator[Part]:
    """The ICB's figure compared with another organisation's: "higher than 73.8% in the South East region"."""
    fact, other = needed(facts.latest(metric)), needed(facts.latest(metric, organisation))
    if fact.label != other.label:
        # A figure is compared with one of the same period, or with none.
        raise UnknownFigure
    way = "higher than" if fact.value > other.value else "lower than" if fact.value < other.value else "the same as"
    yield f"{way} "
    yield number(other, facts), other
    yield f" in {_named(other.organisation, facts)}"


def _named(organisation: str, facts: Facts) -> str:
    """An organisation in a sentence. Regions are called by their part of the country: "the South East region"."""
    name = facts.names[organisation]
    return f"the {name} region" if facts.kinds[organisation] is OrganisationKind.REGION else name


def _rank(facts: Facts, metric: str, _: str | None) -> Iterator[Part]:
    """The ICB's rank among those with a figure for the same period: "the highest of 6 ICBs"."""
    fact = needed(facts.latest(metric))
    every = [facts.of(metric, of, fact.label) for of in facts.boards(metric)]
    others = [other for other in every if other is not None and other.organisation != facts.board]
    if not others:
        raise UnknownFigure
    yield place_among(fact, others)


def _last_rank(facts: Facts, metric: str, _: str | None) -> Iterator[Part]:
    """The same in the newest period that can be compared, where that is not the latest: "… in July 2024"."""
    boards = {of: facts.series[metric, of] for of in facts.boards(metric)}
    period = needed(newest_shared(boards, facts))
    then = {of: fact for of, series in boards.items() if (fact := period.figure_in(series, facts)) is not None}
    fact = needed(then.pop(facts.board, None))
    if fact is needed(facts.latest(metric)) or not then:
        raise UnknownFigure
    yield f"{place_among(fact, list(then.values()))} {dates.when(fact, facts)}"


def _goal(facts: Facts, metric: str, _: str | None) -> Iterator[Part]:
    """A sentence about the ICB's target: "The target of more than 90% by 31 March 2025 was missed"."""
    fact = needed(facts.latest(metric))
    # A count over other days than the target's neither meets it nor misses it: no target judges it.
    aim = needed(facts.aim(fact))
    goal = aim.goals.on(fact.ends)
    missed = [sentences.missed(goal.unit, each) for each, is_met in aim.milestones if not is_met]
    yield f"The target of {sentences.asked(goal)} {_outcome(aim, goal, fact, facts)}"
    if missed and not goal.is_met_by(fact.point.value):
        yield f". The milestone of {missed[-1]}"


def _outcome(aim: Aim, goal: Goal, fact: Fact, facts: Facts) -> str:
    """What became of a target by the paper's day."""
    if aim.status is TargetStatus.LOST:
        return "was met, and is no longer met"
    is_over = goal.due is not None and goal.due < facts.as_of
    if goal.is_met_by(fact.point.value):
        return "was missed, and has been met since" if aim.status is TargetStatus.MISSED else "is met"
    return "was missed" if is_over else "is not met yet"


_STYLES: Mapping[Style, Callable[[Facts, str, str | None], Iterator[Part]]] = {
    Style.NUMBER: _number,
    Style.CHANGE: _change,
    Style.STATED: _stated,
    Style.AGAINST: _against,
    Style.RANK: _rank,
    Style.COMPARED: _last_rank,
    Style.GOAL: _goal,
}
