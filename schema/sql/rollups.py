"""Members' figures become their group's, by the rule of the metric: the method's section on roll-ups.

One builder serves `Metric.rolledUp` and the figures of derived metrics, so that the two cannot differ.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Float,
    FromClause,
    Numeric,
    Select,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)

from schema.enumerations import NotCalculatedCode, OrganisationKind, RollUp
from schema.mapping import Arguments, constant
from schema.reasons import why
from schema.sql.figures import figures_of
from schema.sql.listings import WITHDRAWN
from schema.sql.members import first_day_on_record, in_words, parts_of_leavers
from schema.sql.organisations import open_during
from schema.sql.sandbox import is_real
from schema.tables import AncestryRow, MetricRow, OrganisationRow, PeriodRow, rows_of

_ancestry = rows_of(AncestryRow)
_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)
_period = rows_of(PeriodRow)

# Members are of the lowest kind that the metric is collected from: a board's are its practices, not its networks.
LADDER = (
    OrganisationKind.PRACTICE,
    OrganisationKind.TRUST,
    OrganisationKind.PRIMARY_CARE_NETWORK,
    OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP,
    OrganisationKind.INTEGRATED_CARE_BOARD,
)
# A share has two decimals, whatever the members' figures have: they are yes and no, or levels. A derived metric says
# how many decimals its own figures have.
_SHARE_DECIMALS = 2
_ZERO: ColumnElement[int] = literal_column("0")


def members_kind(collected_from: Collection[str]) -> OrganisationKind | None:
    """The kind of member whose figures make a group's, of a metric that is collected from some kinds."""
    return next((kind for kind in LADDER if kind in collected_from), None)


def _method(metric: FromClause) -> ColumnElement[str]:
    """How members' figures are put together: by the rule of a derived metric, or by the metric's own."""
    return func.coalesce(metric.c.derived_by, metric.c.roll_up)


def _is(metric: FromClause, *rules: RollUp) -> ColumnElement[bool]:
    return _method(metric).in_([constant(rule) for rule in rules])


def is_total(metric: FromClause) -> ColumnElement[bool]:
    """The condition that a group's value is a total of its members' figures."""
    return _is(metric, RollUp.SUM, RollUp.COUNT_YES)


def has_own_unit(metric: FromClause) -> ColumnElement[bool]:
    """The condition that a group's value is in the metric's own unit, and not a share of members."""
    return or_(metric.c.derived_from_id.is_not(None), _is(metric, RollUp.SUM, RollUp.RATIO_OF_SUMS))


@dataclass(frozen=True)
class Span:
    """A period, as SQL: its id, its first and its last day."""

    id: ColumnElement[int]
    starts: ColumnElement[Any]
    ends: ColumnElement[Any]


def _members(metric: FromClause, figures: FromClause, group: ColumnElement[int], span: Span) -> CompoundSelect[Any]:
    """One row for each member on record on the last day, and for each that left before it and has a figure of its part.

    Of the first, the figure of the period where it has one that stands. The figures are of the metric that a derived
    one is derived from, and else of the metric itself.
    """
    return union_all(_on_last_day(metric, figures, group, span), _left_before(metric, figures, group, span))


def _source(metric: FromClause) -> tuple[Any, ColumnElement[bool], ColumnElement[str]]:
    """The metric of the members' figures, which one it is, and the kind of the members."""
    source = _metric.alias()
    kind = case(*((constant(each) == func.any(source.c.collected_from), constant(each)) for each in LADDER))
    return source, source.c.id == func.coalesce(metric.c.derived_from_id, metric.c.id), kind


def _on_last_day(metric: FromClause, figures: FromClause, group: ColumnElement[int], span: Span) -> Select[Any]:
    member, stay, figure = (table.alias() for table in (_organisation, _ancestry, figures))
    source, is_it, kind = _source(metric)
    of_period = and_(
        figure.c.metric_id == source.c.id,
        figure.c.organisation_id == member.c.id,
        figure.c.period_id == span.id,
        figure.c.status != WITHDRAWN,
    )
    return (
        select(figure.c.value, figure.c.numerator, figure.c.denominator, source.c.maximum)
        .select_from(
            source.join(stay, and_(stay.c.ancestor_id == group, stay.c.period.op("@>")(span.ends)))
            .join(member, member.c.id == stay.c.member_id)
            .outerjoin(figure, of_period)
        )
        .where(is_it, member.c.kind == kind, *open_during(member, span.ends), is_real(member, source))
        .correlate_except(source, member, stay, figure)
    )


def _left_before(metric: FromClause, figures: FromClause, group: ColumnElement[int], span: Span) -> Select[Any]:
    source, is_it, kind = _source(metric)
    part = parts_of_leavers(figures, source, group, kind, span.starts, span.ends).lateral("part")
    return (
        select(part.c.value, part.c.numerator, part.c.denominator, source.c.maximum)
        .select_from(source.join(part, true()))
        .where(is_it)
        .correlate_except(source, part)
    )


def roll_up(
    metric: Any,
    figures: FromClause,
    group: ColumnElement[int],
    span: Span,
    *around: FromClause,
) -> Select[Any]:
    """One row: what the members' figures of a period make, in exact numbers, and on how many of how many it rests.

    `figures` are all figures, as they are or as they were known at an instant. `group` is an id. `around` are the
    rows, next to the metric's, that it and the period come from.
    """
    members = _members(metric, figures, group, span).lateral("members")
    both = and_(members.c.numerator.is_not(None), members.c.denominator.is_not(None))
    usable = case((_is(metric, RollUp.RATIO_OF_SUMS), both), else_=members.c.value.is_not(None))
    one = literal_column("1", Numeric())
    added = func.sum(members.c.value).filter(usable)
    numerator = case(
        (_is(metric, RollUp.RATIO_OF_SUMS), func.sum(members.c.numerator).filter(usable)),
        (_is(metric, RollUp.PERCENT_YES, RollUp.PERCENT_OF_MAXIMUM), added),
    )
    denominator = case(
        (_is(metric, RollUp.RATIO_OF_SUMS), func.sum(members.c.denominator).filter(usable)),
        (_is(metric, RollUp.PERCENT_YES), func.sum(one).filter(usable)),
        (_is(metric, RollUp.PERCENT_OF_MAXIMUM), func.sum(members.c.maximum).filter(usable)),
    )
    gathered = (
        select(
            numerator.label("numerator"),
            denominator.label("denominator"),
            case((is_total(metric), added)).label("total"),
            func.count().filter(usable).label("rests_on"),
            func.count().label("of"),
        )
        .select_from(members)
        .correlate(metric, *around)
        .lateral("gathered")
    )
    is_unknown = func.coalesce(and_(gathered.c.of == _ZERO, span.ends < first_day_on_record()), false())
    made = select(
        _value(metric, gathered).label("value"),
        gathered.c.numerator,
        gathered.c.denominator,
        case((not_(is_unknown), cast(gathered.c.rests_on, BigInteger))).label("rests_on"),
        case((not_(is_unknown), cast(gathered.c.of, BigInteger))).label("of"),
        _method(metric).label("method"),
        _reason(metric, gathered, is_unknown).label("reason"),
        _reason_code(metric, gathered, is_unknown).label("reason_code"),
    ).select_from(select(literal_column("1")).subquery("one").join(gathered, true()))
    return made.correlate(metric, *around)


def rolled_up(metric: Any, arguments: Arguments) -> Select[Any]:
    """One row: what the members' figures of a period make of a group's, or why they make nothing."""
    group, period = _organisation.alias(), _period.alias()
    made = roll_up(
        metric,
        figures_of(arguments),
        select(group.c.id).where(group.c.code == arguments.value("organisation")).scalar_subquery(),
        Span(
            select(period.c.id).where(period.c.code == arguments.period_code("period")).scalar_subquery(),
            arguments.period_start("period"),
            arguments.period_end("period"),
        ),
    ).lateral("made")
    return select(*_as_floats(made))


def rolled_up_over_time(group: Any, arguments: Arguments) -> Select[Any]:
    """One row for each period in which a member of a group has a figure of the metric asked for; soonest first.

    A period before its members are on record, in which anybody has one, has a row with that reason.
    """
    metric, period, figure = _metric.alias(), _period.alias(), figures_of(arguments).alias()
    has_figure = exists(
        select(literal_column("1"))
        .where(
            figure.c.metric_id == func.coalesce(metric.c.derived_from_id, metric.c.id),
            figure.c.period_id == period.c.id,
            figure.c.status != WITHDRAWN,
        )
        .correlate(metric, period)
    )
    span = Span(period.c.id, period.c.starts, period.c.ends)
    made = roll_up(metric, figures_of(arguments), group.c.id, span, period, group).lateral("made")
    has_members = exists(_ever_members(metric, group))
    is_listed = or_(made.c.rests_on > _ZERO, and_(made.c.rests_on.is_(None), has_members))
    where = [metric.c.code == arguments.value("metric"), is_listed]
    if arguments.has("from"):
        where.append(period.c.ends >= arguments.value("from"))
    if (until := arguments.until()) is not None:
        where.append(period.c.ends <= until)
    return (
        select(
            period.c.id.label("period_id"),
            *_as_floats(made),
            func.row_number().over(order_by=[period.c.ends, period.c.starts, period.c.id]).label("place"),
        )
        .select_from(metric.join(period, has_figure).join(made, true()))
        .where(*where)
    )


def _ever_members(metric: FromClause, group: Any) -> Select[Any]:
    """The organisations of the kind whose figures count that were ever below a group."""
    member, stay = _organisation.alias(), _ancestry.alias()
    source, is_it, kind = _source(metric)
    return (
        select(literal_column("1"))
        .select_from(source.join(stay, stay.c.ancestor_id == group.c.id).join(member, member.c.id == stay.c.member_id))
        .where(is_it, member.c.kind == kind)
        .correlate(metric, group)
    )


def _as_floats(made: FromClause) -> list[ColumnElement[Any]]:
    numbers = {"value", "numerator", "denominator"}
    return [cast(each, Float).label(each.name) if each.name in numbers else each for each in made.c]


def _value(metric: FromClause, gathered: FromClause) -> ColumnElement[Any]:
    factor = case(
        (metric.c.unit == constant("RATE_PER_100000"), literal_column("100000.0")), else_=literal_column("100.0")
    )
    ratio = factor * gathered.c.numerator / func.nullif(gathered.c.denominator, literal_column("0"))
    has_decimals = metric.c.derived_from_id.is_not(None) | _is(metric, RollUp.RATIO_OF_SUMS)
    decimals = case((has_decimals, metric.c.decimals), else_=literal_column(str(_SHARE_DECIMALS)))
    total = case(
        (metric.c.derived_from_id.is_not(None), func.round(gathered.c.total, metric.c.decimals)),
        else_=gathered.c.total,
    )
    return func.coalesce(total, func.round(ratio, decimals))


def _reason(metric: FromClause, gathered: FromClause, is_unknown: ColumnElement[bool]) -> ColumnElement[Any]:
    """Why there is no value, as a sentence; null where there is one."""
    day = in_words(first_day_on_record())
    return case(*((found, _sentence(code, day)) for code, found in _reasons(metric, gathered, is_unknown)))


def _reason_code(metric: FromClause, gathered: FromClause, is_unknown: ColumnElement[bool]) -> ColumnElement[Any]:
    """The code of that reason."""
    return case(*((found, constant(code)) for code, found in _reasons(metric, gathered, is_unknown)))


def _reasons(
    metric: FromClause, gathered: FromClause, is_unknown: ColumnElement[bool]
) -> list[tuple[NotCalculatedCode, ColumnElement[bool]]]:
    """Each reason and when it holds; the first that does is given."""
    return [
        (NotCalculatedCode.NO_ROLL_UP, _is(metric, RollUp.NONE)),
        (NotCalculatedCode.NOT_ON_RECORD, is_unknown),
        (NotCalculatedCode.NO_MEMBERS, gathered.c.of == _ZERO),
        (NotCalculatedCode.NO_MEMBERS_FIGURES, gathered.c.rests_on == _ZERO),
        (NotCalculatedCode.NOBODY_TO_COUNT, _value(metric, gathered).is_(None)),
    ]


def _sentence(code: NotCalculatedCode, day: ColumnElement[str]) -> ColumnElement[str]:
    """The sentence of a reason, with the first day on record in its place."""
    before, mark, after = why(code, day="|").sentence.replace("'", "''").partition("|")
    return constant(before).concat(day).concat(constant(after)) if mark else constant(before)
