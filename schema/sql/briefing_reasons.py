"""What is on record of why figures changed: corrections, practices that closed, and targets that were changed.

All since the first day of the quarter of the paper's day.
"""

from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, Text, and_, case, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema.computed_inputs.briefing import PaperClosure, PaperCorrection, TargetChange
from schema.computed_inputs.record import EMPTY_LIST, Record
from schema.enumerations import FigureOrigin, OrganisationKind
from schema.mapping import Arguments, constant
from schema.sql.briefing_figures import day_of_paper, mentioned_figures
from schema.sql.days import london_day
from schema.sql.listings import WITHDRAWN
from schema.sql.organisations import value_on
from schema.sql.sandbox import is_real
from schema.tables import (
    AncestryRow,
    FigureRevisionRow,
    OrganisationRow,
    SourceRow,
    SuccessionRow,
    TargetRevisionRow,
    rows_of,
)

_ancestry = rows_of(AncestryRow)
_organisation = rows_of(OrganisationRow)
_revision = rows_of(FigureRevisionRow)
_source = rows_of(SourceRow)
_succession = rows_of(SuccessionRow)
_target_revision = rows_of(TargetRevisionRow)

_ONE: ColumnElement[int] = literal_column("1")

# Numbers travel as text, with the digits that were published.
_CORRECTION = Record(
    PaperCorrection,
    FigureRevisionRow,
    key="figure_id",
    on=lambda revision, *_: london_day(revision.c.published_at),
    before=lambda _, before, __: cast(before.c.value, Text),
    qualifier_before=lambda _, before, __: before.c.qualifier,
    reason=lambda revision, before, _: _said(revision, before),
    source=lambda _, __, source: source.c.title,
    reference=lambda _, __, source: source.c.reference,
)
_CLOSURE = Record(
    PaperClosure,
    OrganisationRow,
    name=lambda practice: value_on(practice, practice.c.closed_on, "name"),
    successors=lambda practice: _successors(practice),
)
_CHANGE = Record(TargetChange, TargetRevisionRow, on=lambda revision: london_day(revision.c.recorded_at))


def first_day(arguments: Arguments) -> ColumnElement[Any]:
    """The first day of the quarter of the paper's day."""
    return cast(func.date_trunc(constant("quarter"), day_of_paper(arguments)), Date)


def corrections(arguments: Arguments) -> ColumnElement[Any]:
    """The corrections of figures that the paper may mention, which somebody sent with a reason."""
    figure, revision, before = mentioned_figures(None, arguments), _revision.alias(), _revision.alias()
    source = _source.alias()
    is_it = and_(revision.c.figure_id == figure.c.id, revision.c.revision == figure.c.revision)
    is_before = and_(before.c.figure_id == revision.c.figure_id, before.c.revision == revision.c.revision - _ONE)
    return _CORRECTION.list(
        revision,
        before,
        source,
        source=figure.join(revision, is_it).join(before, is_before).join(source, source.c.id == revision.c.source_id),
        where=[
            london_day(revision.c.published_at) >= first_day(arguments),
            revision.c.origin == constant(FigureOrigin.SENT),
            before.c.status != WITHDRAWN,
            revision.c.value != before.c.value,
            _said(revision, before).is_not(None),
        ],
        order=[revision.c.published_at, revision.c.figure_id],
        around=[],
    )


def _said(revision: FromClause, before: FromClause) -> ColumnElement[Any]:
    """What was said of a correction: its note for readers, where it is a new one, or its reason."""
    note = case((revision.c.note.is_distinct_from(before.c.note), revision.c.note))
    return func.coalesce(note, revision.c.reason)


def closures(board: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The practices of the ICB that closed in the quarter, by the paper's day."""
    practice, stay = _organisation.alias(), _ancestry.alias()
    return _CLOSURE.list(
        practice,
        source=board.join(stay, stay.c.ancestor_id == board.c.id).join(practice, practice.c.id == stay.c.member_id),
        where=[
            practice.c.kind == constant(OrganisationKind.PRACTICE),
            practice.c.closed_on >= first_day(arguments),
            practice.c.closed_on <= day_of_paper(arguments),
            stay.c.period.op("@>")(practice.c.closed_on),
            is_real(practice),
        ],
        order=[practice.c.closed_on, practice.c.code],
        around=[],
    )


def _successors(practice: FromClause) -> ColumnElement[Any]:
    """The names of what a practice became, on the first day of that, as a JSON list."""
    succession, successor = _succession.alias(), _organisation.alias()
    names = aggregate_order_by(value_on(successor, succession.c.starts, "name"), successor.c.code)
    return (
        select(func.coalesce(func.json_agg(names), EMPTY_LIST))
        .select_from(succession.join(successor, successor.c.id == succession.c.successor_id))
        .where(succession.c.predecessor_id == practice.c.id)
        .correlate(practice)
        .scalar_subquery()
    )


def target_changes(target: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The revisions of a target after its first one, until the one that it is at."""
    revision = _target_revision.alias()
    return _CHANGE.list(
        revision,
        source=revision,
        where=[
            revision.c.target_id == target.c.rule_id,
            revision.c.revision > _ONE,
            revision.c.revision <= target.c.revision,
            london_day(revision.c.recorded_at) >= first_day(arguments),
        ],
        order=[revision.c.revision],
        around=[target],
    )
