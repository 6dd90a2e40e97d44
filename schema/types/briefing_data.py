"""All that the committee paper of a day is made from, as one JSON value; and the figures that it may speak of."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Interval,
    Select,
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
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema.computed.briefing import BriefingInputs
from schema.computed.record import Record
from schema.enumerations import OrganisationKind
from schema.mapping import Arguments, constant
from schema.sql.figures import figures_known_at
from schema.sql.listings import SERIES, WITHDRAWN
from schema.sql.organisations import open_during
from schema.sql.progress import progress_inputs
from schema.tables import (
    AncestryRow,
    FigureRow,
    MetricRow,
    OrganisationRow,
    PeriodRow,
    TargetRevisionRow,
    TargetRow,
    table,
)

_ancestry = table(AncestryRow)
_figure = table(FigureRow)
_metric = table(MetricRow)
_organisation = table(OrganisationRow)
_period = table(PeriodRow)
_revision = table(TargetRevisionRow)
_target = table(TargetRow)

# The board whose paper it is.
BOARD = "QKS"
# Whose figures a paper speaks of: the board and what it is compared with, and the partnerships within it.
SPEAKS_OF = (
    OrganisationKind.INTEGRATED_CARE_BOARD,
    OrganisationKind.REGION,
    OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP,
)
# Whose targets it gives: those as well that are set for trusts.
JUDGES = (*SPEAKS_OF, OrganisationKind.TRUST)
# Published numbers of organisations that our own records count too.
RECORDED = {
    "practices": OrganisationKind.PRACTICE,
    "primary_care_networks": OrganisationKind.PRIMARY_CARE_NETWORK,
}

_BRIEFING = Record(BriefingInputs, paper=lambda arguments: _paper(arguments))

_ONE: ColumnElement[int] = literal_column("1")
_EMPTY: ColumnElement[Any] = literal_column("'[]'::json")


def _is_one_of(kind: ColumnElement[Any], kinds: tuple[OrganisationKind, ...]) -> ColumnElement[bool]:
    return kind.in_([constant(each) for each in kinds])


def _known(arguments: Arguments) -> FromClause:
    """The figures as they were known when the day ended where the NHS is. What is made up is never among them."""
    known = figures_known_at(_end_of_day(arguments))
    return select(known).where(known.c.status != WITHDRAWN, not_(known.c.is_synthetic)).subquery()


def _end_of_day(arguments: Arguments) -> ColumnElement[Any]:
    """The last instant of the day where the NHS is."""
    ends = func.timezone(constant("Europe/London"), cast(arguments.day("asOf") + _ONE, DateTime))
    return ends - literal_column("interval '1 microsecond'", Interval())


def spoken_of(_: Any, arguments: Arguments) -> FromClause:
    """Of each series that the paper speaks of: the four latest figures, and those of the two years before the latest.

    Of figures whose periods end on one day, the one whose period is shortest is the latest.
    """
    known, organisation, period = _known(arguments).alias(), _organisation.alias(), _period.alias()
    newest = (known.c.period_ends.desc(), period.c.starts.desc(), known.c.id.desc())
    series = [known.c[name] for name in SERIES]
    ranked = (
        select(
            known,
            func.row_number().over(partition_by=series, order_by=newest).label("age"),
            func.first_value(known.c.period_ends).over(partition_by=series, order_by=newest).label("latest_ends"),
        )
        .select_from(
            known.join(organisation, organisation.c.id == known.c.organisation_id).join(
                period, period.c.id == known.c.period_id
            )
        )
        .where(_is_one_of(organisation.c.kind, SPEAKS_OF))
        .subquery()
    )
    days = ranked.c.latest_ends - ranked.c.period_ends
    return (
        select(*(ranked.c[column.name] for column in _figure.c), ranked.c.id.label("key"))
        .where(or_(ranked.c.age <= literal_column("4"), days <= literal_column("731")))
        .subquery()
    )


def briefing_inputs(_: Any, arguments: Arguments) -> ColumnElement[Any]:
    """The inputs of the paper of the date `asOf`."""
    return _BRIEFING.object(arguments)


def _paper(arguments: Arguments) -> ColumnElement[Any]:
    """All that a paper is made from, as one JSON object. Numbers that it prints are text, with their own digits."""
    day = arguments.day("asOf")
    return func.json_build_object(
        "asOf",
        day,
        "board",
        constant(BOARD),
        "region",
        _region(day).scalar_subquery(),
        "figures",
        _listed(_figures(arguments)),
        "metrics",
        _listed(_metrics()),
        "organisations",
        _listed(_organisations()),
        "partnerships",
        _listed(_partnerships(day)),
        "targets",
        _listed(_targets(arguments)),
    )


def _listed(rows: Select[Any]) -> ColumnElement[Any]:
    """Rows of one column, as a JSON list."""
    each = rows.subquery()
    return select(func.coalesce(func.json_agg(each.c.j), _EMPTY)).select_from(each).scalar_subquery()


def _figures(arguments: Arguments) -> Select[Any]:
    figure = spoken_of(None, arguments).alias()
    metric, organisation, period = _metric.alias(), _organisation.alias(), _period.alias()
    as_text = {
        "value": figure.c.value,
        "numerator": figure.c.numerator,
        "denominator": figure.c.denominator,
        "lower": figure.c.lower_confidence_limit,
        "upper": figure.c.upper_confidence_limit,
    }
    said = func.json_build_object(
        "key",
        figure.c.id,
        "metric",
        metric.c.code,
        "organisation",
        organisation.c.code,
        "kind",
        period.c.kind,
        "starts",
        period.c.starts,
        "ends",
        figure.c.period_ends,
        "label",
        period.c.label,
        "unit",
        figure.c.unit,
        "qualifier",
        figure.c.qualifier,
        "recorded",
        _recorded(metric, organisation, figure.c.period_ends),
        *(part for name, column in as_text.items() for part in (name, cast(column, Text))),
    )
    return (
        select(said.label("j"))
        .select_from(
            figure.join(metric, metric.c.id == figure.c.metric_id)
            .join(organisation, organisation.c.id == figure.c.organisation_id)
            .join(period, period.c.id == figure.c.period_id)
        )
        .order_by(metric.c.code, organisation.c.code, figure.c.period_ends, period.c.starts, figure.c.id)
    )


def _recorded(metric: FromClause, organisation: FromClause, on: ColumnElement[Any]) -> ColumnElement[Any]:
    """How many of the organisations that a metric counts are on record on a day: open, and below an organisation."""
    counted = {}
    for code, kind in RECORDED.items():
        member, stay = _organisation.alias(), _ancestry.alias()
        counted[code] = (
            select(func.count())
            .select_from(stay.join(member, member.c.id == stay.c.member_id))
            .where(
                stay.c.ancestor_id == organisation.c.id,
                stay.c.period.op("@>")(on),
                member.c.kind == constant(kind),
                *open_during(member, on),
            )
            .correlate_except(member, stay)
            .scalar_subquery()
        )
    is_group = organisation.c.kind != constant(OrganisationKind.REGION)
    return case(*((and_(is_group, metric.c.code == constant(code)), count) for code, count in counted.items()))


def _metrics() -> Select[Any]:
    metric, counting, whole = _metric.alias(), _metric.alias(), _metric.alias()
    said = func.json_build_object(
        "code",
        metric.c.code,
        "name",
        metric.c.name,
        "description",
        metric.c.description,
        "source",
        metric.c.source,
        "roll_up",
        metric.c.roll_up,
        "part_of",
        whole.c.code,
        "denominator_metric",
        counting.c.code,
    )
    return (
        select(said.label("j"))
        .select_from(
            metric.outerjoin(counting, counting.c.id == metric.c.denominator_metric_id).outerjoin(
                whole, whole.c.id == metric.c.part_of_id
            )
        )
        .order_by(metric.c.code)
    )


def _organisations() -> Select[Any]:
    organisation = _organisation.alias()
    said = func.json_build_object("code", organisation.c.code, "name", organisation.c.name, "kind", organisation.c.kind)
    return select(said.label("j")).where(_is_one_of(organisation.c.kind, JUDGES)).order_by(organisation.c.code)


def _region(day: ColumnElement[Any]) -> Select[Any]:
    board, region, stay = _organisation.alias(), _organisation.alias(), _ancestry.alias()
    return (
        select(region.c.code)
        .select_from(board.join(stay, stay.c.member_id == board.c.id).join(region, region.c.id == stay.c.ancestor_id))
        .where(
            board.c.code == constant(BOARD),
            region.c.kind == constant(OrganisationKind.REGION),
            stay.c.period.op("@>")(day),
        )
        .limit(_ONE)
    )


def _partnerships(day: ColumnElement[Any]) -> Select[Any]:
    """The board's partnerships on a day, by name, each with its networks and the practices that are in none."""
    board, partnership, stay = _organisation.alias(), _organisation.alias(), _ancestry.alias()
    said = func.json_build_object(
        "code",
        partnership.c.code,
        "networks",
        _directly_below(partnership, OrganisationKind.PRIMARY_CARE_NETWORK, day),
        "orphans",
        _directly_below(partnership, OrganisationKind.PRACTICE, day),
    )
    return (
        select(said.label("j"))
        .select_from(
            board.join(stay, stay.c.ancestor_id == board.c.id).join(partnership, partnership.c.id == stay.c.member_id)
        )
        .where(
            board.c.code == constant(BOARD),
            partnership.c.kind == constant(OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP),
            stay.c.period.op("@>")(day),
        )
        .order_by(func.lower(partnership.c.name), partnership.c.id)
    )


def _directly_below(group: FromClause, kind: OrganisationKind, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The names of the members of one kind that no other group lies between, as a JSON list."""
    member, stay = _organisation.alias(), _ancestry.alias()
    names = aggregate_order_by(member.c.name, func.lower(member.c.name), member.c.id)
    return (
        select(func.coalesce(func.json_agg(names), _EMPTY))
        .select_from(stay.join(member, member.c.id == stay.c.member_id))
        .where(
            stay.c.ancestor_id == group.c.id,
            stay.c.distance == _ONE,
            stay.c.period.op("@>")(day),
            member.c.kind == constant(kind),
            *open_during(member, day),
        )
        .correlate(group)
        .scalar_subquery()
    )


def _targets(arguments: Arguments) -> Select[Any]:
    """The targets that were set by the end of the day, with all that they are judged by."""
    target, metric, organisation, revision = (each.alias() for each in (_target, _metric, _organisation, _revision))
    was_set = exists(
        select(_ONE)
        .where(revision.c.target_id == target.c.id, revision.c.recorded_at <= _end_of_day(arguments))
        .correlate(target)
    )
    said = func.json_build_object(
        "metric",
        metric.c.code,
        "organisation",
        organisation.c.code,
        "judged",
        progress_inputs(target, arguments.day("asOf"), _known(arguments)),
    )
    return (
        select(said.label("j"))
        .select_from(
            target.join(metric, metric.c.id == target.c.metric_id).join(
                organisation, organisation.c.id == target.c.organisation_id
            )
        )
        .where(_is_one_of(organisation.c.kind, JUDGES), not_(organisation.c.is_synthetic), was_set)
        .order_by(target.c.id)
    )
