"""Which papers a viewer may see, what people wrote in them, and whether figures have changed since they were frozen."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, exists, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from schema.mapping import Arguments, RelatedRows
from schema.sql.listings import WITHDRAWN
from schema.sql.scopes import within_scope
from schema.tables import (
    FigureRevisionRow,
    FigureRow,
    NarrativeRow,
    OrganisationRow,
    OutlineRow,
    PaperActionRow,
    PaperRow,
    rows_of,
)

_action = rows_of(PaperActionRow)
_figure = rows_of(FigureRow)
_narrative = rows_of(NarrativeRow)
_organisation = rows_of(OrganisationRow)
_outline = rows_of(OutlineRow)
_paper = rows_of(PaperRow)
_revision = rows_of(FigureRevisionRow)
_ONE: ColumnElement[int] = literal_column("1")


def visible_paper(row: FromClause, scope: ColumnElement[int]) -> ColumnElement[bool]:
    """A frozen paper is everybody's; before, it is for those who act for its ICB."""
    return or_(row.c.frozen_at.is_not(None), within_scope(scope, row.c.board_id, row.c.quarter_ends))


def paper_of_quarter(_: None, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The paper of an ICB for a quarter: of the ICB of the argument, or of the first that has an outline."""
    return RelatedRows((other.c.quarter_ends == arguments.quarter("quarter"), other.c.board_id == _board(arguments)))


def papers_listed(_: None, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The same ICB's papers, the latest first."""
    return RelatedRows((other.c.board_id == _board(arguments),), (other.c.quarter_ends.desc(), other.c.id))


def _board(arguments: Arguments) -> ColumnElement[Any]:
    if not arguments.has("board"):
        return select(func.min(_outline.c.board_id)).scalar_subquery()
    organisation = _organisation.alias()
    return select(organisation.c.id).where(organisation.c.code == arguments.value("board")).scalar_subquery()


def narratives_in_force(row: Any, other: FromClause, _: Arguments) -> RelatedRows:
    """For each section the latest narrative of the ICB's papers until this one, in the order of the outline."""
    narrative, paper = _narrative.alias(), _paper.alias()
    latest = (
        select(narrative.c.id)
        .ext(distinct_on(narrative.c.section))
        .select_from(narrative.join(paper, paper.c.id == narrative.c.paper_id))
        .where(paper.c.board_id == row.c.board_id, paper.c.quarter_ends <= row.c.quarter_ends)
        .order_by(narrative.c.section, paper.c.quarter_ends.desc())
        .correlate(row)
    )
    return RelatedRows((other.c.id.in_(latest),), (other.c.section, other.c.id))


def actions_open(row: Any, _: Arguments) -> Select[Any]:
    """The actions that a paper or an earlier one asked for, but for those that an earlier one says are closed.

    `seen_on` is the last day of the quarter of the paper that has them, and `place` their order in it.
    """
    action, paper = _action.alias(), _paper.alias()
    is_open = or_(action.c.closed_in.is_(None), action.c.closed_in >= row.c.quarter_ends)
    return (
        select(
            *action.c,
            paper.c.board_id,
            row.c.quarter_ends.label("seen_on"),
            func.row_number().over(order_by=[action.c.number, action.c.id]).label("place"),
        )
        .select_from(action.join(paper, paper.c.id == action.c.paper_id))
        .where(paper.c.board_id == row.c.board_id, paper.c.quarter_ends <= row.c.quarter_ends, is_open)
    )


def quarter_written(row: Any, _: Arguments) -> ColumnElement[Any]:
    """The quarter of the paper that a row was written in."""
    paper = _paper.alias()
    return select(paper.c.quarter).where(paper.c.id == row.c.paper_id).correlate(row).scalar_subquery()


def figure_now(action: Any, other: FromClause, _: Arguments) -> RelatedRows:
    """The latest figure of the ICB for an action's metric, by the end of the quarter of the paper that has it."""
    return RelatedRows((other.c.id == latest_of_action(action),))


def latest_of_action(action: Any) -> ColumnElement[Any]:
    """The id of that figure; null where an action has no metric, or its metric no figure."""
    return latest_figure(action.c.metric_id, action.c.board_id, action.c.seen_on).correlate(action).scalar_subquery()


def latest_figure(metric: ColumnElement[Any], board: ColumnElement[Any], by: ColumnElement[Any]) -> Select[Any]:
    """The id of an ICB's latest figure of a metric for a period that ends by a day."""
    figure = _figure.alias()
    return (
        select(figure.c.id)
        .where(
            figure.c.metric_id == metric,
            figure.c.organisation_id == board,
            figure.c.period_ends <= by,
            figure.c.status != WITHDRAWN,
        )
        .order_by(figure.c.period_ends.desc(), figure.c.id.desc())
        .limit(_ONE)
    )


def is_superseded(row: Any, _: Arguments) -> ColumnElement[Any]:
    """Whether one of the figures in a frozen paper has been corrected or withdrawn since."""
    revision = _revision.alias()
    later: Select[Any] = select(_ONE).where(
        revision.c.figure_id == func.any(row.c.figure_ids), revision.c.published_at > row.c.frozen_at
    )
    return exists(later.correlate(row))
