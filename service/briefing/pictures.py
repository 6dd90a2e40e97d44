"""A section's measures become pictures: how the ICB's figures of a measure have moved, with its target."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from schema.enumerations import Comparator
from schema.units import unit_rules
from service.briefing.facts import Fact, Facts
from service.charts.model import Chart, ChartPoint, TargetLine
from service.charts.svg import svg
from service.statistics import sentences
from service.statistics.goals import Goal

# Fewer figures than this say more in a sentence; more pictures than this hide each other.
FEWEST_FIGURES, MOST_PICTURES = 3, 2


@dataclass(frozen=True)
class Picture:
    """A chart of a section. Shapes are those of the type `BriefingChart`."""

    metric_code: str
    chart: Chart

    @property
    def title(self) -> str:
        """The name of the measure."""
        return self.chart.title

    @property
    def description(self) -> str:
        """What it shows, in a sentence or two."""
        return self.chart.description

    @cached_property
    def svg(self) -> str:
        """The picture, when somebody asks for it."""
        return svg(self.chart, width=640, height=320)


def pictures(facts: Facts, keys: Iterable[int]) -> tuple[Picture, ...]:
    """The pictures of a section, from the keys of its figures: measures with a target first."""
    wanted = set(keys)
    found = [
        (facts.aim(series[-1]) is None, metric, series)
        for (metric, organisation), series in facts.series.items()
        if organisation == facts.board and series[-1].key in wanted and len(comparable(series)) >= FEWEST_FIGURES
    ]
    found.sort(key=lambda each: each[:2])
    return tuple(Picture(metric, _chart(facts, comparable(series))) for _, metric, series in found[:MOST_PICTURES])


def comparable(series: Sequence[Fact]) -> list[Fact]:
    """The figures of a series that one line can join: of the kind of period that the latest has, one for each end."""
    by_end = {fact.ends: fact for fact in series if fact.kind is series[-1].kind}
    return [by_end[ends] for ends in sorted(by_end)]


def _chart(facts: Facts, series: Sequence[Fact]) -> Chart:
    last = series[-1]
    goals = [facts.goal(fact) for fact in series]
    return Chart(
        title=facts.measures[last.metric].name,
        subtitle=f"{facts.names[facts.board]}. {unit_rules(last.unit).axis}.",
        description=" ".join(_described(series, goals[-1])),
        unit=last.unit,
        decimals=2,
        points=tuple(ChartPoint(fact.label, fact.ends, float(fact.value)) for fact in series),
        target=_target(goals),
    )


def _target(goals: Sequence[Goal | None]) -> TargetLine | None:
    last = goals[-1]
    if last is None or last.comparator is Comparator.BETWEEN:
        return None
    values = tuple(None if goal is None else float(goal.value) for goal in goals)
    return TargetLine(values, f"Target {sentences.number(last.unit, last.value)}")


def _described(series: Sequence[Fact], goal: Goal | None) -> Iterator[str]:
    """What the picture shows, for people who cannot see it."""
    first, last = series[0], series[-1]
    numbers = [sentences.number(fact.unit, fact.value) for fact in (first, last)]
    yield f"{len(series)} figures, from {numbers[0]} ({first.label}) to {numbers[1]} ({last.label})."
    if goal is not None:
        yield f"It is judged against {sentences.target(goal)}."
