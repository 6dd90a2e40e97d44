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
    table,
)

_action = table(PaperActionRow)
_figure = table(FigureRow)
_narrative = table(NarrativeRow)
_organisation = table(OrganisationRow)
_outline = table(OutlineRow)
_paper = table(PaperRow)
_revision = table(FigureRevisionRow)
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


def actions_open(row: Any, other: FromClause, _: Arguments) -> RelatedRows:
    """The actions that this paper or an earlier one asked for, but for those that an earlier one says are closed."""
    paper = _paper.alias()
    asked: Select[Any] = select(_ONE).where(
        paper.c.id == other.c.paper_id,
        paper.c.board_id == row.c.board_id,
        paper.c.quarter_ends <= row.c.quarter_ends,
    )
    is_open = or_(other.c.closed_in.is_(None), other.c.closed_in >= row.c.quarter_ends)
    return RelatedRows((exists(asked.correlate(row, other)), is_open), (other.c.number, other.c.id))


def quarter_written(row: Any, _: Arguments) -> ColumnElement[Any]:
    """The quarter of the paper that a row was written in."""
    paper = _paper.alias()
    return select(paper.c.quarter).where(paper.c.id == row.c.paper_id).correlate(row).scalar_subquery()


def figure_now(row: Any, other: FromClause, _: Arguments) -> RelatedRows:
    """The latest figure of the ICB for an action's metric."""
    return RelatedRows((other.c.id == latest_figure(row),))


def latest_figure(row: Any) -> ColumnElement[Any]:
    """The id of that figure; null where an action has no metric, or its metric no figure."""
    figure, paper = _figure.alias(), _paper.alias()
    return (
        select(figure.c.id)
        .select_from(figure.join(paper, paper.c.board_id == figure.c.organisation_id))
        .where(paper.c.id == row.c.paper_id, figure.c.metric_id == row.c.metric_id, figure.c.status != WITHDRAWN)
        .order_by(figure.c.period_ends.desc(), figure.c.id.desc())
        .limit(_ONE)
        .correlate(row)
        .scalar_subquery()
    )


def is_superseded(row: Any, _: Arguments) -> ColumnElement[Any]:
    """Whether one of the figures in a frozen paper has been corrected or withdrawn since."""
    revision = _revision.alias()
    later: Select[Any] = select(_ONE).where(
        revision.c.figure_id == func.any(row.c.figure_ids), revision.c.published_at > row.c.frozen_at
    )
    return exists(later.correlate(row))
