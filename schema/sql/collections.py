"""Which figures a quarter asks for, and which of them are reported."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    extract,
    false,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
)

from schema.enumerations import RequestState, SubmissionStatus
from schema.mapping import Arguments, RelatedRows, constant
from schema.sql.days import london_day
from schema.sql.listings import WITHDRAWN, metrics_among
from schema.sql.organisations import open_during
from schema.sql.revised import is_current
from schema.sql.sandbox import is_real
from schema.sql.scopes import visible_submission
from schema.tables import (
    AncestryRow,
    CollectionExceptionRow,
    CollectionRow,
    FigureRevisionRow,
    FigureRow,
    MetricRow,
    NilReturnRow,
    OrganisationRow,
    QuarterRow,
    SubmissionEntryRow,
    SubmissionRow,
    rows_of,
)

_ancestry = rows_of(AncestryRow)
_collection = rows_of(CollectionRow)
_entry = rows_of(SubmissionEntryRow)
_exception = rows_of(CollectionExceptionRow)
_figure = rows_of(FigureRow)
_metric = rows_of(MetricRow)
_nil_return = rows_of(NilReturnRow)
_organisation = rows_of(OrganisationRow)
_quarter = rows_of(QuarterRow)
_revision = rows_of(FigureRevisionRow)
_submission = rows_of(SubmissionRow)

_ONE: ColumnElement[int] = literal_column("1")
# How far the answers in a submission have come, by its status; and the states in which nothing was sent.
_STEPS = {
    RequestState.SUBMITTED: ("SUBMITTED", "APPROVED"),
    RequestState.RETURNED: ("RETURNED",),
    RequestState.DRAFT: ("DRAFT",),
}
_UNSENT = (RequestState.NOT_STARTED, RequestState.DRAFT, RequestState.RETURNED)


def _quarter_starts(ends: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.date_trunc(literal_column("'quarter'"), ends), ends.type)


def quarter_code(ends: ColumnElement[Any]) -> ColumnElement[str]:
    """The code of the financial quarter that a day is in: `schema.periods.quarter_of`, in SQL."""
    # Not the year of the day three months before: the year before the first is -1 to PostgreSQL, and 0 in a code.
    year = cast(extract("year", ends), Integer) - cast(extract("month", ends) < literal_column("4"), Integer)
    second = func.lpad(cast((year + _ONE) % literal_column("100"), Text), literal_column("2"), literal_column("'0'"))
    return (
        func.lpad(cast(year, Text), literal_column("4"), literal_column("'0'"))
        .concat(literal_column("'-'"))
        .concat(second)
        .concat(literal_column("'-Q'"))
        .concat(cast(_number(ends), Text))
    )


def _number(ends: ColumnElement[Any]) -> ColumnElement[int]:
    """1 to 4: which quarter of the financial year ends on a day."""
    return cast(extract("quarter", ends - literal_column("interval '3 months'")), Integer)


def _belongs(organisation: FromClause, group: ColumnElement[Any], on: ColumnElement[Any]) -> ColumnElement[bool]:
    stay = _ancestry.alias()
    below = select(_ONE).where(
        stay.c.member_id == organisation.c.id, stay.c.ancestor_id == group, stay.c.period.op("@>")(on)
    )
    return or_(organisation.c.id == group, exists(below.correlate_except(stay)))


def requested(
    ends: ColumnElement[Any], within: ColumnElement[Any] | None, has_sandbox: ColumnElement[bool], *around: FromClause
) -> Select[Any]:
    """One row for each figure that is asked for in a quarter, by its last day: from organisations that were open then.

    Columns: `metric_id`, `organisation_id`, `is_exempt`, `due_on`, `is_published` and `is_nil`. `has_sandbox` says
    whether the sandbox is asked too. `around` are rows that the arguments come from.
    """
    asked, quarter = _asked(ends, within, has_sandbox, *around).subquery("asked"), _quarter.alias()
    latest = _latest_exception(asked, ends, *around)
    published = exists(_published(asked, ends, *around))
    return (
        select(
            asked.c.metric_id,
            asked.c.organisation_id,
            func.coalesce(latest.c.is_exempt, false()).label("is_exempt"),
            _due(func.coalesce(asked.c.own_due, quarter.c.soft_deadline), latest.c.until).label("due_on"),
            published.label("is_published"),
            and_(exists(_nil_returned(asked, ends, *around)), not_(published)).label("is_nil"),
        )
        .select_from(asked.outerjoin(latest, true()).outerjoin(quarter, quarter.c.code == quarter_code(ends)))
        .correlate(*around)
    )


def _due(day: ColumnElement[Any], until: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day by which a figure is due: that of its collection or quarter, or later by an exception."""
    return case((and_(day.is_not(None), until.is_not(None)), func.greatest(day, until)), else_=day)


def _asked(
    ends: ColumnElement[Any], within: ColumnElement[Any] | None, has_sandbox: ColumnElement[bool], *around: FromClause
) -> Select[Any]:
    """The metrics and organisations of a quarter's collections, each once, with the due date of their own."""
    collection, organisation = _collection.alias(), _organisation.alias()
    where = [
        collection.c.starts <= ends,
        or_(collection.c.ends.is_(None), collection.c.ends >= ends),
        _number(ends) == func.any(collection.c.quarters),
        _belongs(organisation, collection.c.within_id, ends),
        *open_during(organisation, ends),
        or_(has_sandbox, and_(is_real(collection), is_real(organisation))),
    ]
    if within is not None:
        where.append(_belongs(organisation, within, ends))
    return (
        select(
            collection.c.metric_id,
            organisation.c.id.label("organisation_id"),
            func.min(func.coalesce(ends + cast(collection.c.due_days, Integer), collection.c.due)).label("own_due"),
        )
        .select_from(collection.join(organisation, organisation.c.kind == collection.c.kind))
        .where(*where)
        .group_by(collection.c.metric_id, organisation.c.id)
        .correlate(*around)
    )


def _latest_exception(asked: FromClause, ends: ColumnElement[Any], *around: FromClause) -> Any:
    """The latest exception for a request, which is the one that counts: one with a date ends an exemption."""
    exception = _exception.alias()
    return (
        select(exception.c.until, exception.c.until.is_(None).label("is_exempt"))
        .where(
            exception.c.quarter == quarter_code(ends),
            exception.c.organisation_id == asked.c.organisation_id,
            or_(exception.c.metric_id.is_(None), exception.c.metric_id == asked.c.metric_id),
        )
        .order_by(exception.c.id.desc())
        .limit(_ONE)
        .correlate(asked, *around)
        .lateral("latest")
    )


def _published(asked: FromClause, ends: ColumnElement[Any], *around: FromClause) -> Select[Any]:
    """The figures that answer a request: sent for the quarter, or calculated from what was. An import answers none."""
    figure, revision = _figure.alias(), _revision.alias()
    current = is_current(figure, revision)
    return (
        select(_ONE)
        .select_from(figure.join(revision, current))
        .where(
            *_answers(figure, asked, ends),
            figure.c.status != WITHDRAWN,
            or_(revision.c.submission_id.is_not(None), figure.c.origin == literal_column("'DERIVED'")),
        )
        .correlate(asked, *around)
    )


def _nil_returned(asked: FromClause, ends: ColumnElement[Any], *around: FromClause) -> Select[Any]:
    nil_return = _nil_return.alias()
    answers = (*_answers(nil_return, asked, ends), not_(nil_return.c.is_withdrawn))
    return select(_ONE).where(*answers).correlate(asked, *around)


def _answers(answer: Any, asked: FromClause, ends: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
    """The conditions that an answer is for a metric, an organisation and a period that ends in the quarter."""
    return (
        answer.c.metric_id == asked.c.metric_id,
        answer.c.organisation_id == asked.c.organisation_id,
        answer.c.period_ends >= _quarter_starts(ends),
        answer.c.period_ends <= ends,
    )


def _organisation_id(arguments: Arguments) -> ColumnElement[Any] | None:
    """The id of the organisation of the argument; of an unknown code one that no organisation has."""
    if not arguments.has("organisation"):
        return None
    organisation = _organisation.alias()
    known = select(organisation.c.id).where(organisation.c.code == arguments.value("organisation")).scalar_subquery()
    return func.coalesce(known, literal_column("-1"))


def completeness(_: Any, arguments: Arguments) -> Select[Any]:
    """One row: how many figures are due and how many are reported, with the quarter's dates."""
    ends, within = arguments.quarter("quarter"), _organisation_id(arguments)
    has_sandbox = true() if arguments.term("includeSynthetic") else false()
    rows = requested(ends, within, has_sandbox).subquery()
    quarter = _quarter.alias()
    dated = select(quarter).where(quarter.c.code == quarter_code(ends)).subquery()
    counted = (
        select(
            func.count().label("expected"),
            func.count().filter(or_(rows.c.is_published, rows.c.is_nil)).label("reported"),
            func.count().filter(rows.c.is_nil).label("nil_returns"),
        )
        .select_from(rows)
        .where(not_(rows.c.is_exempt))
    )
    counts = counted.subquery()
    # Divided as doubles: a quotient of decimals is rounded once to its digits, and then again to a double.
    due = cast(func.nullif(counts.c.expected, literal_column("0")), Float)
    share = cast(literal_column("100") * counts.c.reported, Float) / due
    return select(
        quarter_code(ends).label("quarter"),
        ends.label("quarter_ends"),
        cast(null() if within is None else within, BigInteger).label("within_id"),
        has_sandbox.label("has_sandbox"),
        counts,
        func.coalesce(share, literal_column("100")).label("percent"),
        dated.c.opens_on,
        dated.c.soft_deadline,
        dated.c.hard_deadline,
    ).select_from(counts.outerjoin(dated, true()))


def requests(row: Any, arguments: Arguments) -> Select[Any]:
    """Every figure that is asked for, with how far its answer has come; by organisation and metric, numbered."""
    rows = requested(row.c.quarter_ends, None, row.c.has_sandbox, row).subquery("requested")
    metric, organisation = _metric.alias(), _organisation.alias()
    is_within = case(
        (row.c.within_id.is_(None), true()), else_=_belongs(organisation, row.c.within_id, row.c.quarter_ends)
    )
    state = _state(rows, row, arguments)
    is_open = state.in_([constant(each) for each in _UNSENT])
    late = case(
        (rows.c.is_exempt, false()),
        (is_open, rows.c.due_on < arguments.day()),
        else_=_first_sent(rows, row, arguments) > rows.c.due_on,
    )
    place = func.row_number().over(order_by=_by_organisation(organisation, metric))
    return (
        select(
            cast(place, BigInteger).label("id"),
            rows.c.metric_id,
            rows.c.organisation_id,
            state.label("state"),
            rows.c.due_on,
            func.coalesce(late, false()).label("is_late"),
        )
        .select_from(
            rows.join(metric, metric.c.id == rows.c.metric_id).join(
                organisation, organisation.c.id == rows.c.organisation_id
            )
        )
        .where(is_within)
    )


def _state(rows: FromClause, row: Any, arguments: Arguments) -> ColumnElement[str]:
    """How far the answer to a request has come. Of what is not published only the viewer's scope is looked at."""
    return case(
        (rows.c.is_exempt, constant(RequestState.EXEMPT)),
        (rows.c.is_published, constant(RequestState.PUBLISHED)),
        (rows.c.is_nil, constant(RequestState.NIL)),
        *((exists(_submitted(rows, row, arguments, *statuses)), constant(state)) for state, statuses in _STEPS.items()),
        else_=constant(RequestState.NOT_STARTED),
    )


def _submitted(rows: FromClause, row: Any, arguments: Arguments, *statuses: str) -> Select[Any]:
    """The entries that answer a request, in submissions of the quarter with some statuses that the viewer may see."""
    submission, joined = _entries(rows, row)
    where = submission.c.status.in_([constant(each) for each in statuses])
    return joined.where(where, visible_submission(submission, arguments.request.scope()))


def _first_sent(rows: FromClause, row: Any, arguments: Arguments) -> ColumnElement[dt.date]:
    """The day on which a request was first answered: a correction does not make it late.

    The answers are published, which everybody knows, or wait in the viewer's scope.
    """
    submission, joined = _entries(rows, row)
    waits = and_(
        submission.c.status.in_([constant(each) for each in _STEPS[RequestState.SUBMITTED]]),
        visible_submission(submission, arguments.request.scope()),
    )
    sent = joined.where(or_(submission.c.status == constant(SubmissionStatus.PUBLISHED), waits))
    return sent.with_only_columns(func.min(london_day(submission.c.submitted_at))).scalar_subquery()


def _entries(rows: FromClause, row: Any) -> tuple[FromClause, Select[Any]]:
    """The submissions of its quarter that have an entry for a request, and a row for each entry."""
    entry, submission = _entry.alias(), _submission.alias()
    found = (
        select(_ONE)
        .select_from(entry.join(submission, submission.c.id == entry.c.submission_id))
        .where(
            entry.c.metric_id == rows.c.metric_id,
            entry.c.organisation_id == rows.c.organisation_id,
            submission.c.quarter == row.c.quarter,
        )
        .correlate(rows, row)
    )
    return submission, found


def request_counts(by: str | None) -> Callable[[Any, Arguments], Select[Any]]:
    """How many requests are in each state and how many are late: of all, or for each metric or organisation."""

    def counted(row: Any, arguments: Arguments) -> Select[Any]:
        rows = requests(row, arguments).correlate(row).subquery("requests")
        names = {"NIL": "nil_returns"}
        counts: list[Any] = [
            func.count().filter(rows.c.state == constant(state)).label(names.get(state, state.lower()))
            for state in RequestState
        ]
        late = func.count().filter(rows.c.is_late).label("late")
        if by is None:
            return select(*counts, late).select_from(rows)
        first = func.min(rows.c.id).label("place")
        return select(rows.c[by], *counts, late, first).select_from(rows).group_by(rows.c[by])

    return counted


def collected(_: None, other: FromClause, arguments: Arguments) -> RelatedRows:
    """What is collected of some metrics, or of all: by metric, kind, group and first quarter."""
    order = (other.c.metric_id, other.c.kind, other.c.within_id, other.c.starts)
    return RelatedRows(tuple(metrics_among(other, arguments)), order)


def missing_figures(row: Any, arguments: Arguments) -> Select[Any]:
    """The figures that are due and not reported, by organisation and metric."""
    rows = requested(row.c.quarter_ends, None, row.c.has_sandbox, row).subquery()
    metric, organisation = _metric.alias(), _organisation.alias()
    is_within = case(
        (row.c.within_id.is_(None), true()), else_=_belongs(organisation, row.c.within_id, row.c.quarter_ends)
    )
    place = func.row_number().over(order_by=_by_organisation(organisation, metric))
    return (
        select(rows.c.metric_id, rows.c.organisation_id, place.label("place"))
        .select_from(
            rows.join(metric, metric.c.id == rows.c.metric_id).join(
                organisation, organisation.c.id == rows.c.organisation_id
            )
        )
        .where(not_(or_(rows.c.is_published, rows.c.is_nil, rows.c.is_exempt)), is_within)
    )


def _by_organisation(organisation: FromClause, metric: FromClause) -> list[ColumnElement[Any]]:
    """The order of figures that are not reported. Two organisations may have one name: the id keeps theirs together."""
    return [organisation.c.kind, func.lower(organisation.c.name), organisation.c.id, metric.c.code]
