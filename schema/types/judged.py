"""What a target is judged by: its revisions, and the figures of its series, as one JSON value."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema.mapping import row_of
from schema.tables import FigureRow, MetricRow, MilestoneRow, TargetRevisionRow, table
from schema.types.listed import WITHDRAWN

_figure = table(FigureRow)
_metric = table(MetricRow)
_milestone = table(MilestoneRow)
_revision = table(TargetRevisionRow)


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
