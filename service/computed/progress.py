"""A target and the figures of its series become its progress, as the type `TargetProgress`."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from schema.computed_inputs.targets import (
    JudgedFigure,
    JudgedMember,
    JudgedTarget,
    ProgressHistoryInputs,
    ProgressInputs,
)
from schema.enumerations import OrganisationKind, TargetStatus
from service.computed.not_calculated.listed import NotCalculated
from service.computed.not_calculated.progress import of_progress
from service.statistics import figures
from service.statistics.evidence import Evidence, evidence_on
from service.statistics.goals import goals_of
from service.statistics.lengths import usual
from service.statistics.points import point_of
from service.statistics.process import Group, latest_limits
from service.statistics.progress import Progress, assess, of_members, without_figures
from service.statistics.stretches import latest_stretch


@dataclass(frozen=True, kw_only=True)
class TargetProgress(Progress):
    """The type `TargetProgress`; `target`, `figure` and `period` are ids."""

    target: int
    figure: int | None
    period: int | None
    # What the target is judged by; None where no figure counts towards it.
    evidence: Evidence | None = None

    @property
    def not_calculated(self) -> list[NotCalculated]:
        """Its numbers that are null, and why."""
        return of_progress(self, self.evidence, is_for_members=self.members is not None)


def progress(inputs: ProgressInputs) -> TargetProgress:
    """The progress of a target on a date, by the figures of periods that ended by then."""
    judged = inputs.judged
    if judged.members is not None:
        return _Members(judged, inputs.as_of).progress_on(inputs.as_of)
    return _Target(judged, inputs.as_of).progress_on(inputs.as_of)


def progress_history(inputs: ProgressHistoryInputs) -> list[TargetProgress]:
    """The progress of a target at the end of each period within the dates that it judges, by the figures until then."""
    starts, ends = inputs.starts or dt.date.min, inputs.ends or dt.date.max
    if inputs.judged.members is not None:
        return _Members(inputs.judged, ends).history(starts, ends)
    target = _Target(inputs.judged, ends)
    return [
        target.progress_on(point.on, count)
        for count, point in enumerate(target.points, start=1)
        if starts <= point.on <= ends and target.goals.judges(point)
    ]


def progress_of_members(inputs: ProgressInputs, statuses: Sequence[TargetStatus]) -> TargetProgress:
    """The progress of a target that members inherit, by the status of each of those who inherit it on the date."""
    return _counted(inputs.judged, statuses, inputs.as_of, None)


def is_inherited_on(inputs: ProgressInputs) -> bool:
    """Whether an inherited target is in force on the date."""
    return any(stay.has(inputs.as_of) for stay in inputs.judged.history.days or ())


def _counted(
    judged: JudgedTarget, statuses: Sequence[TargetStatus], day: dt.date, period: int | None
) -> TargetProgress:
    goal = goals_of(judged.history, judged.unit, judged.counts).on(day)
    counted = of_members(goal, judged.applies_to or OrganisationKind.PRACTICE, statuses, day)
    return TargetProgress(target=judged.id, figure=None, period=period, **vars(counted))


class _Members:
    """A target that members inherit, as a target of each of them; `until` is as below."""

    def __init__(self, judged: JudgedTarget, until: dt.date) -> None:
        self.judged = judged
        self.members = [_Target(_of_member(judged, each), until) for each in judged.members or ()]

    def progress_on(self, day: dt.date, period: int | None = None) -> TargetProgress:
        """Its progress on a day, by the members who inherit it then."""
        found = [each.progress_on(day) for each in self.members if each.goals.is_in_force(day)]
        return _counted(self.judged, [each.status for each in found], day, period)

    def history(self, starts: dt.date, ends: dt.date) -> list[TargetProgress]:
        """Its progress at the end of each period for which it judges a member's figure."""
        periods = {
            point.on: figure.period_id
            for member in self.members
            for point, figure in zip(member.points, member.judged.figures, strict=True)
            if member.goals.judges(point) and starts <= point.on <= ends
        }
        return [self.progress_on(day, period) for day, period in sorted(periods.items())]


def _of_member(judged: JudgedTarget, member: JudgedMember) -> JudgedTarget:
    """A member's own target, as it inherits it."""
    return replace(
        judged,
        id=member.id,
        closed_on=member.closed_on,
        history=replace(judged.history, days=member.days),
        figures=member.figures,
        recalculations=member.recalculations,
        applies_to=None,
        members=None,
    )


class _Target:
    """A target with its figures as points; the figures until a day say which length of period is the usual one."""

    def __init__(self, judged: JudgedTarget, until: dt.date) -> None:
        self.judged = judged
        known = ((each.period_starts, each.period_ends) for each in judged.figures if each.period_ends <= until)
        self.goals = goals_of(judged.history, judged.unit, judged.counts, usual(judged.counts, known))
        self.points = [point_of(figure, judged.unit) for figure in judged.figures]

    def progress_on(self, day: dt.date, count: int | None = None) -> TargetProgress:
        """Its progress on a day, by so many of the first figures; by all when none is given."""
        evidence = evidence_on(self.goals, self.points[:count], day)
        if evidence is None:
            return self._made(without_figures(self.goals.on(day)), None, None)
        figure = self.judged.figures[self._place(evidence)]
        # Only what is met can be at risk by them.
        is_of_sample = evidence.is_met and self.judged.is_sample
        interval = figures.interval(self.judged.unit, figure) if is_of_sample else None
        limits = self._limits(evidence) if evidence.is_met else None
        assessed = assess(evidence, interval=interval, limits=limits, closed_on=self.judged.closed_on)
        return self._made(assessed, figure, evidence)

    def _place(self, evidence: Evidence) -> int:
        return next(at for at, point in enumerate(self.points) if point is evidence.point)

    def _limits(self, evidence: Evidence) -> Group | None:
        """The process limits of the latest stretch of a series, as its chart shows them."""
        points = [each for each in self.points[: self._place(evidence) + 1] if evidence.goal.is_as_long(each)]
        start, baseline = latest_stretch([point.on for point in points], self.judged.recalculations)
        return latest_limits([point.printed for point in points], start, baseline)

    def _made(self, assessed: Progress, figure: JudgedFigure | None, evidence: Evidence | None) -> TargetProgress:
        return TargetProgress(
            target=self.judged.id,
            figure=None if figure is None else figure.id,
            period=None if figure is None else figure.period_id,
            evidence=evidence,
            **vars(assessed),
        )
