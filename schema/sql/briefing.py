"""Everything that an ICB's paper of a day is written from, as its inputs; and the figures that it may mention."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Interval,
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

from schema.computed_inputs.briefing import (
    BriefingInputs,
    Made,
    OutlineLine,
    PaperFigure,
    PaperMetric,
    PaperOrganisation,
    PaperTarget,
    Partnership,
)
from schema.computed_inputs.record import EMPTY_LIST, Record
from schema.enumerations import Counts, FigureOrigin, OrganisationKind
from schema.mapping import Arguments, constant
from schema.sql.figures import figures_known_at
from schema.sql.listings import SERIES, WITHDRAWN
from schema.sql.organisations import open_during
from schema.sql.progress import progress_inputs, targets_known_at
from schema.sql.rollups import Span, roll_up
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
    table,
)

_ancestry = table(AncestryRow)
_figure = table(FigureRow)
_metric = table(MetricRow)
_nil_return = table(NilReturnRow)
_organisation = table(OrganisationRow)
_outline = table(OutlineRow)
_period = table(PeriodRow)

# Whose figures a paper may mention: the ICBs, which are compared, their regions and the partnerships in them.
MENTIONED = (
    OrganisationKind.INTEGRATED_CARE_BOARD,
    OrganisationKind.REGION,
    OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP,
)
# Whose targets it lists: those of trusts as well.
WITH_TARGETS = (*MENTIONED, OrganisationKind.TRUST)

_ONE: ColumnElement[int] = literal_column("1")


# ── Columns of the inputs ─────────────────────────────────────────────────────────────────────────────────────────

_LINE = Record(OutlineLine, OutlineRow, metric=lambda _, metric: metric.c.code)
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
    made=lambda figure, metric, _, __, arguments: _made(figure, metric, _known(arguments)),
    has_nil_return=lambda *rows: _has_nil_return(rows[0], rows[-1]),
)
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
    PaperOrganisation, OrganisationRow, has_another_paper=lambda row, board, day: _has_another_paper(row, board, day)
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
        target, arguments.day(), _known(arguments), _end_of_day(arguments)
    ),
)
_BRIEFING = Record(
    BriefingInputs,
    as_of=lambda _, arguments: arguments.day(),
    at=lambda board, arguments: _day_of_most(board, arguments),
    board=lambda board, _: select(board.c.code).scalar_subquery(),
    region=lambda board, arguments: _region(board, arguments.day()),
    outline=lambda board, _: _lines(board),
    figures=lambda _, arguments: _figures(arguments),
    metrics=lambda _, __: _metrics(),
    organisations=lambda board, arguments: _organisations(board, arguments.day()),
    partnerships=lambda board, arguments: _partnerships(board, _day_of_most(board, arguments)),
    targets=lambda board, arguments: _targets(board, arguments),
)


def briefing_inputs(_: Any, arguments: Arguments) -> ColumnElement[Any]:
    """The inputs of the paper of the ICB and the date of the arguments."""
    return _BRIEFING.object(_board(arguments), arguments)


# ── The figures of the day ────────────────────────────────────────────────────────────────────────────────────────


def _is_one_of(kind: ColumnElement[Any], kinds: tuple[OrganisationKind, ...]) -> ColumnElement[bool]:
    return kind.in_([constant(each) for each in kinds])


def _known(arguments: Arguments) -> FromClause:
    """The figures as they were known when the day ended in London. Synthetic figures are never among them."""
    known = figures_known_at(_end_of_day(arguments))
    rows = known.alias()
    return select(rows).where(rows.c.status != WITHDRAWN, is_real(rows)).subquery()


def _end_of_day(arguments: Arguments) -> ColumnElement[Any]:
    """The last instant of the day in London."""
    ends = func.timezone(constant("Europe/London"), cast(arguments.day() + _ONE, DateTime))
    return ends - literal_column("interval '1 microsecond'", Interval())


def mentioned_figures(_: Any, arguments: Arguments) -> FromClause:
    """Of each series that the paper may mention: the four latest figures, and those of the two years before the latest.

    When several periods end on one day, the shortest counts as the latest.
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
        .where(_is_one_of(organisation.c.kind, MENTIONED))
        .subquery()
    )
    days = ranked.c.latest_ends - ranked.c.period_ends
    return (
        select(*(ranked.c[column.name] for column in _figure.c), ranked.c.id.label("key"))
        .where(or_(ranked.c.age <= literal_column("4"), days <= literal_column("731")))
        .subquery()
    )


def _figures(arguments: Arguments) -> ColumnElement[Any]:
    figure = mentioned_figures(None, arguments).alias()
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
        nil_return.c.published_at <= _end_of_day(arguments),
        not_(nil_return.c.is_withdrawn),
    )
    return exists(later.correlate(figure))


def _day_of_most(board: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The day of most of the ICB's latest figures that are counted on a day; without any the paper's own day."""
    known, metric = _known(arguments).alias(), _metric.alias()
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
    return func.coalesce(select(most).select_from(latest).scalar_subquery(), arguments.day())


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
    where = [_is_one_of(row.c.kind, WITH_TARGETS), is_real(row)]
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


def _partnerships(board: FromClause, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The ICB's partnerships on a day, by name, each with its networks and the practices that are in none."""
    row, stay = _organisation.alias(), _ancestry.alias()
    return _PARTNERSHIP.list(
        row,
        day,
        source=board.join(stay, stay.c.ancestor_id == board.c.id).join(row, row.c.id == stay.c.member_id),
        where=[
            row.c.kind == constant(OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP),
            stay.c.period.op("@>")(day),
            is_real(row),
        ],
        order=[func.lower(row.c.name), row.c.id],
        around=[],
    )


def _directly_below(group: FromClause, kind: OrganisationKind, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The names of a group's direct members of one kind, as a JSON list."""
    member, stay = _organisation.alias(), _ancestry.alias()
    names = aggregate_order_by(member.c.name, func.lower(member.c.name), member.c.id)
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
        .correlate(group)
        .scalar_subquery()
    )


def _targets(board: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The targets as they were set by the end of the day, but for those of another ICB's paper."""
    targets = targets_known_at(_end_of_day(arguments))
    target, metric, organisation = (each.alias() for each in (targets, _metric, _organisation))
    return _PAPER_TARGET.list(
        target,
        metric,
        organisation,
        arguments,
        source=target.join(metric, metric.c.id == target.c.metric_id).join(
            organisation, organisation.c.id == target.c.organisation_id
        ),
        where=[
            _is_one_of(organisation.c.kind, WITH_TARGETS),
            is_real(target),
            # What members inherit is in the line of the target that they inherit.
            target.c.inherited_from_id.is_(None),
            not_(_has_another_paper(organisation, board, arguments.day())),
        ],
        order=[target.c.id],
        around=[],
    )
