"""The entries of a submission next to what is published."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array

from schema.enumerations import ChangeKind, FigureStatus
from schema.lifecycle import OPEN
from schema.mapping import Arguments, RelatedRows, constant
from schema.sql.revised import is_current
from schema.tables import FigureRevisionRow, FigureRow, SourceRow, SubmissionEntryRow, SubmissionRow, rows_of

_entry = rows_of(SubmissionEntryRow)
_figure = rows_of(FigureRow)
_revision = rows_of(FigureRevisionRow)
_source = rows_of(SourceRow)
_submission = rows_of(SubmissionRow)

_ONE: ColumnElement[int] = literal_column("1")


def entry_changes(row: FromClause, _: Arguments) -> Select[Any]:
    """Each entry with the figure of its cell, in order; then what the amended version had and this one does not."""
    entry, figure = _entry.alias(), _published()
    kind = case(
        (and_(entry.c.is_nil_return, figure.c.value.is_not(None)), constant(ChangeKind.REMOVED)),
        (and_(entry.c.is_nil_return, figure.c.value.is_(None)), constant(ChangeKind.UNCHANGED)),
        (figure.c.value.is_(None), constant(ChangeKind.ADDED)),
        (_is_same(figure, entry), constant(ChangeKind.UNCHANGED)),
        else_=constant(ChangeKind.CHANGED),
    )
    entries = (
        select(
            entry.c.metric_id,
            entry.c.organisation_id,
            entry.c.period_id,
            figure.c.value.label("before"),
            entry.c.value.label("after"),
            kind.label("kind"),
            figure.c.id.label("figure_id"),
            entry.c.id.label("entry_id"),
            cast(entry.c.row, BigInteger).label("place"),
        )
        .select_from(entry.outerjoin(figure, _same_cell(figure, entry)))
        .where(entry.c.submission_id == row.c.id, _resolved(entry))
        .correlate(row)
    )
    return select(entries.union_all(_removed(row)).subquery())


def _removed(row: FromClause) -> Select[Any]:
    """The figures that the amended version published and that still are its chain's, of cells that this one has not."""
    amended, entry, figure, revision, by = (
        _entry.alias(),
        _entry.alias(),
        _published(),
        _revision.alias(),
        _submission.alias(),
    )
    kept: Select[Any] = select(_ONE).where(entry.c.submission_id == row.c.id, _same_cell(entry, amended))
    current = is_current(figure, revision)
    return (
        select(
            figure.c.metric_id,
            figure.c.organisation_id,
            figure.c.period_id,
            figure.c.value.label("before"),
            null().label("after"),
            constant(ChangeKind.REMOVED).label("kind"),
            figure.c.id.label("figure_id"),
            cast(null(), BigInteger).label("entry_id"),
            (literal_column("1000000") + figure.c.id).label("place"),
        )
        .select_from(
            amended.join(figure, _same_cell(figure, amended))
            .join(revision, current)
            .join(by, by.c.id == revision.c.submission_id)
        )
        .where(
            amended.c.submission_id == row.c.amends_id,
            func.coalesce(by.c.first_id, by.c.id) == row.c.first_id,
            row.c.status == func.any(array([constant(status) for status in OPEN])),
            not_(exists(kept.correlate(row, amended))),
        )
        .correlate(row)
    )


def _is_same(figure: FromClause, entry: FromClause) -> ColumnElement[bool]:
    """The condition that an entry leaves what readers see with a value: limits and a source left out stay."""
    status = case((entry.c.is_provisional, constant(FigureStatus.PROVISIONAL)), else_=constant(FigureStatus.PUBLISHED))
    cited: Select[Any] = select(_ONE).where(
        _source.c.id == figure.c.source_id,
        _source.c.title == entry.c.source_title,
        _source.c.reference.is_not_distinct_from(entry.c.source_reference),
    )
    limits = ("lower_confidence_limit", "upper_confidence_limit")
    return and_(
        figure.c.value == entry.c.value,
        figure.c.qualifier == entry.c.qualifier,
        figure.c.status == status,
        *(or_(entry.c[name].is_(None), entry.c[name].is_not_distinct_from(figure.c[name])) for name in limits),
        or_(entry.c.source_title.is_(None), exists(cited.correlate(figure, entry))),
    )


def _same_cell(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(
        one.c.metric_id == other.c.metric_id,
        one.c.organisation_id == other.c.organisation_id,
        one.c.period_id == other.c.period_id,
    )


def _published() -> Any:
    figure = _figure.alias()
    return select(figure).where(figure.c.status != constant("WITHDRAWN")).subquery()


def _resolved(entry: FromClause) -> ColumnElement[bool]:
    """The condition that all three codes of an entry name something here."""
    return and_(entry.c.metric_id.is_not(None), entry.c.organisation_id.is_not(None), entry.c.period_id.is_not(None))


def entries_of(row: Any, other: FromClause, _: Arguments) -> RelatedRows:
    """The entries of a submission whose codes are all known."""
    return RelatedRows((other.c.submission_id == row.c.id, _resolved(other)))
