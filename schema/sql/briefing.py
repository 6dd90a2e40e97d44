"""Everything that an ICB's paper of a day is written from, as its inputs."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema.computed_inputs.briefing import (
    BriefingInputs,
    OutlineLine,
    PaperMetric,
    PaperOrganisation,
    PaperTarget,
    Partnership,
)
from schema.computed_inputs.record import EMPTY_LIST, Record
from schema.enumerations import OrganisationKind
from schema.mapping import Arguments, constant
from schema.sql.briefing_figures import (
    MENTIONED,
    day_of_most,
    day_of_paper,
    end_of_day,
    is_one_of,
    known_by_then,
    mentioned,
)
from schema.sql.briefing_reasons import closures, corrections, target_changes
from schema.sql.organisations import open_during, value_on
from schema.sql.progress import progress_inputs, targets_known_at
from schema.sql.sandbox import is_real
from schema.tables import (
    METRICS_OF_A_METRIC,
    AncestryRow,
    FigureRow,
    MetricRow,
    NilReturnRow,
    OrganisationRow,
    OutlineRow,
    PeriodRow,
    rows_of,
)

_ancestry = rows_of(AncestryRow)
_figure = rows_of(FigureRow)
_metric = rows_of(MetricRow)
_nil_return = rows_of(NilReturnRow)
_organisation = rows_of(OrganisationRow)
_outline = rows_of(OutlineRow)
_period = rows_of(PeriodRow)

# Whose targets it lists: those of trusts as well.
WITH_TARGETS = (*MENTIONED, OrganisationKind.TRUST)

_ONE: ColumnElement[int] = literal_column("1")


# ── Columns of the inputs ─────────────────────────────────────────────────────────────────────────────────────────

_LINE = Record(OutlineLine, OutlineRow, metric=lambda _, metric: metric.c.code)
_METRIC = Record(
    PaperMetric,
    MetricRow,
    part_of=lambda _, named: named["part_of"].c.code,
    denominator_metric=lambda _, named: named["denominator_metric"].c.code,
    change_of=lambda _, named: named["change_of"].c.code,
    difference_of=lambda _, named: named["difference_of"].c.code,
    counted_by=lambda _, named: named["counted_by"].c.code,
)
_ORGANISATION = Record(
    PaperOrganisation,
    OrganisationRow,
    name=lambda row, _, day: value_on(row, day, "name"),
    has_another_paper=lambda row, board, day: _has_another_paper(row, board, day),
)
_PARTNERSHIP = Record(
    Partnership,
    OrganisationRow,
    networks=lambda row, day: _directly_below(row, OrganisationKind.PRIMARY_CARE_NETWORK, day),
    orphans=lambda row, day: _directly_below(row, OrganisationKind.PRACTICE, day),
)
_PAPER_TARGET = Record(
    PaperTarget,
    metric=lambda _, metric, __, ___: metric.c.code,
    organisation=lambda _, __, organisation, ___: organisation.c.code,
    progress=lambda target, _, __, arguments: progress_inputs(
        target,
        day_of_paper(arguments),
        known_by_then(arguments),
        end_of_day(arguments),
        targets=_targets_known(arguments),
    ),
    changes=lambda target, _, __, arguments: target_changes(target, arguments),
)
_BRIEFING = Record(
    BriefingInputs,
    as_of=lambda _, arguments: day_of_paper(arguments),
    at=lambda board, arguments: select(day_of_most(board, arguments).c.day).scalar_subquery(),
    members_on=lambda board, arguments: select(_day_of_members(board, arguments).c.day).scalar_subquery(),
    board=lambda board, _: select(board.c.code).scalar_subquery(),
    region=lambda board, arguments: _region(board, day_of_paper(arguments)),
    outline=lambda board, _: _lines(board),
    figures=lambda _, arguments: mentioned(arguments),
    metrics=lambda _, __: _metrics(),
    organisations=lambda board, arguments: _organisations(board, day_of_paper(arguments)),
    partnerships=lambda board, arguments: _partnerships(board, arguments),
    targets=lambda board, arguments: _targets(board, arguments),
    corrections=lambda _, arguments: corrections(arguments),
    closures=lambda board, arguments: closures(board, arguments),
)


def briefing_inputs(_: Any, arguments: Arguments) -> ColumnElement[Any]:
    """The inputs of the paper of the ICB and the date of the arguments."""
    return _BRIEFING.object(_board(arguments), arguments)


# ── The metrics ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _metrics() -> ColumnElement[Any]:
    metric = _metric.alias()
    named = {name: _metric.alias() for name in METRICS_OF_A_METRIC}
    source: Any = metric
    for name, other in named.items():
        source = source.outerjoin(other, other.c.id == metric.c[f"{name}_id"])
    return _METRIC.list(metric, named, source=source, where=[is_real(metric)], order=[metric.c.code], around=[])


# ── The ICB and its members ─────────────────────────────────────────────────────────────────────────────────────


def _board(arguments: Arguments) -> FromClause:
    """The ICB whose paper it is, as one row or none: the ICB of the argument, or the first that has an outline."""
    board, outline = _organisation.alias(), _outline.alias()
    first = select(func.min(outline.c.board_id)).scalar_subquery()
    is_board = board.c.code == arguments.value("board") if arguments.has("board") else board.c.id == first
    is_of_kind = board.c.kind == constant(OrganisationKind.INTEGRATED_CARE_BOARD)
    return select(board.c.id, board.c.code).where(is_board, is_of_kind).subquery()


def _lines(board: FromClause) -> ColumnElement[Any]:
    outline, metric = _outline.alias(), _metric.alias()
    source = outline.join(board, board.c.id == outline.c.board_id)
    return _LINE.list(
        outline,
        metric,
        source=source.outerjoin(metric, metric.c.id == outline.c.metric_id),
        where=[],
        order=[outline.c.position],
        around=[],
    )


def _organisations(board: FromClause, day: ColumnElement[Any]) -> ColumnElement[Any]:
    row = _organisation.alias()
    where = [is_one_of(row.c.kind, WITH_TARGETS), is_real(row)]
    return _ORGANISATION.list(row, board, day, source=row, where=where, order=[row.c.code], around=[])


def _has_another_paper(organisation: FromClause, board: FromClause, day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether an organisation is another ICB with an outline of its own, or below one on a day."""
    outline, stay = _outline.alias(), _ancestry.alias()
    below = exists(
        select(_ONE)
        .where(
            stay.c.ancestor_id == outline.c.board_id,
            stay.c.member_id == organisation.c.id,
            stay.c.period.op("@>")(day),
        )
        .correlate(outline, organisation)
    )
    is_it = outline.c.board_id == organisation.c.id
    others = outline.join(board, board.c.id != outline.c.board_id)
    return exists(select(_ONE).select_from(others).where(or_(is_it, below)).correlate(organisation))


def _region(board: FromClause, day: ColumnElement[Any]) -> ColumnElement[Any]:
    region, stay = _organisation.alias(), _ancestry.alias()
    return (
        select(region.c.code)
        .select_from(board.join(stay, stay.c.member_id == board.c.id).join(region, region.c.id == stay.c.ancestor_id))
        .where(region.c.kind == constant(OrganisationKind.REGION), stay.c.period.op("@>")(day))
        .limit(_ONE)
        .scalar_subquery()
    )


def _day_of_members(board: FromClause, arguments: Arguments) -> FromClause:
    """One row with the `day` on which members are listed: the last of the paper's quarter, or that of most figures."""
    if arguments.has("quarter"):
        return select(day_of_paper(arguments).label("day")).subquery()
    return day_of_most(board, arguments)


def _partnerships(board: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The ICB's partnerships on a day, by name: their networks, and the practices that are in none."""
    row, stay = _organisation.alias(), _ancestry.alias()
    days = _day_of_members(board, arguments)
    day = days.c.day
    return _PARTNERSHIP.list(
        row,
        day,
        source=board.join(days, true())
        .join(stay, stay.c.ancestor_id == board.c.id)
        .join(row, row.c.id == stay.c.member_id),
        where=[
            row.c.kind == constant(OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP),
            stay.c.period.op("@>")(day),
            is_real(row),
        ],
        order=[func.lower(value_on(row, day, "name")), row.c.id],
        around=[],
    )


def _directly_below(group: FromClause, kind: OrganisationKind, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The names that a group's direct members of one kind had on a day, as a JSON list."""
    member, stay = _organisation.alias(), _ancestry.alias()
    name = value_on(member, day, "name")
    names = aggregate_order_by(name, func.lower(name), member.c.id)
    return (
        select(func.coalesce(func.json_agg(names), EMPTY_LIST))
        .select_from(stay.join(member, member.c.id == stay.c.member_id))
        .where(
            stay.c.ancestor_id == group.c.id,
            stay.c.distance == _ONE,
            stay.c.period.op("@>")(day),
            member.c.kind == constant(kind),
            *open_during(member, day),
            is_real(member),
        )
        .correlate_except(member, stay)
        .scalar_subquery()
    )


def _targets_known(arguments: Arguments) -> FromClause:
    """Every target as it was known by then: one common table expression, like the figures."""
    known = arguments.once("targets", lambda: select(targets_known_at(end_of_day(arguments))).cte())
    return known.alias()


def _targets(board: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The targets as they were set by the end of the day, but for those of another ICB's paper."""
    target, metric, organisation = _targets_known(arguments), _metric.alias(), _organisation.alias()
    return _PAPER_TARGET.list(
        target,
        metric,
        organisation,
        arguments,
        source=target.join(metric, metric.c.id == target.c.metric_id).join(
            organisation, organisation.c.id == target.c.organisation_id
        ),
        where=[
            is_one_of(organisation.c.kind, WITH_TARGETS),
            is_real(target),
            # What members inherit is in the line of the target that they inherit.
            target.c.inherited_from_id.is_(None),
            not_(_has_another_paper(organisation, board, day_of_paper(arguments))),
        ],
        order=[target.c.id],
        around=[],
    )
