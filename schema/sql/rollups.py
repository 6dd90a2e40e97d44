"""Members' figures become their group's, by the rule of the metric: the method's section on roll-ups."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    FromClause,
    Numeric,
    Select,
    and_,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
)

from schema.enumerations import OrganisationKind, RollUp
from schema.mapping import Arguments, constant
from schema.sql.figures import figures_of
from schema.sql.listings import WITHDRAWN
from schema.sql.organisations import open_during
from schema.tables import AncestryRow, OrganisationRow, PeriodRow, table

_ancestry = table(AncestryRow)
_organisation = table(OrganisationRow)
_period = table(PeriodRow)

# Members are of the lowest kind that the metric is collected from: a board's are its practices, not its networks.
LADDER = (
    OrganisationKind.PRACTICE,
    OrganisationKind.TRUST,
    OrganisationKind.PRIMARY_CARE_NETWORK,
    OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP,
    OrganisationKind.INTEGRATED_CARE_BOARD,
)
# A share has two decimals, whatever the members' figures have: they are yes and no, or levels.
_SHARE_DECIMALS = 2


def _is(metric: FromClause, rule: RollUp) -> ColumnElement[bool]:
    return metric.c.roll_up == constant(rule)


def _members(metric: FromClause, arguments: Arguments) -> Select[Any]:
    """One row for each member that was open when the period ended, with its figure where it has one that stands."""
    figures = figures_of(arguments)
    group, member, stay, figure, period = (
        table.alias() for table in (_organisation, _organisation, _ancestry, figures, _period)
    )
    ends = arguments.period_end("period")
    kind = case(*((constant(each) == func.any(metric.c.collected_from), constant(each)) for each in LADDER))
    of_period = and_(
        figure.c.metric_id == metric.c.id,
        figure.c.organisation_id == member.c.id,
        figure.c.period_id == period.c.id,
        figure.c.status != WITHDRAWN,
    )
    return (
        select(figure.c.value, figure.c.numerator, figure.c.denominator)
        .select_from(
            group.join(stay, and_(stay.c.ancestor_id == group.c.id, stay.c.period.op("@>")(ends)))
            .join(member, member.c.id == stay.c.member_id)
            .outerjoin(period, period.c.code == arguments.period_code("period"))
            .outerjoin(figure, of_period)
        )
        .where(
            group.c.code == arguments.value("organisation"),
            member.c.kind == kind,
            *open_during(member, ends),
        )
        .correlate(metric)
    )


def rolled_up(metric: Any, arguments: Arguments) -> Select[Any]:
    """One row: what the members' figures of a period make, and on how many of how many members it rests."""
    members = _members(metric, arguments).lateral("members")
    both = and_(members.c.numerator.is_not(None), members.c.denominator.is_not(None))
    usable = case((_is(metric, RollUp.RATIO_OF_SUMS), both), else_=members.c.value.is_not(None))
    one = literal_column("1", Numeric())
    numerator = case(
        (_is(metric, RollUp.RATIO_OF_SUMS), func.sum(members.c.numerator).filter(usable)),
        (_is(metric, RollUp.PERCENT_YES), func.sum(members.c.value).filter(usable)),
        (_is(metric, RollUp.PERCENT_OF_MAXIMUM), func.sum(members.c.value).filter(usable)),
    )
    denominator = case(
        (_is(metric, RollUp.RATIO_OF_SUMS), func.sum(members.c.denominator).filter(usable)),
        (_is(metric, RollUp.PERCENT_YES), func.sum(one).filter(usable)),
        (_is(metric, RollUp.PERCENT_OF_MAXIMUM), func.sum(metric.c.maximum).filter(usable)),
    )
    total = case((_is(metric, RollUp.SUM), func.sum(members.c.value).filter(usable)))
    gathered = (
        select(
            numerator.label("numerator"),
            denominator.label("denominator"),
            total.label("total"),
            func.count().filter(usable).label("rests_on"),
            func.count().label("of"),
        )
        .select_from(members)
        .correlate(metric)
        .lateral("gathered")
    )
    return select(
        _value(metric, gathered).cast(Float).label("value"),
        gathered.c.numerator.cast(Float).label("numerator"),
        gathered.c.denominator.cast(Float).label("denominator"),
        cast(gathered.c.rests_on, BigInteger).label("rests_on"),
        cast(gathered.c.of, BigInteger).label("of"),
        metric.c.roll_up.label("method"),
        _reason(metric, gathered).label("reason"),
    ).select_from(select(literal_column("1")).subquery("one").join(gathered, true()))


def _value(metric: FromClause, gathered: FromClause) -> ColumnElement[Any]:
    factor = case(
        (metric.c.unit == constant("RATE_PER_100000"), literal_column("100000.0")), else_=literal_column("100.0")
    )
    ratio = factor * gathered.c.numerator / func.nullif(gathered.c.denominator, literal_column("0"))
    decimals = case((_is(metric, RollUp.RATIO_OF_SUMS), metric.c.decimals), else_=literal_column(str(_SHARE_DECIMALS)))
    return func.coalesce(gathered.c.total, func.round(ratio, decimals))


def _reason(metric: FromClause, gathered: FromClause) -> ColumnElement[Any]:
    """Why there is no value; null where there is one."""
    none = constant("Members'' figures of this metric say nothing of their group''s.")
    zero: ColumnElement[int] = literal_column("0")
    return case(
        (_is(metric, RollUp.NONE), none),
        (gathered.c.of == zero, constant("It has no members that this metric is collected from.")),
        (gathered.c.rests_on == zero, constant("None of its members has a figure for this period.")),
        (_value(metric, gathered).is_(None), constant("The members have nobody to count.")),
    )
