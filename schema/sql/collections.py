"""Which figures a quarter asks for, and which of them are reported."""

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

from schema.mapping import Arguments
from schema.sql.organisations import open_during
from schema.tables import (
    AncestryRow,
    CollectionExceptionRow,
    CollectionRow,
    FigureRow,
    MetricRow,
    NilReturnRow,
    OrganisationRow,
    QuarterRow,
    table,
)

_ancestry = table(AncestryRow)
_collection = table(CollectionRow)
_exception = table(CollectionExceptionRow)
_figure = table(FigureRow)
_metric = table(MetricRow)
_nil_return = table(NilReturnRow)
_organisation = table(OrganisationRow)
_quarter = table(QuarterRow)

_ONE: ColumnElement[int] = literal_column("1")


def _quarter_starts(ends: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.date_trunc(literal_column("'quarter'"), ends), ends.type)


def _code(ends: ColumnElement[Any]) -> ColumnElement[str]:
    """The code of the financial quarter that ends on a day: `schema.periods.quarter_of`, in SQL."""
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


def expected(ends: ColumnElement[Any], within: ColumnElement[Any] | None, *around: FromClause) -> Select[Any]:
    """One row for each figure that is due in a quarter, by its last day: from organisations open then and not exempt.

    Columns: `metric_id`, `organisation_id`, `is_reported` (a figure is published or a nil return is) and `is_nil`.
    `around` are rows that the arguments come from.
    """
    collection, organisation, exception = _collection.alias(), _organisation.alias(), _exception.alias()
    # The latest exception counts: one with a date ends an exemption.
    is_exempt = (
        select(exception.c.until.is_(None))
        .where(
            exception.c.quarter == _code(ends),
            exception.c.organisation_id == organisation.c.id,
            or_(exception.c.metric_id.is_(None), exception.c.metric_id == collection.c.metric_id),
        )
        .order_by(exception.c.id.desc())
        .limit(_ONE)
        .correlate(collection, organisation, *around)
        .scalar_subquery()
    )
    figure = _answered(_figure.alias(), collection, organisation, ends, around)
    nil_return = _answered(_nil_return.alias(), collection, organisation, ends, around)
    where = [
        collection.c.starts <= ends,
        or_(collection.c.ends.is_(None), collection.c.ends >= ends),
        _number(ends) == func.any(collection.c.quarters),
        _belongs(organisation, collection.c.within_id, ends),
        *open_during(organisation, ends),
        func.coalesce(is_exempt, false()).is_(False),
    ]
    if within is not None:
        where.append(_belongs(organisation, within, ends))
    rows = (
        select(
            collection.c.metric_id,
            organisation.c.id.label("organisation_id"),
            or_(figure, nil_return).label("is_reported"),
            and_(nil_return, not_(figure)).label("is_nil"),
        )
        .distinct()
        .select_from(collection.join(organisation, organisation.c.kind == collection.c.kind))
        .where(*where)
    )
    # Otherwise they would be counted again for every row.
    return rows.correlate(*around) if around else rows


def _answered(
    answers: Any,
    collection: FromClause,
    organisation: FromClause,
    ends: ColumnElement[Any],
    around: tuple[FromClause, ...],
) -> ColumnElement[bool]:
    """The condition that one of some answers is for a metric, an organisation and a period that ends in the quarter."""
    stands = (
        not_(answers.c.is_withdrawn)
        if "is_withdrawn" in answers.c
        else answers.c.status != literal_column("'WITHDRAWN'")
    )
    answer = select(_ONE).where(
        answers.c.metric_id == collection.c.metric_id,
        answers.c.organisation_id == organisation.c.id,
        answers.c.period_ends >= _quarter_starts(ends),
        answers.c.period_ends <= ends,
        stands,
    )
    return exists(answer.correlate(collection, organisation, *around))


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
    rows = expected(ends, within).subquery()
    quarter = _quarter.alias()
    dated = select(quarter).where(quarter.c.code == _code(ends)).subquery()
    counted = select(
        func.count().label("expected"),
        func.count().filter(rows.c.is_reported).label("reported"),
        func.count().filter(rows.c.is_nil).label("nil_returns"),
    ).select_from(rows)
    counts = counted.subquery()
    # Divided as doubles: a quotient of decimals is rounded once to its digits, and then again to a double.
    due = cast(func.nullif(counts.c.expected, literal_column("0")), Float)
    share = cast(literal_column("100") * counts.c.reported, Float) / due
    return select(
        _code(ends).label("quarter"),
        ends.label("quarter_ends"),
        cast(null() if within is None else within, BigInteger).label("within_id"),
        counts,
        func.coalesce(share, literal_column("100")).label("percent"),
        dated.c.opens_on,
        dated.c.soft_deadline,
        dated.c.hard_deadline,
    ).select_from(counts.outerjoin(dated, true()))


def missing_figures(row: Any, _: Arguments) -> Select[Any]:
    """The figures that are due and not reported, by organisation and metric."""
    rows = expected(row.c.quarter_ends, None, row).subquery()
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
        .where(not_(rows.c.is_reported), is_within)
    )


def _by_organisation(organisation: FromClause, metric: FromClause) -> list[ColumnElement[Any]]:
    """The order of figures that are not reported. Two organisations may have one name: the id keeps theirs together."""
    return [organisation.c.kind, func.lower(organisation.c.name), organisation.c.id, metric.c.code]
