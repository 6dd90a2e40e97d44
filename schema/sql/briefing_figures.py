"""The figures that an ICB's paper of a day may mention, as they were known by then."""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
)

from schema.computed_inputs.briefing import Made, PaperFigure
from schema.computed_inputs.record import Record
from schema.enumerations import Counts, FigureOrigin, OrganisationKind
from schema.mapping import Arguments, constant
from schema.sql import days
from schema.sql.figures import figures_known_at
from schema.sql.listings import SERIES, WITHDRAWN
from schema.sql.organisations import open_during
from schema.sql.rollups import Span, roll_up
from schema.sql.sandbox import is_real
from schema.tables import AncestryRow, FigureRow, MetricRow, NilReturnRow, OrganisationRow, PeriodRow, rows_of

_ancestry = rows_of(AncestryRow)
_figure = rows_of(FigureRow)
_metric = rows_of(MetricRow)
_nil_return = rows_of(NilReturnRow)
_organisation = rows_of(OrganisationRow)
_period = rows_of(PeriodRow)

# Whose figures a paper may mention: the ICBs, which are compared, their regions and the partnerships in them.
MENTIONED = (
    OrganisationKind.INTEGRATED_CARE_BOARD,
    OrganisationKind.REGION,
    OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP,
)

_ONE: ColumnElement[int] = literal_column("1")

# Numbers travel as text, with the digits that were published.
_MADE = Record(
    Made,
    value=lambda made: cast(made.c.value, Text),
    rests_on=lambda made: made.c.rests_on,
    of=lambda made: made.c.of,
)
_FIGURE = Record(
    PaperFigure,
    FigureRow,
    key="id",
    ends="period_ends",
    metric=lambda _, metric, *__: metric.c.code,
    organisation=lambda _, __, organisation, *___: organisation.c.code,
    kind=lambda _, __, ___, period, *____: period.c.kind,
    starts=lambda _, __, ___, period, *____: period.c.starts,
    label=lambda _, __, ___, period, *____: period.c.label,
    value=lambda figure, *_: cast(figure.c.value, Text),
    numerator=lambda figure, *_: cast(figure.c.numerator, Text),
    denominator=lambda figure, *_: cast(figure.c.denominator, Text),
    lower=lambda figure, *_: cast(figure.c.lower_confidence_limit, Text),
    upper=lambda figure, *_: cast(figure.c.upper_confidence_limit, Text),
    recorded=lambda figure, metric, organisation, *_: _recorded(metric, organisation, figure.c.period_ends),
    made=lambda figure, metric, _, __, arguments: _made(figure, metric, known_by_then(arguments)),
    has_nil_return=lambda *rows: _has_nil_return(rows[0], rows[-1]),
)


def is_one_of(kind: ColumnElement[Any], kinds: tuple[OrganisationKind, ...]) -> ColumnElement[bool]:
    """The condition that a kind is one of some."""
    return kind.in_([constant(each) for each in kinds])


def known_by_then(arguments: Arguments) -> FromClause:
    """The figures as they were known when the day ended in London. Synthetic figures are never among them.

    A quarter's paper has those of periods that end by its last day. For a few series, which an index finds.
    """
    known = figures_known_at(end_of_day(arguments))
    rows = known.alias()
    where = [rows.c.status != WITHDRAWN, is_real(rows)]
    if arguments.has("quarter"):
        where.append(rows.c.period_ends <= arguments.quarter("quarter"))
    return select(rows).where(*where).subquery()


def day_of_paper(arguments: Arguments) -> ColumnElement[Any]:
    """The day of the paper: the date of the arguments, but not after the last day of its quarter."""
    if not arguments.has("quarter"):
        return arguments.day()
    return func.least(arguments.day(), arguments.quarter("quarter"), type_=Date())


def end_of_day(arguments: Arguments) -> ColumnElement[Any]:
    """The last instant in London of the date by which things are known."""
    return days.end_of_day(arguments.day())


def figures_of_paper(arguments: Arguments) -> FromClause:
    """Of the figures known by then those of ICBs, regions and partnerships.

    Every part of the paper reads them from one common table expression. PostgreSQL took 43 MB to plan a paper
    in which each part found them by itself.
    """

    def read_once() -> CTE:
        known, organisation = known_by_then(arguments).alias(), _organisation.alias()
        source = known.join(organisation, organisation.c.id == known.c.organisation_id)
        return select(known).select_from(source).where(is_one_of(organisation.c.kind, MENTIONED)).cte()

    return arguments.once("figures of the paper", read_once).alias()


def mentioned_figures(_: Any, arguments: Arguments) -> FromClause:
    """Of each series that the paper may mention: the four latest figures, and those of the two years before the latest.

    When several periods end on one day, the shortest counts as the latest.
    """
    return arguments.once("mentioned figures", lambda: _mentioned_once(arguments)).alias()


def _mentioned_once(arguments: Arguments) -> CTE:
    known, period = figures_of_paper(arguments), _period.alias()
    newest = (known.c.period_ends.desc(), period.c.starts.desc(), known.c.id.desc())
    series = [known.c[name] for name in SERIES]
    ranked = (
        select(
            known,
            func.row_number().over(partition_by=series, order_by=newest).label("age"),
            func.first_value(known.c.period_ends).over(partition_by=series, order_by=newest).label("latest_ends"),
        )
        .select_from(known.join(period, period.c.id == known.c.period_id))
        .subquery()
    )
    distance = ranked.c.latest_ends - ranked.c.period_ends
    return (
        select(*(ranked.c[column.name] for column in _figure.c), ranked.c.id.label("key"))
        .where(or_(ranked.c.age <= literal_column("4"), distance <= literal_column("731")))
        .cte()
    )


def mentioned(arguments: Arguments) -> ColumnElement[Any]:
    """The figures that the paper may mention, as the list of its inputs."""
    figure = mentioned_figures(None, arguments)
    metric, organisation, period = _metric.alias(), _organisation.alias(), _period.alias()
    return _FIGURE.list(
        figure,
        metric,
        organisation,
        period,
        arguments,
        source=figure.join(metric, metric.c.id == figure.c.metric_id)
        .join(organisation, organisation.c.id == figure.c.organisation_id)
        .join(period, period.c.id == figure.c.period_id),
        where=[],
        order=[metric.c.code, organisation.c.code, figure.c.period_ends, period.c.starts, figure.c.id],
        around=[],
    )


def _recorded(metric: FromClause, organisation: FromClause, on: ColumnElement[Any]) -> ColumnElement[Any]:
    """How many organisations of the kind that a metric counts are on the register on a day: open, and in the group."""
    member, stay = _organisation.alias(), _ancestry.alias()
    count = (
        select(func.count())
        .select_from(stay.join(member, member.c.id == stay.c.member_id))
        .where(
            stay.c.ancestor_id == organisation.c.id,
            stay.c.period.op("@>")(on),
            member.c.kind == metric.c.counts_organisations,
            *open_during(member, on),
            is_real(member),
        )
        .correlate_except(member, stay)
        .scalar_subquery()
    )
    is_group = organisation.c.kind != constant(OrganisationKind.REGION)
    return case((and_(is_group, metric.c.counts_organisations.is_not(None)), count))


def _made(figure: FromClause, metric: FromClause, known: FromClause) -> ColumnElement[Any]:
    """What members' figures make in place of a figure that somebody sent for a derived metric; null for any other."""
    period = _period.alias()
    starts = select(period.c.starts).where(period.c.id == figure.c.period_id).correlate(figure).scalar_subquery()
    span = Span(figure.c.period_id, starts, figure.c.period_ends)
    made = roll_up(metric, known, figure.c.organisation_id, span, figure).lateral("made")
    answer = select(_MADE.object(made)).select_from(made).where(made.c.value.is_not(None))
    is_sent = and_(metric.c.derived_from_id.is_not(None), figure.c.origin == constant(FigureOrigin.SENT))
    return case((is_sent, answer.correlate(metric, figure).scalar_subquery()))


def _has_nil_return(figure: FromClause, arguments: Arguments) -> ColumnElement[bool]:
    """Whether a later period of a figure's series was answered with a nil return by the end of the day."""
    nil_return = _nil_return.alias()
    later = select(_ONE).where(
        nil_return.c.metric_id == figure.c.metric_id,
        nil_return.c.organisation_id == figure.c.organisation_id,
        nil_return.c.period_ends > figure.c.period_ends,
        nil_return.c.published_at <= end_of_day(arguments),
        not_(nil_return.c.is_withdrawn),
    )
    if arguments.has("quarter"):
        later = later.where(nil_return.c.period_ends <= arguments.quarter("quarter"))
    return exists(later.correlate(figure))


def day_of_most(board: FromClause, arguments: Arguments) -> FromClause:
    """One row with the `day` of most of the ICB's latest figures that are counted on a day.

    Without any it is the paper's own day.
    """
    return arguments.once("day of most", lambda: _day_of_most_once(board, arguments)).alias()


def _day_of_most_once(board: FromClause, arguments: Arguments) -> CTE:
    known, metric = figures_of_paper(arguments), _metric.alias()
    latest = (
        select(func.max(known.c.period_ends).label("ends"))
        .select_from(
            known.join(metric, metric.c.id == known.c.metric_id).join(board, board.c.id == known.c.organisation_id)
        )
        .where(metric.c.counts == constant(Counts.AT_DATE))
        .group_by(known.c.metric_id)
        .subquery()
    )
    most = func.mode().within_group(latest.c.ends.desc())
    day = func.coalesce(select(most).select_from(latest).scalar_subquery(), day_of_paper(arguments))
    return select(day.label("day")).cte()
