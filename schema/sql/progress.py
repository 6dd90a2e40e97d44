"""What a target is judged by: its revisions, and the figures of its series, as one JSON value."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, literal_column, null, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema.mapping import Arguments, row_of
from schema.sql.listings import WITHDRAWN, between
from schema.tables import FigureRow, MetricRow, MilestoneRow, TargetRevisionRow, TargetRow, table

_figure = table(FigureRow)
_metric = table(MetricRow)
_milestone = table(MilestoneRow)
_revision = table(TargetRevisionRow)
_target = table(TargetRow)


def judged_by(target: FromClause, figures: FromClause = _figure) -> tuple[FromClause, ColumnElement[bool]]:
    """The figures that a target judges: as they stand, or those among others that are given."""
    figure = figures.alias()
    return figure, and_(
        figure.c.metric_id == target.c.metric_id,
        figure.c.organisation_id == target.c.organisation_id,
        figure.c.status != WITHDRAWN,
    )


def as_set(target: FromClause) -> ColumnElement[Any]:
    """A target as it was set and changed, as JSON: its revisions, and the milestones of each, oldest first."""
    milestone, revision = _milestone.alias(), _revision.alias("as_set")
    milestones = (
        select(
            func.json_agg(
                aggregate_order_by(
                    func.json_build_array(milestone.c.revision, milestone.c.due, milestone.c.value), milestone.c.due
                )
            )
        )
        .where(milestone.c.target_id == target.c.id)
        .correlate(target)
    )
    revisions = (
        select(func.json_agg(aggregate_order_by(func.row_to_json(row_of(revision)), revision.c.revision)))
        .where(revision.c.target_id == target.c.id)
        .correlate(target)
    )
    return func.json_build_object("revisions", revisions.scalar_subquery(), "milestones", milestones.scalar_subquery())


def progress_inputs(target: FromClause, as_of: ColumnElement[Any], figures: FromClause = _figure) -> ColumnElement[Any]:
    """What the assessment of a target needs: its revisions, milestones, metric and all figures, each oldest first.

    The revision in force on the judged day judges. Without `as_of` that is the last day of each figure's own period.
    """
    figure, judged = judged_by(target, figures)
    metric = _metric.alias()
    points = (
        select(
            func.json_agg(
                aggregate_order_by(
                    func.json_build_array(
                        figure.c.id,
                        figure.c.period_ends,
                        figure.c.value,
                        figure.c.numerator,
                        figure.c.denominator,
                        figure.c.lower_confidence_limit,
                        figure.c.upper_confidence_limit,
                    ),
                    figure.c.period_ends,
                    figure.c.id,
                )
            )
        )
        .where(judged)
        .correlate(target)
    )
    of_metric = (
        select(
            func.json_build_object(
                "unit", metric.c.unit, "direction", metric.c.direction, "decimals", metric.c.decimals
            )
        )
        .where(metric.c.id == target.c.metric_id)
        .correlate(target)
    )
    return func.json_build_object(
        "target",
        as_set(target),
        "metric",
        of_metric.scalar_subquery(),
        "points",
        points.scalar_subquery(),
        "asOf",
        as_of,
    )


def current_progress_inputs(target: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """What a target is judged by on the day `asOf`."""
    return progress_inputs(target, arguments.day("asOf"))


def each_progress_inputs(target: FromClause, _: Arguments) -> ColumnElement[Any]:
    """What a target is judged by at the end of each figure's own period."""
    return progress_inputs(target, null())


def with_latest(target: FromClause, arguments: Arguments) -> FromClause:
    """One row: the target and its latest figure by `asOf`, or no figure."""
    figure, judged = judged_by(target)
    latest = (
        select(figure.c.id.label("figure_id"), figure.c.period_id)
        .where(judged, figure.c.period_ends <= arguments.day("asOf"))
        .order_by(figure.c.period_ends.desc(), figure.c.id.desc())
        .limit(literal_column("1"))
        .correlate(target)
        .lateral()
    )
    return (
        select(target.c.id.label("target_id"), latest.c.figure_id.label("key"), latest.c.figure_id, latest.c.period_id)
        .select_from(select(literal_column("1")).subquery().outerjoin(latest, true()))
        .correlate(target)
        .lateral()
    )


def with_each(target: FromClause, arguments: Arguments) -> FromClause:
    """One row for each figure of the target's series that the arguments let through, oldest first."""
    figure, judged = judged_by(target)
    return (
        select(
            target.c.id.label("target_id"),
            figure.c.id.label("key"),
            figure.c.id.label("figure_id"),
            figure.c.period_id,
            func.row_number().over(order_by=(figure.c.period_ends, figure.c.id)).label("place"),
        )
        .where(judged, *between(figure, arguments))
        .order_by(figure.c.period_ends, figure.c.id)
        .correlate(target)
        .lateral()
    )


def event_progress_inputs(_: Any, arguments: Arguments) -> ColumnElement[Any]:
    """What the target of an event is judged by."""
    target = _target.alias()
    judged = select(progress_inputs(target, arguments.day("asOf"))).where(target.c.id == arguments.event())
    return judged.scalar_subquery()


def event_target(_: Any, arguments: Arguments) -> FromClause:
    """One row: the target of an event and its latest figure, or no figure."""
    target = _target.alias()
    found = with_latest(target, arguments)
    return select(found).select_from(target.join(found, true())).where(target.c.id == arguments.event()).subquery()
