"""What does not add up in the published numbers of a paper. Source: the methods' checks on published numbers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from schema.enumerations import Qualifier, RollUp, Unit
from service.briefing.facts import Fact, Facts
from service.briefing.wording import exact
from service.statistics.doubts import attainable, coherent_interval
from service.statistics.sentences import with_minus

# A published number that says nothing of today. The paper dates it; it is an issue as well.
UNREPORTED = "doubt/not-reported-since"
# Both are kept: a figure that was sent, and what is calculated. The calculated one counts again when it changes.
_COUNTS = "The figure that was sent counts."


@dataclass(frozen=True)
class Doubt:
    """A published number that does not add up, with the key of its figure. Shapes are those of the type `Doubt`."""

    code: str
    # The names of the figure: metric, organisation and period.
    about: str
    # What does not add up, in words that change when one of the numbers does.
    facts: str
    figure: int
    # The codes of the metric and of the organisation.
    metric: str
    organisation: str

    @property
    def message(self) -> str:
        """The sentence."""
        return f"{self.about}: {self.facts}"

    @property
    def issue(self) -> str:
        """What names the data quality issue that is kept of it: see `schema.sql.data_quality`."""
        return f"{self.code} {self.metric} {self.organisation}"


def _doubt(code: str, fact: Fact, facts: Facts, words: str) -> Doubt:
    return Doubt(code, _named(fact, facts), words, fact.key, fact.metric, fact.organisation)


def doubts(facts: Facts) -> list[Doubt]:
    """Every doubt about the latest figures, in the order of the figures, then of the checks."""
    latest = [series[-1] for (_, organisation), series in facts.series.items() if organisation not in facts.elsewhere]
    checks = (_share, _interval, _counted, _parts, _members, _made, _recorded, _change, _difference)
    return [doubt for fact in latest for check in checks for doubt in check(fact, facts)]


def unreported(facts: Facts) -> list[Doubt]:
    """Every latest figure of the ICB that is older than two of its periods.

    A nil return since then is an answer. What is made of other figures is as old as they are.
    """
    latest = [series[-1] for (_, organisation), series in facts.series.items() if organisation == facts.board]
    old = [fact for fact in latest if facts.is_stale(fact) and not fact.has_nil_return and _is_sent(fact, facts)]
    return [_doubt(UNREPORTED, fact, facts, "nothing newer is published.") for fact in old]


def _is_sent(fact: Fact, facts: Facts) -> bool:
    """Whether it is asked for, and not made of other figures."""
    measure = facts.measures[fact.metric]
    return measure.change is None and measure.difference_of is None


def _share(fact: Fact, facts: Facts) -> Iterator[Doubt]:
    """A percentage that no whole number of its denominator gives."""
    if fact.unit is not Unit.PERCENT or fact.qualifier is not Qualifier.EXACT:
        return
    counting = facts.measures[fact.metric].denominator_metric
    counted = facts.on(counting, fact.organisation, fact.ends, fact.label) if counting else None
    if counted is not None and counted.qualifier is not Qualifier.EXACT:
        counted = None
    of = fact.denominator or (None if counted is None else counted.value)
    if of is None or of < 1 or of != int(of):
        return
    result = attainable(fact.value, int(of), max(-int(fact.value.as_tuple().exponent), 0))
    if not result.is_attainable:
        near = " and ".join(f"{count:,} of {of:,f} is {percent}%" for count, percent in result.nearest)
        message = f"no whole number of {of:,f} gives {fact.value:f}%; {near}."
        yield _doubt("doubt/unattainable-percentage", fact, facts, message)


def _interval(fact: Fact, facts: Facts) -> Iterator[Doubt]:
    """Printed limits that no count gives together with the printed rate, or that the stated count does not give."""
    if fact.unit is not Unit.RATE_PER_100000 or fact.lower is None or fact.upper is None:
        return
    coherence = coherent_interval(fact.value, fact.lower, fact.upper)
    printed = f"{fact.value:f} per 100,000 with the limits {fact.lower:f} and {fact.upper:f}"
    if not coherence.is_decidable:
        return
    if coherence.counts is None:
        yield _doubt("doubt/incoherent-interval", fact, facts, f"no count gives {printed}.")
        return
    counting = facts.measures[fact.metric].counted_by
    stated = facts.latest(counting, fact.organisation) if counting else None
    if stated is None or stated.ends != fact.ends or stated.qualifier is not Qualifier.EXACT:
        return
    if not coherence.fits(int(stated.value)):
        first, last = coherence.counts
        message = (
            f"{printed} comes from {first:,} to {last:,} events, but {stated.value:,f} are stated ({stated.label})."
        )
        yield _doubt("doubt/incoherent-interval", fact, facts, message)


def _counted(fact: Fact, facts: Facts) -> Iterator[Doubt]:
    """A count whose rate is for another period that ends on the same day."""
    code = next((code for code, measure in facts.measures.items() if measure.counted_by == fact.metric), None)
    rate = facts.latest(code, fact.organisation) if code else None
    if rate is not None and rate.ends == fact.ends and rate.label != fact.label:
        message = f"the rate published with {exact(fact)} is for another period, {rate.label}."
        yield _doubt("doubt/different-periods", fact, facts, message)


def _parts(fact: Fact, facts: Facts) -> Iterator[Doubt]:
    """Parts of one period that add up to more than their whole, or to less when the whole has no other parts."""
    if fact.unit is Unit.YES_NO:
        return
    expected = [code for code, measure in facts.measures.items() if measure.part_of == fact.metric]
    known = [facts.latest(code, fact.organisation) for code in expected]
    parts = [part for part in known if part is not None and part.label == fact.label]
    total = sum((part.value for part in parts), Decimal(0))
    tolerance = sum((_rounding(each) for each in (fact, *parts)), Decimal(0))
    if facts.measures[fact.metric].change is not None and len(parts) < len(expected):
        # Some changes go up and some go down: a few of them may add up to more than the whole.
        return
    if not parts or any(each.qualifier is not Qualifier.EXACT for each in (fact, *parts)):
        return
    if total > fact.value + tolerance:
        message = f"the parts add up to {total:,f}, more than the whole of {fact.value:,f}."
        yield _doubt("doubt/parts-exceed-total", fact, facts, message)
    elif facts.measures[fact.metric].parts_are_whole and len(parts) == len(expected) and total < fact.value - tolerance:
        message = f"the parts add up to {total:,f}, less than the whole of {fact.value:,f}."
        yield _doubt("doubt/parts-below-total", fact, facts, message)


def _members(fact: Fact, facts: Facts) -> Iterator[Doubt]:
    """The partnerships' figures of the same period, which do not add up to the ICB's."""
    if fact.organisation != facts.board or facts.measures[fact.metric].roll_up is not RollUp.SUM:
        return
    members = [facts.latest(fact.metric, partnership.code) for partnership in facts.partnerships]
    known = [member for member in members if member is not None and member.label == fact.label]
    total = sum((member.value for member in known), Decimal(0))
    tolerance = sum((_rounding(each) for each in (fact, *known)), Decimal(0))
    if known and len(known) == len(members) and abs(total - fact.value) > tolerance:
        message = f"{exact(fact)}, but the partnerships' figures add up to {total:,f}."
        yield _doubt("doubt/members-differ", fact, facts, message)


def _made(fact: Fact, facts: Facts) -> Iterator[Doubt]:
    """A figure that somebody sent in place of the one that members' figures make."""
    made = fact.made
    if made is None or fact.qualifier is not Qualifier.EXACT or abs(made.value - fact.value) <= _rounding(fact):
        return
    calculated = exact(replace(fact, value=Decimal(f"{made.value.normalize():f}")))
    message = (
        f"sent as {exact(fact)}, but the figures of {made.rests_on} of its {made.of} members "
        f"make {calculated}. {_COUNTS}"
    )
    yield _doubt("doubt/members-differ", fact, facts, message)


def _recorded(fact: Fact, facts: Facts) -> Iterator[Doubt]:
    """A published number of organisations that is not the number on record at the end of its period."""
    if fact.recorded is not None and fact.recorded != fact.value:
        message = f"{exact(fact)}, but {fact.recorded:,} are on record."
        yield _doubt("doubt/record-differs", fact, facts, message)


def _change(fact: Fact, facts: Facts) -> Iterator[Doubt]:
    """A stated change that is not the later figure less its baseline."""
    stated = facts.measures[fact.metric].change
    later = facts.latest(stated.metric, fact.organisation) if stated else None
    earlier = facts.since(stated.metric, fact.organisation, stated.since) if stated else None
    if later is None or earlier is None or later.label != fact.label:
        return
    if any(each.qualifier is not Qualifier.EXACT for each in (fact, later, earlier)):
        return
    yield from _misstated(fact, later, earlier, facts)


def _difference(fact: Fact, facts: Facts) -> Iterator[Doubt]:
    """A stated difference from the region that is not the organisation's figure less the region's."""
    level = facts.measures[fact.metric].difference_of
    mine = facts.latest(level, fact.organisation) if level else None
    regions = facts.latest(level, facts.region) if level and facts.region else None
    if mine is None or regions is None or {mine.label, regions.label} != {fact.label}:
        return
    yield from _misstated(fact, mine, regions, facts)


def _misstated(stated: Fact, one: Fact, other: Fact, facts: Facts) -> Iterator[Doubt]:
    """A figure that is not one less the other, by more than rounding explains."""
    less = one.value - other.value
    if abs(less - stated.value) > _rounding(one) + _rounding(other) + _rounding(stated):
        calculated = f"{one.value:,f} less {other.value:,f} is {with_minus(f'{less:,f}')}"
        message = f"stated as {with_minus(f'{stated.value:,f}')}, but {calculated}. {_COUNTS}"
        yield _doubt("doubt/stated-change", stated, facts, message)


def _rounding(fact: Fact) -> Decimal:
    """Half a unit of the last decimal that is printed; a count of whole things is not rounded."""
    if fact.unit is Unit.COUNT:
        return Decimal(0)
    return Decimal(5).scaleb(min(int(fact.value.as_tuple().exponent), 0) - 1)


def _named(fact: Fact, facts: Facts) -> str:
    return f"{facts.measures[fact.metric].name}, {facts.names[fact.organisation]}, {fact.label}"
