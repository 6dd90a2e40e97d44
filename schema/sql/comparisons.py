"""What a figure is compared with: another organisation's figure, its own group's, or those of its peers.

A group that has published nothing for the period has the value that its members' figures make.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Double,
    FromClause,
    Numeric,
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

from schema.computed_inputs.figures import Benchmark, ComparisonInputs
from schema.computed_inputs.record import Record
from schema.enumerations import ComparisonBasis, Direction, Judgement, Significance
from schema.mapping import Arguments, Computed, constant
from schema.sql.distributions import FEWEST
from schema.sql.figures import NUMBERS, figures_of
from schema.sql.listings import WITHDRAWN
from schema.sql.organisations import open_during
from schema.sql.rollups import Span, has_own_unit, is_total, roll_up
from schema.sql.sandbox import is_real
from schema.sql.similar import neighbours
from schema.sql.verdicts import interval_of
from schema.tables import AncestryRow, FigureRow, MetricRow, OrganisationRow, PeriodRow, rows_of

_ancestry = rows_of(AncestryRow)
_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)
_period = rows_of(PeriodRow)

# More than this are not similar any more.
MOST_SIMILAR = 50
_NO: ColumnElement[bool] = literal_column("false")
_BENCHMARK = Record(
    Benchmark,
    FigureRow,
    **dict.fromkeys(("rests_on", "of"), lambda *_: null()),
    basis=lambda *_: constant(ComparisonBasis.PUBLISHED),
    is_total=lambda _, metric: _NO if metric is None else is_total(metric),
)
_MADE = Record(
    Benchmark,
    None,
    organisation_id=lambda made, _, __: made.c.organisation_id,
    value=lambda made, _, __: made.c.value,
    basis=lambda _, basis, __: constant(basis),
    rests_on=lambda made, _, __: made.c.rests_on,
    of=lambda made, _, __: made.c.of,
    is_total=lambda _, __, is_total: is_total,
)


def _inputs(benchmark: Callable[[Any, Arguments], ColumnElement[Any]]) -> Record[ComparisonInputs]:
    """How the inputs of a comparison are selected, with a benchmark of a figure."""
    return Record(
        ComparisonInputs,
        FigureRow,
        direction=lambda figure, _: _direction(figure),
        numbers=lambda figure, _: NUMBERS.object(figure),
        benchmark=benchmark,
    )


def _direction(figure: FromClause) -> ColumnElement[Any]:
    metric = _metric.alias()
    return select(metric.c.direction).where(metric.c.id == figure.c.metric_id).correlate(figure).scalar_subquery()


# ── The other organisation or group ─────────────────────────────────────────────────────────────────────────────────


def _coded(_: FromClause, arguments: Arguments, name: str) -> Select[Any]:
    organisation = _organisation.alias()
    return select(organisation.c.id).where(organisation.c.code == arguments.value(name))


def group_of(figure: FromClause, kind: str) -> Select[Any]:
    """The group of a kind that a figure's organisation was in when the period ended."""
    stay, group = _ancestry.alias(), _organisation.alias()
    is_in = and_(stay.c.member_id == figure.c.organisation_id, stay.c.period.op("@>")(figure.c.period_ends))
    groups = select(group.c.id).select_from(stay.join(group, group.c.id == stay.c.ancestor_id))
    return groups.where(is_in, group.c.kind == constant(kind)).correlate(figure)


def other_organisation(figure: FromClause, arguments: Arguments) -> Select[Any]:
    """The id of the organisation, or of the group, that the argument `with` asks for; its own for similar ones."""
    asked = arguments.inner("with")
    if asked.has("similar"):
        itself = _organisation.alias()
        return select(itself.c.id).where(itself.c.id == figure.c.organisation_id).correlate(figure)
    kind = asked.term("kind") or asked.term("peers")
    return _coded(figure, asked, "code") if kind is None else group_of(figure, kind)


# ── With which value ──────────────────────────────────────────────────────────────────────────────────────────────


def _published(figure: FromClause, organisation: Select[Any], arguments: Arguments, metric: Any) -> ColumnElement[Any]:
    """An organisation's figure for the metric and the period of another; null where it has none."""
    other = figures_of(arguments).alias()
    found = select(_BENCHMARK.object(other, metric)).where(
        other.c.metric_id == figure.c.metric_id,
        other.c.period_id == figure.c.period_id,
        other.c.status != WITHDRAWN,
        other.c.organisation_id == organisation.scalar_subquery(),
    )
    return found.correlate(figure, *(() if metric is None else (metric,))).scalar_subquery()


def _rolled_up(figure: FromClause, organisation: Select[Any], arguments: Arguments, metric: Any) -> ColumnElement[Any]:
    """What the members' figures of the period make; null where they make nothing in the metric's unit."""
    period, group = _period.alias(), organisation.scalar_subquery()
    span = Span(period.c.id, period.c.starts, period.c.ends)
    made = roll_up(metric, figures_of(arguments), group, span, period, figure).lateral("made")
    whole = select(group.label("organisation_id"), *made.c).select_from(period.join(made, true()))
    of_figure = period.c.id == figure.c.period_id
    each = whole.where(of_figure, made.c.value.is_not(None), has_own_unit(metric)).correlate(figure, metric)
    rows = each.lateral("rolled")
    return select(_MADE.object(rows, ComparisonBasis.ROLLED_UP, is_total(metric))).select_from(rows).scalar_subquery()


def _peers(figure: FromClause, group: Select[Any], arguments: Arguments, metric: Any) -> ColumnElement[Any]:
    """The median of the figures of the others of a figure's kind in its group; null where fewer than five have one."""
    stay, member, itself, other = (
        each.alias() for each in (_ancestry, _organisation, _organisation, figures_of(arguments))
    )
    of_period = and_(
        other.c.organisation_id == member.c.id,
        other.c.metric_id == figure.c.metric_id,
        other.c.period_id == figure.c.period_id,
        other.c.status != WITHDRAWN,
    )
    rows = (
        _median(other, stay.c.ancestor_id)
        .select_from(
            stay.join(member, member.c.id == stay.c.member_id)
            .join(itself, itself.c.kind == member.c.kind)
            .outerjoin(other, of_period)
        )
        .where(
            stay.c.ancestor_id == group.scalar_subquery(),
            stay.c.period.op("@>")(figure.c.period_ends),
            itself.c.id == figure.c.organisation_id,
            member.c.id != figure.c.organisation_id,
            *open_during(member, figure.c.period_ends),
            is_real(member, metric),
        )
        .correlate(figure, metric)
        .lateral("peers")
    )
    return select(_MADE.object(rows, ComparisonBasis.PEERS, _NO)).select_from(rows).scalar_subquery()


def _similar(figure: FromClause, count: ColumnElement[int], arguments: Arguments, metric: Any) -> ColumnElement[Any]:
    """The median of the figures of so many of the most similar practices; null where fewer than five have one."""
    itself, other = _organisation.alias(), figures_of(arguments).alias()
    every = neighbours(itself, arguments).subquery("every")
    nearest = select(every.c.practice_id).order_by(every.c.distance, every.c.practice_id).limit(count)
    near = nearest.correlate(itself).lateral("near")
    of_period = and_(
        other.c.organisation_id == near.c.practice_id,
        other.c.metric_id == figure.c.metric_id,
        other.c.period_id == figure.c.period_id,
        other.c.status != WITHDRAWN,
    )
    rows = (
        _median(other, itself.c.id)
        .select_from(itself.join(near, true()).outerjoin(other, of_period))
        .where(itself.c.id == figure.c.organisation_id)
        .correlate(figure, metric)
        .lateral("similar")
    )
    return select(_MADE.object(rows, ComparisonBasis.PEERS, _NO)).select_from(rows).scalar_subquery()


def _median(figure: FromClause, organisation: ColumnElement[int]) -> Select[Any]:
    """The median of figures, how many there are, and of how many organisations; no row with fewer than five."""
    found = func.count(figure.c.id)
    median = func.percentile_cont(literal_column("0.5")).within_group(figure.c.value)
    return select(
        func.min(organisation).label("organisation_id"),
        cast(median, Numeric).label("value"),
        found.label("rests_on"),
        func.count().label("of"),
    ).having(found >= literal_column(str(FEWEST)))


def benchmark(figure: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """What the argument `with` asks a figure to be compared with."""
    metric, asked, organisation = _metric.alias(), arguments.inner("with"), other_organisation(figure, arguments)
    if asked.has("similar"):
        value = _similar(figure, asked.count("similar", FEWEST, MOST_SIMILAR), arguments, metric)
    elif asked.term("peers"):
        value = _peers(figure, organisation, arguments, metric)
    else:
        of_group = None if asked.term("kind") is None else metric
        published = _published(figure, organisation, arguments, of_group)
        value = func.coalesce(published, _rolled_up(figure, organisation, arguments, metric))
    return (
        select(value).select_from(metric).where(metric.c.id == figure.c.metric_id).correlate(figure).scalar_subquery()
    )


def _of_one(figure: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    return _published(figure, _coded(figure, arguments, "with"), arguments, None)


_WITH_ONE, _WITH_ANY = _inputs(_of_one), _inputs(benchmark)
# A figure compared with that of the organisation whose code is the argument; and with whatever the argument asks for.
COMPARISON = Computed(
    ComparisonInputs,
    _WITH_ONE.object,
    {"organisation": lambda figure, arguments: _coded(figure, arguments, "with")},
)
COMPARED = Computed(ComparisonInputs, _WITH_ANY.object, {"organisation": other_organisation}, planning=4_000)


# ── For a filter ──────────────────────────────────────────────────────────────────────────────────────────────────

_ZERO: ColumnElement[int] = literal_column("0")


def comparison_row(figure: FromClause, arguments: Arguments) -> Select[Any]:
    """The `significance` and the `judgement` of a figure with what the argument `with` asks for; no row without it.

    It is what `service.statistics.comparison` says, by the interval that is kept.
    """
    metric, interval = _metric.alias(), interval_of(figure, arguments)
    # Found once for each figure: without an offset it would be found again wherever it is used.
    other = select(benchmark(figure, arguments).label("found")).offset(_ZERO).correlate(figure).lateral("other")
    value, is_total = (
        cast(other.c.found.op("->>")(constant(name)), kind) for name, kind in (("value", Double), ("is_total", Boolean))
    )
    significance: ColumnElement[Any] = case(
        (or_(is_total, interval.c.lower.is_(None)), constant(Significance.NOT_COMPARED)),
        (value < interval.c.lower, constant(Significance.HIGHER)),
        (value > interval.c.upper, constant(Significance.LOWER)),
        else_=constant(Significance.SIMILAR),
    )
    is_higher = significance == constant(Significance.HIGHER)
    judgement = case(
        (significance == constant(Significance.NOT_COMPARED), constant(Judgement.NOT_JUDGED)),
        (metric.c.direction == constant(Direction.NEUTRAL), constant(Judgement.NOT_JUDGED)),
        (significance == constant(Significance.SIMILAR), constant(Judgement.SIMILAR)),
        (is_higher == (metric.c.direction == constant(Direction.HIGHER_IS_BETTER)), constant(Judgement.BETTER)),
        else_=constant(Judgement.WORSE),
    )
    return (
        select(significance.label("significance"), judgement.label("judgement"))
        .select_from(metric.join(interval, true()).join(other, true()))
        .where(metric.c.id == figure.c.metric_id, other.c.found.is_not(None))
    )
