"""The inputs of a paper become its facts: series of figures, metrics and targets, each looked up by its code."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schema.alike import is_earlier, is_same_series, is_year_before
from schema.computed_inputs.briefing import (
    BriefingInputs,
    OutlineLine,
    PaperClosure,
    PaperCorrection,
    PaperFigure,
    PaperMetric,
    PaperTarget,
    Partnership,
    TargetChange,
)
from schema.enumerations import Counts, OrganisationKind, PeriodKind, TargetStatus, Unit
from schema.errors import Refusal
from schema.papers import Baseline
from schema.units import ratio
from service.computed.progress import progress
from service.statistics.evidence import evidence_on
from service.statistics.goals import Goal, Goals, goals_of, judging
from service.statistics.lengths import is_old, usual
from service.statistics.points import Point, measured, point_of

# Of several published changes of one metric, a sentence uses the first of these.
_NEAREST = (Baseline.YEAR_BEFORE, Baseline.JANUARY, Baseline.TWO_YEARS_BEFORE)


class Fact(PaperFigure):
    """One figure as it was known on the paper's day."""

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
    """A target on the paper's day; `key` is that of the figure that decides, `goal` what the target asked of it.

    `milestones` are due by then: each with whether it was met on its day.
    A target that `applies_to` members of a kind has no figure: its reason says how many of them meet it.
    """

    metric: str
    organisation: str
    goals: Goals
    goal: Goal
    status: TargetStatus
    reason: str
    key: int | None
    milestones: Sequence[tuple[Point, bool]]
    applies_to: OrganisationKind | None = None
    # How it was changed since the paper's quarter began.
    changes: Sequence[TargetChange] = ()


@dataclass(frozen=True)
class Facts:
    """What was known about the ICB and those it is compared with: of each series the latest figures.

    `at` is the day of most figures, which the paper gives once; `members_on` the one on which members are listed.
    """

    as_of: dt.date
    at: dt.date
    members_on: dt.date
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
    # What is on record of why figures changed, since the paper's quarter began.
    corrections: Sequence[PaperCorrection] = ()
    closures: Sequence[PaperClosure] = ()

    def latest(self, metric: str, organisation: str | None = None) -> Fact | None:
        """The figure of the latest period of a series; the ICB's own when no organisation is named."""
        figures = self.series.get((metric, organisation or self.board), ())
        return figures[-1] if figures else None

    def of_member(self, metric: str, organisation: str) -> Sequence[Fact]:
        """The figures of a series; of a partnership those not older than the ICB's own, which they would contradict."""
        figures, of_board = self.series.get((metric, organisation), ()), self.latest(metric)
        if of_board is None or self.kinds[organisation] is not OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP:
            return figures
        return [each for each in figures if each.ends >= of_board.ends]

    def earlier(self, metric: str, organisation: str | None = None) -> Fact | None:
        """The figure that the latest is compared with: that of a year before, or else the one before it.

        What goes with the seasons is compared with the year before, or with nothing: staff, and what adds up over days.
        """
        figures = self.series.get((metric, organisation or self.board), ())
        if not figures:
            return None
        last, counts = figures[-1], self.measures[metric].counts
        a_year_before = [each for each in figures if is_year_before(counts, last, each)]
        is_seasonal = last.unit is Unit.FTE or counts is Counts.OVER_PERIOD
        before = [] if is_seasonal else [each for each in figures if is_earlier(counts, last, each)]
        return next(reversed(a_year_before or before), None)

    def since(self, metric: str, organisation: str, baseline: Baseline) -> Fact | None:
        """The figure that a published change to the latest one starts from."""
        figures = self.series.get((metric, organisation), ())
        if not figures:
            return None
        counts = self.measures[metric].counts
        before = [
            each
            for each in figures
            if baseline.is_of(figures[-1].ends, each.ends) and is_same_series(counts, figures[-1], each)
        ]
        return before[-1] if before else None

    def is_usual(self, fact: Fact) -> bool:
        """Whether a figure is counted on the day that the paper gives once for all."""
        is_of_day = fact.kind is PeriodKind.SNAPSHOT or self.measures[fact.metric].counts is Counts.AT_DATE
        return is_of_day and fact.ends == self.at

    def is_stale(self, fact: Fact) -> bool:
        """Whether a figure is older than two of its metric's periods on the paper's day."""
        return is_old(self.measures[fact.metric].counts, fact.starts, fact.ends, on=self.as_of)

    def is_old(self, fact: Fact) -> bool:
        """Whether a figure is that old, or a later period has a nil return."""
        return fact.has_nil_return or self.is_stale(fact)

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

    def aim(self, fact: Fact) -> Aim | None:
        """The ICB's own target for a figure; of several, the one that judges it."""
        series = (fact.metric, self.board)
        own = [aim for aim in self.aims if aim.applies_to is None]
        mine = [aim for aim in own if (aim.metric, aim.organisation) == series]
        target = judging((aim.goals for aim in mine), fact.point)
        return next((aim for aim in mine if aim.goals is target), None)

    def deciding(self, aim: Aim) -> Fact | None:
        """The figure that decides a target."""
        return next((each for each in self.series.get((aim.metric, aim.organisation), ()) if each.key == aim.key), None)

    def goal(self, fact: Fact) -> Goal | None:
        """What that target asks of the figure."""
        aim = self.aim(fact)
        return None if aim is None else aim.goals.on(fact.ends)


def facts_of(inputs: BriefingInputs) -> Facts:
    """The facts of a paper. Refusals: `plan/unknown-board`."""
    if inputs.board is None:
        raise Refusal("plan/unknown-board", "There is no integrated care board with this code, or none has an outline.")
    series: dict[tuple[str, str], list[Fact]] = {}
    for figure in inputs.figures:
        series.setdefault((figure.metric, figure.organisation), []).append(Fact(**vars(figure)))
    return Facts(
        as_of=inputs.as_of,
        at=inputs.at,
        members_on=inputs.members_on,
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
        corrections=inputs.corrections,
        closures=inputs.closures,
    )


def _aim(target: PaperTarget, as_of: dt.date) -> Aim:
    judged, current = target.progress.judged, progress(target.progress)
    length = usual(judged.counts, ((each.period_starts, each.period_ends) for each in judged.figures))
    goals = goals_of(judged.history, judged.unit, judged.counts, length)
    decided = next((each.period_ends for each in judged.figures if each.id == current.figure), as_of)
    goal = goals.on(decided)
    evidence = evidence_on(goals, [point_of(each, judged.unit) for each in judged.figures], as_of)
    milestones = () if evidence is None else evidence.milestones
    return Aim(
        target.metric,
        target.organisation,
        goals,
        goal,
        current.status,
        current.reason,
        current.figure,
        milestones,
        judged.applies_to,
        target.changes,
    )
