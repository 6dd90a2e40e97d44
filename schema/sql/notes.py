"""The figures of one publication or one quarter: the inputs of the figures of note among them."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, literal_column, or_, select

from schema.computed_inputs.notes import NotedFigure, NotedMetric, NotesInputs, Peers
from schema.computed_inputs.record import Record, json_list
from schema.errors import Refusal
from schema.mapping import Arguments, Computed, Ids, constant
from schema.sql.figures import figures_of
from schema.sql.listings import WITHDRAWN
from schema.sql.recalculations import recalculations_of
from schema.sql.sandbox import is_real, real_ones
from schema.tables import AuditEventRow, FigureRow, MetricRow, OrganisationRow, PeriodRow, rows_of

_event = rows_of(AuditEventRow)
_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)
_period = rows_of(PeriodRow)

# As many as the largest update has.
MOST_FIGURES = 10_000
_MOST: ColumnElement[int] = literal_column(str(MOST_FIGURES))

_METRIC = Record(NotedMetric, MetricRow)
_FIGURE = Record(
    NotedFigure,
    FigureRow,
    is_shown=lambda figure, arguments: _is_shown(figure, arguments),
    recalculations=lambda figure, arguments: recalculations_of(
        figure.c.metric_id, figure.c.organisation_id, arguments.known_at(), around=[figure]
    ),
    history=lambda figure, arguments: _history(figure, arguments),
)
_PEERS = Record(
    Peers,
    None,
    metric_id=lambda cell, _: cell.c.metric_id,
    period_id=lambda cell, _: cell.c.period_id,
    figures=lambda cell, arguments: _peers(cell, arguments),
)
_NOTES = Record(
    NotesInputs,
    None,
    is_event=lambda arguments: literal_column("false" if _is_query(arguments) else "true"),
    left_out=lambda arguments: _left_out(arguments),
    metrics=lambda arguments: _metrics(arguments),
    figures=lambda arguments: _figures(arguments),
    peers=lambda arguments: _cells(arguments),
)


# ── Which figures ─────────────────────────────────────────────────────────────────────────────────────────────────


def _is_query(arguments: Arguments) -> bool:
    return arguments.has("quarter") or arguments.has("publishedAt")


def _all(arguments: Arguments) -> Select[Any]:
    """The figures of the publication, or those whose periods end in the quarter; whichever are asked for."""
    figure = figures_of(arguments).alias()
    if arguments.has("quarter"):
        first, last = arguments.period_start("quarter"), arguments.quarter("quarter")
        where = [figure.c.period_ends >= first, figure.c.period_ends <= last]
    elif arguments.has("publishedAt"):
        where = [figure.c.published_at == arguments.value("publishedAt")]
    else:
        published = select(_event.c.at).where(_event.c.position == arguments.request.event())
        where = [figure.c.published_at == published.scalar_subquery()]
    return select(figure).where(*where, figure.c.status != WITHDRAWN, *real_ones(figure, arguments))


def _family(arguments: Arguments) -> FromClause:
    """As many of them as are looked at."""
    every = _all(arguments).subquery()
    return select(every).order_by(every.c.id).limit(_MOST).subquery()


def _left_out(arguments: Arguments) -> ColumnElement[int]:
    every = _all(arguments).subquery()
    return select(func.greatest(func.count() - _MOST, literal_column("0"))).select_from(every).scalar_subquery()


def _is_shown(figure: FromClause, arguments: Arguments) -> ColumnElement[bool]:
    """Whether a figure is about one of the metrics and organisations that are asked for. All are looked at."""
    metric, organisation = _metric.alias(), _organisation.alias()
    members = arguments.request.members()
    where: list[ColumnElement[bool]] = [
        metric.c.id == figure.c.metric_id,
        organisation.c.id == figure.c.organisation_id,
        or_(members.is_(None), organisation.c.code == func.any(members)),
    ]
    if arguments.has("metrics"):
        where.append(metric.c.code == func.any(arguments.value("metrics")))
    if arguments.has("organisations"):
        where.append(organisation.c.code == func.any(arguments.value("organisations")))
    if kind := arguments.term("kind"):
        where.append(organisation.c.kind == constant(kind))
    found: Select[Any] = select(literal_column("1")).select_from(metric, organisation).where(and_(*where))
    return found.correlate(figure).exists()


# ── What is known of each ─────────────────────────────────────────────────────────────────────────────────────────


def _figures(arguments: Arguments) -> ColumnElement[Any]:
    family = _family(arguments)
    return _FIGURE.list(family, arguments, source=family, where=[], order=[family.c.id], around=[])


def _metrics(arguments: Arguments) -> ColumnElement[Any]:
    metric, family = _metric.alias(), _family(arguments)
    is_among = metric.c.id.in_(select(family.c.metric_id))
    return _METRIC.list(metric, source=metric, where=[is_among], order=[metric.c.id], around=[])


def _history(figure: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The figures of the series of a figure until its period ends, as lists in the order of `Past`."""
    past, period = figures_of(arguments).alias(), _period.alias()
    each = func.json_build_array(
        past.c.id, past.c.period_id, period.c.kind, period.c.starts, period.c.ends, past.c.value
    )
    listed = (
        select(each.label("past"))
        .select_from(past.join(period, period.c.id == past.c.period_id))
        .where(
            past.c.metric_id == figure.c.metric_id,
            past.c.organisation_id == figure.c.organisation_id,
            past.c.period_ends <= figure.c.period_ends,
            past.c.status != WITHDRAWN,
        )
        .order_by(past.c.period_ends, past.c.id)
    )
    return json_list(listed.correlate(figure))


def _cells(arguments: Arguments) -> ColumnElement[Any]:
    """The peers of each metric, period and kind of organisation that a figure is of."""
    family, organisation = _family(arguments), _organisation.alias()
    both = family.join(organisation, organisation.c.id == family.c.organisation_id)
    columns = (family.c.metric_id, family.c.period_id, organisation.c.kind)
    cell = select(*columns).select_from(both).distinct().subquery()
    order = [cell.c.metric_id, cell.c.period_id, cell.c.kind]
    return _PEERS.list(cell, arguments, source=cell, where=[], order=order, around=[])


def _peers(cell: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The figures of a cell, as lists in the order of `Peer`. A metric of the sandbox has those of the sandbox too."""
    figure, organisation, metric = figures_of(arguments).alias(), _organisation.alias(), _metric.alias()
    each = func.json_build_array(
        figure.c.id, figure.c.organisation_id, figure.c.value, figure.c.numerator, figure.c.denominator
    )
    listed = (
        select(each.label("peer"))
        .select_from(
            figure.join(organisation, organisation.c.id == figure.c.organisation_id).join(
                metric, metric.c.id == figure.c.metric_id
            )
        )
        .where(
            figure.c.metric_id == cell.c.metric_id,
            figure.c.period_id == cell.c.period_id,
            figure.c.status != WITHDRAWN,
            organisation.c.kind == cell.c.kind,
            is_real(organisation, metric),
        )
        .order_by(figure.c.value.desc(), figure.c.organisation_id)
    )
    return json_list(listed.correlate(cell))


def _inputs(_: Any, arguments: Arguments) -> ColumnElement[Any]:
    """The inputs. Refusals: `plan/one-field`, where a query names no publication and no quarter, or both."""
    return _NOTES.object(arguments)


def _one_of_two(_: Any, arguments: Arguments) -> ColumnElement[Any]:
    if arguments.has("quarter") == arguments.has("publishedAt"):
        raise Refusal("plan/one-field", "`figuresOfNote` is about either a `quarter` or what was `publishedAt` a time.")
    return _NOTES.object(arguments)


def _ids(column: str) -> Ids:
    return lambda _, arguments: select(_family(arguments).c[column])


_IDS: dict[str, Ids] = {"figure": _ids("id"), "metric": _ids("metric_id"), "organisation": _ids("organisation_id")}
# The figures of note of a publication or a quarter, and those of the publication that an event is about.
NOTES = Computed(NotesInputs, _one_of_two, _IDS, price=100_000, planning=8_000)
NOTES_OF_EVENT = Computed(NotesInputs, _inputs, _IDS)
