"""The database, asked for all that the rules look at: a handful of statements, however many the rows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Date, Select, Text, case, cast, func, literal, or_
from sqlalchemy import select as rows_of
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import Comparator, FigureStatus, OrganisationKind, PeriodKind, Qualifier, RollUp, Unit
from schema.periods import Period
from schema.sql.rollups import LADDER
from schema.tables import (
    AncestryRow,
    CollectionExceptionRow,
    CollectionRow,
    FigureRevisionRow,
    FigureRow,
    MetricRow,
    OrganisationRow,
    PeriodRow,
    QuarterRow,
    TargetRow,
    table,
)
from service.statistics.goals import Goal
from service.writes.submissions.validation.entries import Row, key, named_period
from service.writes.submissions.validation.known import Cell, Deadline, Known, Members, Past, Published, Series

TEXTS = ARRAY(Text())
IDS = ARRAY(BigInteger())
# No rule looks further back than this many figures of a series.
_LONGEST_PAST = 60
_ADDABLE = frozenset({RollUp.SUM, RollUp.RATIO_OF_SUMS})


async def known(
    session: AsyncSession, rows: Sequence[Row], organisation: OrganisationRow, quarter: Period, *, on: dt.date
) -> Known:
    """All that is known about the figures of a submission for an organisation and a quarter; `on` is today."""
    metrics = await _metrics(session, {row.metric for row in rows})
    organisations = await _organisations(session, {row.organisation for row in rows})
    wholes, parts = await _families(session, metrics.values())
    cells = _cells(rows, metrics, organisations)
    looked = _with_families(cells, metrics.values(), wholes, parts)
    counts = {(counting, series[1]) for series, counting in _counted(cells, metrics.values())}
    series = {(metric, of) for metric, of, _ in cells}
    return Known(
        today=on,
        within=await _within(session, organisation, quarter.ends),
        metrics=metrics,
        organisations=organisations,
        published=await _published(session, looked),
        histories=await _histories(session, series | counts),
        goals=await _goals(session, series),
        parts=parts,
        wholes=wholes,
        members=await _members(session, cells, metrics.values(), organisations.values()),
        deadlines=await _deadlines(session, series, organisations.values(), quarter),
        quarter=await _quarter(session, quarter.code),
    )


async def codes(session: AsyncSession, rows: Sequence[Row], *, on: dt.date) -> Known:
    """What the codes of rows name: enough to look at them in themselves."""
    organisations = await _organisations(session, {row.organisation for row in rows})
    metrics = await _metrics(session, {row.metric for row in rows})
    return Known(today=on, within=frozenset(organisations), metrics=metrics, organisations=organisations)


async def metric_of(session: AsyncSession, code: str) -> MetricRow | None:
    """The metric with a code. A code with a NUL, which PostgreSQL has no place for, names none."""
    return (await _metrics(session, {code})).get(code)


def among(column: Any, values: set[Any], kind: Any = TEXTS) -> Any:
    """The condition that a column is one of some values, as one array parameter where a list would be thousands."""
    return col(column) == func.any(literal(sorted(values), type_=kind))


def _given(columns: Sequence[tuple[Sequence[Any], Any]], *names: str) -> Any:
    """Rows that come along as one array for each column."""
    arrays = [literal(list(values), type_=ARRAY(kind)) for values, kind in columns]
    return func.unnest(*arrays).table_valued(*names, name="given").render_derived()


async def _metrics(session: AsyncSession, codes: set[str]) -> dict[str, MetricRow]:
    found = await session.exec(
        select(MetricRow).where(among(MetricRow.code, {each for each in codes if "\x00" not in each}))
    )
    return {metric.code: metric for metric in found}


async def _organisations(session: AsyncSession, codes: set[str]) -> dict[str, OrganisationRow]:
    found = await session.exec(select(OrganisationRow).where(among(OrganisationRow.code, codes)))
    return {organisation.code: organisation for organisation in found}


async def _within(session: AsyncSession, organisation: OrganisationRow, on: dt.date) -> frozenset[str]:
    members = await session.exec(
        select(OrganisationRow.code)
        .join(AncestryRow, col(AncestryRow.member_id) == col(OrganisationRow.id))
        .where(AncestryRow.ancestor_id == organisation.id, col(AncestryRow.period).op("@>")(literal(on)))
    )
    return frozenset({organisation.code, *members})


def _cells(
    rows: Sequence[Row], metrics: Mapping[str, MetricRow], organisations: Mapping[str, OrganisationRow]
) -> set[Cell]:
    return {
        (key(metrics[row.metric]), key(organisations[row.organisation]), row.period)
        for row in rows
        if row.metric in metrics and row.organisation in organisations and named_period(row.period)
    }


async def _families(session: AsyncSession, metrics: Any) -> tuple[dict[int, MetricRow], dict[int, list[MetricRow]]]:
    """The wholes that metrics are parts of, and the parts of these wholes and of the metrics themselves."""
    above = {metric.part_of_id for metric in metrics if metric.part_of_id is not None}
    everything = above | {key(metric) for metric in metrics}
    found = await session.exec(
        select(MetricRow).where(or_(among(MetricRow.id, above, IDS), among(MetricRow.part_of_id, everything, IDS)))
    )
    wholes: dict[int, MetricRow] = {}
    parts: dict[int, list[MetricRow]] = defaultdict(list)
    for metric in sorted(found, key=lambda each: each.code):
        if key(metric) in above:
            wholes[key(metric)] = metric
        if metric.part_of_id is not None:
            parts[metric.part_of_id].append(metric)
    return wholes, dict(parts)


def _with_families(cells: set[Cell], metrics: Any, wholes: Mapping[int, Any], parts: Mapping[int, Any]) -> set[Cell]:
    """The cells, and those of the wholes and the parts beside them."""
    whole_of = {key(metric): metric.part_of_id or key(metric) for metric in metrics}
    beside = {
        (other, of, period)
        for metric, of, period in cells
        for other in (whole_of[metric], *(key(part) for part in parts.get(whole_of[metric], ())))
    }
    return cells | beside


def _counted(cells: set[Cell], metrics: Any) -> set[tuple[Series, int]]:
    counting = {key(metric): metric.denominator_metric_id for metric in metrics}
    return {((metric, of), counting[metric]) for metric, of, _ in cells if counting[metric] is not None}


async def _published(session: AsyncSession, cells: set[Cell]) -> dict[Cell, Published]:
    if not cells:
        return {}
    ordered = sorted(cells)
    given = _given(
        [
            ([cell[0] for cell in ordered], BigInteger()),
            ([cell[1] for cell in ordered], BigInteger()),
            ([cell[2] for cell in ordered], Text()),
        ],
        "metric_id",
        "organisation_id",
        "period",
    )
    found = await session.exec(
        select(FigureRow, FigureRevisionRow.published_by, PeriodRow.code)
        .join(
            given, (given.c.metric_id == FigureRow.metric_id) & (given.c.organisation_id == FigureRow.organisation_id)
        )
        .join(PeriodRow, (col(PeriodRow.id) == col(FigureRow.period_id)) & (col(PeriodRow.code) == given.c.period))
        .join(
            FigureRevisionRow,
            (col(FigureRevisionRow.figure_id) == col(FigureRow.id))
            & (col(FigureRevisionRow.revision) == col(FigureRow.revision)),
        )
    )
    return {(figure.metric_id, figure.organisation_id, code): _one(figure, by) for figure, by, code in found}


def _one(figure: FigureRow, by: str | None) -> Published:
    return Published(
        figure_id=figure.id or 0,
        revision=figure.revision,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        is_exact=figure.qualifier == Qualifier.EXACT,
        status=FigureStatus(figure.status),
        note=figure.note,
        published_at=figure.published_at,
        published_by=by,
    )


def _of_series(series: set[Series]) -> Any:
    ordered = sorted(series)
    return _given(
        [([each[0] for each in ordered], BigInteger()), ([each[1] for each in ordered], BigInteger())],
        "metric_id",
        "organisation_id",
    )


async def _histories(session: AsyncSession, series: set[Series]) -> dict[Series, list[Past]]:
    if not series:
        return {}
    given, figure, period = _of_series(series), table(FigureRow), table(PeriodRow)
    recent: Select[Any] = (
        rows_of(figure.c.value, figure.c.denominator, figure.c.period_ends, period.c.kind, period.c.label)
        .select_from(figure.join(period, period.c.id == figure.c.period_id))
        .where(
            figure.c.metric_id == given.c.metric_id,
            figure.c.organisation_id == given.c.organisation_id,
            figure.c.status != FigureStatus.WITHDRAWN,
        )
        .order_by(figure.c.period_ends.desc(), figure.c.id.desc())
        .limit(_LONGEST_PAST)
    )
    past = recent.lateral("past")
    connection = await session.connection()
    found = await connection.execute(
        rows_of(given.c.metric_id, given.c.organisation_id, past).select_from(given.join(past, literal(True)))
    )
    histories: dict[Series, list[Past]] = defaultdict(list)
    for metric, of, value, denominator, ends, kind, label in found:
        histories[metric, of].append(Past(ends, PeriodKind(kind), label, value, denominator))
    return {each: past[::-1] for each, past in histories.items()}


async def _goals(session: AsyncSession, series: set[Series]) -> dict[Series, list[Goal]]:
    if not series:
        return {}
    given = _of_series(series)
    found = await session.exec(
        select(TargetRow, MetricRow.unit)
        .join(
            given, (given.c.metric_id == TargetRow.metric_id) & (given.c.organisation_id == TargetRow.organisation_id)
        )
        .join(MetricRow, col(MetricRow.id) == col(TargetRow.metric_id))
        .order_by(col(TargetRow.id))
    )
    goals: dict[Series, list[Goal]] = defaultdict(list)
    for target, unit in found:
        goals[target.metric_id, target.organisation_id].append(
            Goal(Comparator(target.comparator), target.value, Unit(unit), target.upper_value, due=target.due)
        )
    return dict(goals)


async def _members(session: AsyncSession, cells: set[Cell], metrics: Any, organisations: Any) -> dict[Cell, Members]:
    """The members of each cell's organisation, and their figures, where members' figures make the group's."""
    kinds = {key(organisation): OrganisationKind(organisation.kind) for organisation in organisations}
    below = {key(metric): _members_kind(metric) for metric in metrics}
    groups = sorted(cell for cell in cells if below[cell[0]] and below[cell[0]] != kinds[cell[1]])
    if not groups:
        return {}
    ends = [period.ends for cell in groups if (period := named_period(cell[2])) is not None]
    given = _given(
        [
            ([cell[0] for cell in groups], BigInteger()),
            ([cell[1] for cell in groups], BigInteger()),
            ([cell[2] for cell in groups], Text()),
            ([below[cell[0]] for cell in groups], Text()),
            ([str(end) for end in ends], Text()),
        ],
        "metric_id",
        "organisation_id",
        "period",
        "kind",
        "ends",
    )
    on = cast(given.c.ends, Date)
    member, stay = table(OrganisationRow), table(AncestryRow)
    figure, period_table = table(FigureRow), table(PeriodRow)
    source = (
        given.join(stay, (stay.c.ancestor_id == given.c.organisation_id) & stay.c.period.op("@>")(on))
        .join(member, (member.c.id == stay.c.member_id) & (member.c.kind == given.c.kind))
        .outerjoin(period_table, period_table.c.code == given.c.period)
        .outerjoin(
            figure,
            (figure.c.metric_id == given.c.metric_id)
            & (figure.c.organisation_id == member.c.id)
            & (figure.c.period_id == period_table.c.id)
            & (figure.c.status != FigureStatus.WITHDRAWN),
        )
    )
    is_open = or_(member.c.closed_on.is_(None), member.c.closed_on >= on)
    connection = await session.connection()
    found = await connection.execute(
        rows_of(
            given.c.metric_id,
            given.c.organisation_id,
            given.c.period,
            member.c.id,
            figure.c.value,
            figure.c.numerator,
            figure.c.denominator,
        )
        .select_from(source)
        .where(is_open, or_(member.c.opened_on.is_(None), member.c.opened_on <= on))
    )
    return _gathered(found)


def _gathered(found: Any) -> dict[Cell, Members]:
    members: dict[Cell, set[int]] = defaultdict(set)
    figures: dict[Cell, dict[int, Any]] = defaultdict(dict)
    for metric, of, period, member, *numbers in found:
        members[metric, of, period].add(member)
        if numbers[0] is not None:
            figures[metric, of, period][member] = tuple(numbers)
    return {cell: Members(frozenset(ids), figures[cell]) for cell, ids in members.items()}


def _members_kind(metric: MetricRow) -> OrganisationKind | None:
    """The kind of member whose figures make the group's; None where nothing adds up."""
    if metric.roll_up not in _ADDABLE or len(metric.collected_from) < 2:
        return None
    return next(kind for kind in LADDER if kind in metric.collected_from)


async def _quarter(session: AsyncSession, code: str) -> Deadline:
    quarter = await session.get(QuarterRow, code)
    return Deadline() if quarter is None else Deadline(quarter.opens_on, quarter.soft_deadline, quarter.hard_deadline)


async def _deadlines(
    session: AsyncSession, series: set[Series], organisations: Any, quarter: Period
) -> dict[Series, Deadline]:
    """The deadline of each series that has one of its own: by its collection, or by an exception."""
    whole = await _quarter(session, quarter.code)
    kinds = {key(organisation): organisation.kind for organisation in organisations}
    due = await session.exec(
        select(CollectionRow).where(
            among(CollectionRow.metric_id, {metric for metric, _ in series}, IDS),
            CollectionRow.starts <= quarter.ends,
            case((col(CollectionRow.ends).is_(None), True), else_=col(CollectionRow.ends) >= quarter.ends),
            col(CollectionRow.due).is_not(None),
        )
    )
    own = {(each.metric_id, each.kind): each.due for each in due}
    given = await session.exec(
        select(CollectionExceptionRow)
        .where(CollectionExceptionRow.quarter == quarter.code)
        .order_by(col(CollectionExceptionRow.id))
    )
    latest = {(each.metric_id, each.organisation_id): (each.id or 0, each.until) for each in given}
    found = {}
    for metric, of in series:
        soft = own.get((metric, kinds[of]), whole.soft)
        # The latest that is about it counts, as it does for who is asked.
        _, until = max((latest[place] for place in ((metric, of), (None, of)) if place in latest), default=(0, None))
        if soft != whole.soft or until is not None:
            found[metric, of] = Deadline(whole.opens_on, _later(soft, until), _later(whole.hard, until))
    return found


def _later(day: dt.date | None, until: dt.date | None) -> dt.date | None:
    """A deadline that an exception moves on; no deadline stays none."""
    return day if day is None or until is None else max(day, until)
