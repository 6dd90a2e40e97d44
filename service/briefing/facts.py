"""The inputs of a paper become its facts: series of figures, metrics and targets, each looked up by its code."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schema.computed_inputs.briefing import (
    BriefingInputs,
    OutlineLine,
    PaperFigure,
    PaperMetric,
    PaperTarget,
    Partnership,
)
from schema.enumerations import OrganisationKind, PeriodKind, TargetStatus
from schema.errors import Refusal
from schema.papers import Baseline
from schema.units import ratio, unit_rules
from service.computed.progress import progress
from service.statistics.goals import Goal, Goals, goals_of, judging
from service.statistics.lengths import usual
from service.statistics.points import Point, measured

# Of several published changes of one metric, a sentence uses the first of these.
_NEAREST = (Baseline.YEAR_BEFORE, Baseline.JANUARY, Baseline.TWO_YEARS_BEFORE)
# Months, quarters or years of the same kind differ by this many days at most.
_SAME_LENGTH = 3


class Fact(PaperFigure):
    """One figure as it was known on the paper's day."""

    @property
    def counts_days(self) -> bool:
        """Whether it counts events over some days; a share, staff or a count on one day is a state instead."""
        return not unit_rules(self.unit).is_state and self.kind is not PeriodKind.SNAPSHOT

    @property
    def counted(self) -> Decimal | None:
        """The share or rate that its counts give, not rounded; None when the counts are not known."""
        if self.numerator is None or not self.denominator:
            return None
        return ratio(self.unit, self.numerator, self.denominator)

    @property
    def point(self) -> Point:
        """The figure as a target judges it: by its counts, not rounded, where they are known."""
        return measured(self.unit, self.value, self.numerator, self.denominator, on=self.ends, starts=self.starts)


@dataclass(frozen=True)
class Stated:
    """The metric that a published change is a change of, and the baseline of the change."""

    metric: str
    since: Baseline


class Measure(PaperMetric):
    """A metric: how the paper defines it, and the metrics that its figures are checked against."""

    @property
    def change(self) -> Stated | None:
        """What its figures are changes of; None when they are not changes."""
        is_change = self.change_of is not None and self.change_since is not None
        return Stated(str(self.change_of), Baseline(str(self.change_since))) if is_change else None


@dataclass(frozen=True)
class Aim:
    """A target on the paper's day; `key` is that of the figure that decides, `goal` what the target asked of it."""

    metric: str
    organisation: str
    goals: Goals
    goal: Goal
    status: TargetStatus
    reason: str
    key: int | None


@dataclass(frozen=True)
class Facts:
    """What was known about the ICB and those it is compared with: of each series the latest figures."""

    as_of: dt.date
    board: str
    region: str | None
    outline: Sequence[OutlineLine]
    # Each oldest first, by metric and organisation.
    series: Mapping[tuple[str, str], Sequence[Fact]]
    measures: Mapping[str, Measure]
    names: Mapping[str, str]
    kinds: Mapping[str, OrganisationKind]
    # Other boards with a paper of their own, and their members: this paper only compares itself with them.
    elsewhere: frozenset[str]
    partnerships: Sequence[Partnership]
    aims: Sequence[Aim]

    def latest(self, metric: str, organisation: str | None = None) -> Fact | None:
        """The figure of the latest period of a series; the ICB's own when no organisation is named."""
        figures = self.series.get((metric, organisation or self.board), ())
        return figures[-1] if figures else None

    def earlier(self, metric: str, organisation: str | None = None) -> Fact | None:
        """The figure that the latest is compared with: that of a year before, or else the one before it."""
        figures = self.series.get((metric, organisation or self.board), ())
        if not figures:
            return None
        last = figures[-1]
        before = [each for each in figures if each.ends < last.ends and _are_comparable(each, last, figures)]
        a_year_before = [each for each in before if Baseline.YEAR_BEFORE.is_of(last.ends, each.ends)]
        return next(reversed(a_year_before or before), None)

    def since(self, metric: str, organisation: str, baseline: Baseline) -> Fact | None:
        """The figure that a published change to the latest one starts from."""
        figures = self.series.get((metric, organisation), ())
        before = [
            each
            for each in figures
            if baseline.is_of(figures[-1].ends, each.ends) and _are_comparable(each, figures[-1], figures)
        ]
        return before[-1] if before else None

    def of(self, metric: str, organisation: str, label: str) -> Fact | None:
        """The figure of a period."""
        return next((each for each in self.series.get((metric, organisation), ()) if each.label == label), None)

    def on(self, metric: str, organisation: str, day: dt.date, label: str) -> Fact | None:
        """The figure of a period, or the latest one that ends by its end."""
        by_then = [each for each in self.series.get((metric, organisation), ()) if each.ends <= day]
        same = [each for each in by_then if each.label == label]
        return next(reversed(same or by_then), None)

    def boards(self, metric: str) -> list[str]:
        """The boards that have figures of a metric, by name."""
        with_figures = [of for code, of in self.series if code == metric]
        return sorted(
            (of for of in with_figures if self.kinds[of] is OrganisationKind.INTEGRATED_CARE_BOARD),
            key=lambda of: self.names[of],
        )

    def change_of(self, metric: str) -> str | None:
        """The metric whose figures are published changes of this one: of several, the change since the year before."""
        changes = [(code, measure.change) for code, measure in self.measures.items() if measure.change is not None]
        codes = [
            code
            for code, change in sorted(changes, key=lambda each: _NEAREST.index(each[1].since))
            if change.metric == metric
        ]
        return codes[0] if codes else None

    def goal(self, fact: Fact) -> Goal | None:
        """What the ICB's own target asks of a figure; of several targets, the one that judges it."""
        mine = [aim.goals for aim in self.aims if (aim.metric, aim.organisation) == (fact.metric, self.board)]
        target = judging(mine, fact.point)
        return None if target is None else target.on(fact.ends)


def _are_comparable(one: Fact, other: Fact, series: Sequence[Fact]) -> bool:
    """Whether two figures of a series can be compared.

    Percentages, staff, points and answers are states, and so is a series that was ever counted on a single day. A count
    over some days is compared with a count over as many days before them, none of which are in both.
    """
    if not all(each.counts_days for each in series):
        return True
    lengths = [(each.ends - each.starts).days for each in (one, other)]
    return abs(lengths[0] - lengths[1]) <= _SAME_LENGTH and one.ends < other.starts


def facts_of(inputs: BriefingInputs) -> Facts:
    """The facts of a paper. Refusals: `plan/unknown-board`."""
    if inputs.board is None:
        raise Refusal("plan/unknown-board", "There is no integrated care board with this code, or none has an outline.")
    series: dict[tuple[str, str], list[Fact]] = {}
    for figure in inputs.figures:
        series.setdefault((figure.metric, figure.organisation), []).append(Fact(**vars(figure)))
    return Facts(
        as_of=inputs.as_of,
        board=inputs.board,
        region=inputs.region,
        outline=inputs.outline,
        series=series,
        measures={metric.code: Measure(**vars(metric)) for metric in inputs.metrics},
        names={each.code: each.name for each in inputs.organisations},
        kinds={each.code: each.kind for each in inputs.organisations},
        elsewhere=frozenset(each.code for each in inputs.organisations if each.has_another_paper),
        partnerships=inputs.partnerships,
        aims=[_aim(target, inputs.as_of) for target in inputs.targets],
    )


def _aim(target: PaperTarget, as_of: dt.date) -> Aim:
    judged, current = target.progress.judged, progress(target.progress)
    length = usual(judged.counts, ((each.period_starts, each.period_ends) for each in judged.figures))
    goals = goals_of(judged.history, judged.unit, judged.counts, length)
    decided = next((each.period_ends for each in judged.figures if each.id == current.figure), as_of)
    goal = goals.on(decided)
    return Aim(target.metric, target.organisation, goals, goal, current.status, current.reason, current.figure)
