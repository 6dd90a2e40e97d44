"""Several metrics become one score of each organisation of a kind: the weighted mean of its standard scores.

Sources: OECD and Joint Research Centre 2008, Handbook on constructing composite indicators, steps 5 and 6. Nothing that
is missing is made up: a score is of what an organisation has, and there is none with less than two thirds of it.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Float,
    FromClause,
    Numeric,
    Select,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.types import TypeEngine

from schema.enumerations import Direction
from schema.enumerations import NotCalculatedCode as Code
from schema.mapping import Arguments, constant
from schema.reasons import why
from schema.sql.distributions import FEWEST
from schema.sql.figures import figures_of
from schema.sql.listings import WITHDRAWN
from schema.sql.matrix import members_within
from schema.sql.organisations import open_during, value_on
from schema.sql.sandbox import is_real, real_ones
from schema.tables import MetricRow, OrganisationRow, PeriodRow, rows_of

_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)
_period = rows_of(PeriodRow)

MOST_METRICS = 50
# Why a metric adds nothing to the score of an organisation, or to any.
_LEAVE_OUT = (Code.NO_WEIGHT, Code.NEUTRAL, Code.TOO_FEW_FIGURES, Code.NO_SPREAD, Code.NO_FIGURE)
_DECIMALS: ColumnElement[int] = literal_column("9")
_ZERO: ColumnElement[float] = literal_column("0.0", Float())
# With less of the weights an organisation has no score: two thirds, and a hair less, because floats are rounded.
_LEAST_SHARE: ColumnElement[float] = literal_column("0.6666666666", Float())


def scores(_: None, arguments: Arguments) -> Select[Any]:
    """One row for each organisation of the kind: those with a score by rank, then the others by name.

    Each has its parts as JSON rows, one for each metric in the order of the codes.
    """
    day = arguments.period_end("period") if arguments.has("period") else arguments.day()
    given = _given(arguments, day)
    ranked = _ranked(arguments, day, given)
    organisation = _organisation.alias()
    of_row = select(ranked).join(organisation, organisation.c.id == ranked.c.organisation_id)
    if arguments.has("organisations"):
        of_row = of_row.where(organisation.c.code == func.any(arguments.value("organisations")))
    return of_row.where(*members_within(organisation, arguments, day))


# ── The metrics ───────────────────────────────────────────────────────────────────────────────────────────────────


def _given(arguments: Arguments, day: ColumnElement[Any]) -> FromClause:
    """One row for each metric: its weight as a share of all that count, its period, its mean and standard deviation.

    `sign` is 1 where higher is better and -1 where lower is. `left_out` is the code of why a metric does not count.
    """
    asked = func.unnest(cast(arguments.value("metrics"), ARRAY(Text)), arguments.weights("weights", "metrics"))
    asked_rows = asked.table_valued("code", "weight", with_ordinality="place", name="asked").render_derived()
    named = (
        select(
            asked_rows.c.code,
            func.sum(cast(asked_rows.c.weight, Float)).label("weight"),
            func.min(asked_rows.c.place).label("place"),
        )
        .group_by(asked_rows.c.code)
        .subquery()
    )
    metric = _metric.alias()
    found = _period_of(metric, arguments, day)
    spread = _spread(metric, found, arguments)
    sign = case(
        (metric.c.direction == constant(Direction.HIGHER_IS_BETTER), literal_column("1")),
        (metric.c.direction == constant(Direction.LOWER_IS_BETTER), literal_column("-1")),
    )
    left_out = case(
        (named.c.weight == _ZERO, constant(Code.NO_WEIGHT)),
        (sign.is_(None), constant(Code.NEUTRAL)),
        (found.c.period_id.is_(None), constant(Code.TOO_FEW_FIGURES)),
        (spread.c.deviation == _ZERO, constant(Code.NO_SPREAD)),
    )
    each = (
        select(
            metric.c.id.label("metric_id"),
            metric.c.is_synthetic,
            named.c.weight,
            named.c.place,
            found.c.period_id,
            spread.c.mean,
            spread.c.deviation,
            sign.label("sign"),
            left_out.label("left_out"),
        )
        .select_from(
            named.join(metric, metric.c.code == named.c.code).outerjoin(found, true()).outerjoin(spread, true())
        )
        .subquery()
    )
    counted = case((each.c.left_out.is_(None), each.c.weight))
    # Calculated once, and not again for each organisation.
    return (
        select(each, (counted / func.sum(counted).over()).label("share")).cte(nesting=True).prefix_with("MATERIALIZED")
    )


def _period_of(metric: FromClause, arguments: Arguments, day: ColumnElement[Any]) -> FromClause:
    """The latest period of a metric that ends within the one asked for, and in which five of the kind have a figure."""
    figure, organisation, period = figures_of(arguments).alias(), _organisation.alias(), _period.alias()
    where = [*_of_kind(figure, organisation, metric, arguments), period.c.ends <= day]
    if arguments.has("period"):
        where.append(period.c.ends >= arguments.period_start("period"))
    return (
        select(period.c.id.label("period_id"))
        .select_from(
            figure.join(organisation, organisation.c.id == figure.c.organisation_id).join(
                period, period.c.id == figure.c.period_id
            )
        )
        .where(*where)
        .group_by(period.c.id, period.c.ends, period.c.starts)
        .having(func.count() >= literal_column(str(FEWEST)))
        .order_by(period.c.ends.desc(), period.c.starts.desc(), period.c.id.desc())
        .limit(literal_column("1"))
        .correlate(metric)
        .lateral()
    )


def _spread(metric: FromClause, found: FromClause, arguments: Arguments) -> FromClause:
    figure, organisation = figures_of(arguments).alias(), _organisation.alias()
    # Of exact numbers: the deviation of equal ones is 0, and not a hair more.
    mean, deviation = (cast(each(figure.c.value), Float) for each in (func.avg, func.stddev_pop))
    return (
        select(mean.label("mean"), deviation.label("deviation"))
        .select_from(figure.join(organisation, organisation.c.id == figure.c.organisation_id))
        .where(*_of_kind(figure, organisation, metric, arguments), figure.c.period_id == found.c.period_id)
        .correlate(metric, found)
        .lateral()
    )


def _of_kind(
    figure: FromClause, organisation: FromClause, metric: FromClause, arguments: Arguments
) -> list[ColumnElement[bool]]:
    """The conditions that a figure is of a metric and an organisation of the kind. Closed ones count for their time."""
    return [
        figure.c.metric_id == metric.c.id,
        figure.c.status != WITHDRAWN,
        organisation.c.kind == constant(arguments.term("kind")),
        is_real(organisation, metric),
    ]


# ── The organisations ─────────────────────────────────────────────────────────────────────────────────────────────


def _parts(arguments: Arguments, day: ColumnElement[Any], given: FromClause) -> FromClause:
    """One row for each organisation and metric: the figure, and how many standard deviations better it is."""
    figure, organisation = figures_of(arguments).alias(), _organisation.alias()
    is_its_own = and_(
        figure.c.metric_id == given.c.metric_id,
        figure.c.organisation_id == organisation.c.id,
        figure.c.period_id == given.c.period_id,
        figure.c.status != WITHDRAWN,
    )
    z = case((given.c.left_out.is_(None), given.c.sign * (cast(figure.c.value, Float) - given.c.mean)))
    code = func.coalesce(given.c.left_out, case((figure.c.id.is_(None), constant(Code.NO_FIGURE))))
    return (
        select(
            organisation.c.id.label("organisation_id"),
            given.c.metric_id,
            given.c.period_id,
            given.c.place,
            given.c.share.label("weight"),
            given.c.mean,
            given.c.deviation.label("standard_deviation"),
            figure.c.id.label("figure_id"),
            figure.c.value,
            (z / func.nullif(given.c.deviation, _ZERO)).label("z"),
            _sentence(code, *_LEAVE_OUT).label("reason"),
            code.label("reason_code"),
        )
        .select_from(organisation.join(given, true()).outerjoin(figure, is_its_own))
        .where(
            organisation.c.kind == constant(arguments.term("kind")),
            *open_during(organisation, day),
            *real_ones(organisation, arguments),
        )
        .subquery()
    )


def _sentence(code: ColumnElement[Any], *codes: Code) -> ColumnElement[str]:
    """The sentence of a code, one of some."""
    return case(*((code == constant(each), constant(why(each).sentence)) for each in codes))


# The columns of a part, as it goes with its organisation.
_PARTS: tuple[tuple[str, TypeEngine[Any]], ...] = (
    *((name, BigInteger()) for name in ("metric_id", "period_id", "figure_id", "place")),
    *((name, Float()) for name in ("weight", "value", "mean", "standard_deviation", "z", "contribution")),
    *((name, Text()) for name in ("reason", "reason_code")),
)


def parts_of(row: FromClause, _: Arguments) -> Select[Any]:
    """The parts of the score of an organisation, one for each metric in the order of the codes."""
    columns = (column(name, kind) for name, kind in _PARTS)
    part = func.json_to_recordset(row.c.parts).table_valued(*columns, name="part").render_derived(with_types=True)
    return select(part)


def _ranked(arguments: Arguments, day: ColumnElement[Any], given: FromClause) -> FromClause:
    """One row for each organisation, with its score, its rank and its parts."""
    parts = _parts(arguments, day, given)
    is_there = parts.c.z.is_not(None)
    there = func.sum(case((is_there, parts.c.weight), else_=_ZERO)).over(partition_by=parts.c.organisation_id)
    contribution = parts.c.weight * parts.c.z / func.nullif(there, _ZERO)
    each = select(parts, there.label("there"), contribution.label("contribution")).subquery()
    pairs = (pair for name, _ in _PARTS for pair in (constant(name), each.c[name]))
    listed = func.json_agg(aggregate_order_by(func.json_build_object(*pairs), each.c.place))
    is_scored = each.c.there >= _LEAST_SHARE
    # Rounded, so that equal scores share a rank although floats were added in another order.
    total = cast(func.round(cast(func.sum(each.c.contribution), Numeric), _DECIMALS), Float)
    summed = (
        select(
            each.c.organisation_id,
            each.c.there,
            case((is_scored, total)).label("score"),
            func.count(each.c.weight).label("counted"),
            listed.label("parts"),
        )
        .group_by(each.c.organisation_id, each.c.there)
        .subquery()
    )
    organisation = _organisation.alias()
    best_first = summed.c.score.desc().nulls_last()
    without = case(
        (summed.c.counted == literal_column("0"), constant(Code.NO_METRIC_COUNTS)),
        (summed.c.score.is_(None), constant(Code.TOO_LITTLE_WEIGHT)),
    )
    name = func.lower(value_on(organisation, day, "name"))
    place = func.row_number().over(order_by=[best_first, name, organisation.c.id])
    return (
        select(
            cast(place, BigInteger).label("id"),
            organisation.c.id.label("organisation_id"),
            summed.c.score,
            case((summed.c.score.is_not(None), func.rank().over(order_by=best_first))).label("rank"),
            func.count(summed.c.score).over().label("of"),
            _sentence(without, Code.NO_METRIC_COUNTS, Code.TOO_LITTLE_WEIGHT).label("reason"),
            without.label("reason_code"),
            summed.c.there.label("weight_there"),
            summed.c.parts,
        )
        .select_from(summed.join(organisation, organisation.c.id == summed.c.organisation_id))
        .subquery()
    )
