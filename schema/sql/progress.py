"""What a target is judged by: its revisions and the figures of its series, as the inputs of its progress."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    and_,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)

from schema.computed_inputs.record import Record, json_list
from schema.computed_inputs.targets import (
    JudgedFigure,
    JudgedMember,
    JudgedTarget,
    Milestone,
    ProgressHistoryInputs,
    ProgressInputs,
    TargetHistory,
    TargetRevision,
)
from schema.mapping import Arguments, Ids, constant
from schema.sql.days import london_day
from schema.sql.figures import figures_of
from schema.sql.listings import WITHDRAWN, between
from schema.sql.recalculations import recalculations_of
from schema.sql.revised import as_revised
from schema.tables import (
    FigureRow,
    MetricRow,
    MilestoneRow,
    OrganisationRow,
    PeriodRow,
    TargetRevisionRow,
    TargetRow,
    rows_of,
)

_figure = rows_of(FigureRow)
_metric = rows_of(MetricRow)
_milestone = rows_of(MilestoneRow)
_organisation = rows_of(OrganisationRow)
_period = rows_of(PeriodRow)
_revision = rows_of(TargetRevisionRow)
_target = rows_of(TargetRow)

_MILESTONE = Record(Milestone, MilestoneRow)
_REVISION = Record(TargetRevision, TargetRevisionRow, counts_from=lambda revision: counts_from(revision))
_HISTORY = Record(
    TargetHistory,
    revisions=lambda target, _: _revisions(target),
    milestones=lambda target, _: _milestones(target),
    due_before=lambda target, targets: _due_before(target, targets),
    days=lambda target, _: days_of(target),
)
_JUDGED_FIGURE = Record(JudgedFigure, FigureRow, period_starts=lambda _, period: period.c.starts)
_JUDGED = Record(
    JudgedTarget,
    TargetRow,
    unit=lambda target, *_: _of_metric(target, "unit"),
    counts=lambda target, *_: _of_metric(target, "counts"),
    is_sample=lambda target, *_: _of_metric(target, "is_sample"),
    closed_on=lambda target, *_: _closed_on(target),
    history=lambda target, _, __, ___, targets: target_history(target, targets),
    figures=lambda target, figures, *_: _judged_figures(target, figures),
    recalculations=lambda target, _, known_at, *__: _recalculations(target, known_at),
    inherited_from="inherited_from_id",
    members=lambda target, figures, known_at, has_members, _: _members(target, figures, known_at, has_members),
)
_MEMBER = Record(
    JudgedMember,
    TargetRow,
    closed_on=lambda member, *_: _closed_on(member),
    days=lambda member, *_: days_of(member),
    figures=lambda member, figures, _: _judged_figures(member, figures),
    recalculations=lambda member, _, known_at: _recalculations(member, known_at),
)
_PROGRESS = Record(
    ProgressInputs,
    judged=lambda target, figures, known_at, _, has_members, targets: _JUDGED.object(
        target, figures, known_at, has_members, _known(known_at) if targets is None else targets
    ),
    as_of=lambda _, __, ___, as_of, *____: as_of,
)
_PROGRESS_HISTORY = Record(
    ProgressHistoryInputs,
    judged=lambda target, arguments: _JUDGED.object(
        target, figures_of(arguments), arguments.known_at(), True, targets_of_moment(arguments)
    ),
    starts=lambda _, arguments: arguments.value_or_null("from", Date),
    ends=lambda _, arguments: cast(null(), Date()) if (until := arguments.until()) is None else until,
)


def counts_from(revision: FromClause) -> ColumnElement[Any]:
    """The day from which a revision of a target counts: the day on which it was recorded, unless it says."""
    return func.coalesce(revision.c.counts_from, london_day(revision.c.recorded_at))


def targets_known_at(instant: ColumnElement[dt.datetime]) -> FromClause:
    """The targets as they were known at an instant, without those that nobody had set by then."""
    return as_revised(
        _target, _revision, "target_id", lambda revision: revision.c.recorded_at <= instant, row_key="rule_id"
    )


def targets_of_moment(arguments: Arguments) -> FromClause:
    """The targets as they are now, or as they were known at the instant of the field or above it."""
    return _known(arguments.known_at())


def _known(instant: ColumnElement[dt.datetime] | None) -> FromClause:
    return _target if instant is None else targets_known_at(instant)


def target_history(target: FromClause, targets: FromClause) -> ColumnElement[Any]:
    """A target as it was set and changed until its revision: the revisions and the milestones of each, oldest first.

    `targets` are all targets as they are, or were, known.
    """
    return _HISTORY.object(target, targets)


def progress_inputs(
    target: FromClause,
    as_of: ColumnElement[Any],
    figures: FromClause = _figure,
    known_at: ColumnElement[Any] | None = None,
    *,
    has_members: bool = True,
    targets: FromClause | None = None,
) -> ColumnElement[Any]:
    """The inputs of a target's progress on a date, by all figures or by those of a selection.

    `targets` are all targets as they were known at the instant, where a statement has them already.

    Recalculations count as they were known at an instant; at None, as they are known now. A target for members has
    theirs, unless they are judged elsewhere.
    """
    return _PROGRESS.object(target, figures, known_at, as_of, has_members, targets)


def is_in_force(target: FromClause, day: ColumnElement[dt.date]) -> ColumnElement[bool]:
    """The condition that a target is one of its organisation's on a day: set for it, or inherited then."""
    return or_(target.c.days.is_(None), target.c.days.op("@>")(day))


def days_of(target: FromClause) -> ColumnElement[Any]:
    """The days on which an inherited target is in force, as stays; null for a target that was set."""
    stay = func.unnest(target.c.days).column_valued("stay")
    first, last = func.lower(stay), func.upper(stay) - literal_column("1")
    each = select(func.json_build_object(constant("starts"), first, constant("ends"), last)).order_by(first)
    stays = json_list(each.correlate(target))
    return case((target.c.days.is_not(None), stays), else_=null())


def _revisions(target: FromClause) -> ColumnElement[Any]:
    revision = _revision.alias()
    where = [revision.c.target_id == target.c.rule_id, revision.c.revision <= target.c.revision]
    return _REVISION.list(revision, source=revision, where=where, order=[revision.c.revision], around=[target])


def _milestones(target: FromClause) -> ColumnElement[Any]:
    milestone = _milestone.alias()
    where = [milestone.c.target_id == target.c.rule_id, milestone.c.revision <= target.c.revision]
    return _MILESTONE.list(milestone, source=milestone, where=where, order=[milestone.c.due], around=[target])


def _due_before(target: FromClause, targets: FromClause) -> ColumnElement[Any]:
    """When the target before it of the same metric and organisation is due; of an inherited one, where it was set."""
    rule, other = targets.alias(), targets.alias()
    same = (other.c[name] == rule.c[name] for name in ("metric_id", "organisation_id"))
    is_like = other.c.applies_to.is_not_distinct_from(rule.c.applies_to)
    found = select(func.max(other.c.due)).select_from(rule.join(other, and_(*same, is_like)))
    before = found.where(rule.c.id == target.c.rule_id, other.c.inherited_from_id.is_(None), other.c.due < target.c.due)
    return before.correlate(target).scalar_subquery()


def _members(
    target: FromClause, figures: FromClause, known_at: ColumnElement[Any] | None, has_members: bool
) -> ColumnElement[Any]:
    """Everyone who ever inherits a target; null for a target of one organisation."""
    if not has_members:
        return null()
    member = _target.alias()
    listed = _MEMBER.list(
        member,
        figures,
        known_at,
        source=member,
        where=[member.c.inherited_from_id == target.c.id],
        order=[member.c.organisation_id],
        around=[target],
    )
    return case((target.c.applies_to.is_not(None), listed), else_=null())


def _of_metric(target: FromClause, column: str) -> ColumnElement[Any]:
    metric = _metric.alias()
    return select(metric.c[column]).where(metric.c.id == target.c.metric_id).correlate(target).scalar_subquery()


def _closed_on(target: FromClause) -> ColumnElement[Any]:
    organisation = _organisation.alias()
    last_day = select(organisation.c.closed_on).where(organisation.c.id == target.c.organisation_id)
    return last_day.correlate(target).scalar_subquery()


def _judged_figures(target: FromClause, figures: FromClause) -> ColumnElement[Any]:
    figure, period = figures.alias(), _period.alias()
    return _JUDGED_FIGURE.list(
        figure,
        period,
        source=figure.join(period, period.c.id == figure.c.period_id),
        where=[_judges(target, figure)],
        order=[figure.c.period_ends, figure.c.id],
        around=[target],
    )


def _recalculations(target: FromClause, known_at: ColumnElement[Any] | None) -> ColumnElement[Any]:
    return recalculations_of(target.c.metric_id, target.c.organisation_id, known_at, around=[target])


def _judges(target: FromClause, figure: FromClause) -> ColumnElement[bool]:
    """The condition that a figure is one of the series that a target is about."""
    return and_(
        figure.c.metric_id == target.c.metric_id,
        figure.c.organisation_id == target.c.organisation_id,
        figure.c.status != WITHDRAWN,
    )


# ── Now ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def current_progress_inputs(target: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The inputs of a target's progress on the date `asOf`."""
    return progress_inputs(target, arguments.day(), figures_of(arguments), arguments.known_at())


def _of_any(target: FromClause, arguments: Arguments, column: str) -> Select[Any]:
    """The ids of the figures by then: any of them may be the one that decides."""
    figure = figures_of(arguments).alias()
    by_then = figure.c.period_ends <= arguments.day()
    return select(figure.c[column]).where(_judges(target, figure), by_then).correlate(target)


CURRENT_IDS: dict[str, Ids] = {
    "target": lambda target, _: target.c.id,
    "figure": lambda target, arguments: _of_any(target, arguments, "id"),
    "period": lambda target, arguments: _of_any(target, arguments, "period_id"),
}


# ── In each period ────────────────────────────────────────────────────────────────────────────────────────────────


def progress_history_inputs(target: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The inputs of a target's progress in each period that ends within the dates of the arguments."""
    return _PROGRESS_HISTORY.object(target, arguments)


def _of_each(target: FromClause, arguments: Arguments, column: str) -> Select[Any]:
    figure = figures_of(arguments).alias()
    return select(figure.c[column]).where(_judges(target, figure), *between(figure, arguments)).correlate(target)


def _periods(target: FromClause, arguments: Arguments) -> Select[Any]:
    """The periods of its figures, and of those of the members that inherit it."""
    figure, member = figures_of(arguments).alias(), _target.alias()
    inherits = select(member.c.organisation_id).where(member.c.inherited_from_id == target.c.id).correlate(target)
    is_theirs = or_(figure.c.organisation_id == target.c.organisation_id, figure.c.organisation_id.in_(inherits))
    judged = [figure.c.metric_id == target.c.metric_id, is_theirs, figure.c.status != WITHDRAWN]
    return select(figure.c.period_id).where(*judged, *between(figure, arguments)).distinct().correlate(target)


HISTORY_IDS: dict[str, Ids] = {
    "target": lambda target, _: target.c.id,
    "figure": lambda target, arguments: _of_each(target, arguments, "id"),
    "period": _periods,
}


# ── Of the target of an event ─────────────────────────────────────────────────────────────────────────────────────


def event_progress_inputs(_: Any, arguments: Arguments) -> ColumnElement[Any]:
    """The inputs of the progress today of the target that an event is about."""
    target = _target.alias()
    inputs = select(current_progress_inputs(target, arguments)).where(target.c.id == arguments.request.event())
    return inputs.scalar_subquery()


def _of_event(arguments: Arguments, name: str) -> Select[Any]:
    target = _target.alias()
    ids: Any = CURRENT_IDS[name](target, arguments)
    is_event = target.c.id == arguments.request.event()
    if not isinstance(ids, Select):
        return select(ids).select_from(target).where(is_event)
    several = ids.lateral()
    return select(*several.c).select_from(target.join(several, true())).where(is_event)


EVENT_IDS: dict[str, Ids] = {
    "target": lambda _, arguments: _of_event(arguments, "target"),
    "figure": lambda _, arguments: _of_event(arguments, "figure"),
    "period": lambda _, arguments: _of_event(arguments, "period"),
}
