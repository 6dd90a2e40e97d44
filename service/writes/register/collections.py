"""Who is asked for which figures, in which quarters and by which day, becomes rows: from a quarter on."""

import datetime as dt
from typing import Any

from sqlmodel import col, or_, select

from schema.commands.collections import SaveCollectionInput
from schema.enumerations import OrganisationKind
from schema.london import day_of
from schema.periods import Period, quarter_named
from schema.tables import CollectionRow, MetricRow, OrganisationRow, key
from service.writes.command import Work
from service.writes.naming import (
    malformed_quarter,
    metric_named,
    organisation_named,
    unknown_metric,
    unknown_organisation,
)
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped
from service.writes.register.begin import DAY, begin
from service.writes.register.requests import requests

# A quarter has at most 92 days: it is due in the quarter itself at the earliest, and within a year of it.
EARLIEST, LATEST = -91, 365


async def save_collection(work: Work, request: SaveCollectionInput) -> Outcome:
    """Ask organisations for a metric from a quarter on, or no longer. Problems: `register/…`."""
    at, problems = await begin(work, request, {})
    first, last = quarter_named(request.first_quarter), _last_quarter(request, problems)
    if first is None:
        problems.append(malformed_quarter(request.first_quarter, "firstQuarter"))
    problems += _malformed(request, first, last)
    metric = await metric_named(work.session, request.metric)
    within = await organisation_named(work.session, request.within, day_of(at), by=work.by)
    if metric is None:
        problems.append(unknown_metric(request.metric))
    elif request.kind not in metric.collected_from:
        message = f"{metric.name} is not collected from {OrganisationKind(request.kind).many}."
        problems.append(problem("validation/not-collected", message, "kind"))
    if within is None:
        problems.append(unknown_organisation(request.within, "within"))
    if problems or first is None or metric is None or within is None:
        raise Refused(*problems)
    return await _save(work, request, metric, within, first=first, last=last, at=at)


def _last_quarter(request: SaveCollectionInput, problems: list[Problem]) -> Period | None:
    if request.last_quarter is None:
        return None
    last = quarter_named(request.last_quarter)
    if last is None:
        problems.append(malformed_quarter(request.last_quarter, "lastQuarter"))
    return last


def _malformed(request: SaveCollectionInput, first: Period | None, last: Period | None) -> list[Problem]:
    problems = []
    if not set(request.quarters) <= {1, 2, 3, 4}:
        problems.append(problem("register/malformed", "The quarters of a year are 1 to 4.", "quarters"))
    if first is not None and last is not None and last.ends < first.ends:
        message = f"{last.label} is before {first.label}."
        problems.append(problem("register/malformed", message, "lastQuarter"))
    if request.due_days is not None and not EARLIEST <= request.due_days <= LATEST:
        message = f"It is due {request.due_days} days after the quarter; that must be between {EARLIEST} and {LATEST}."
        problems.append(problem("register/malformed", message, "dueDays"))
    return problems


async def _save(
    work: Work,
    request: SaveCollectionInput,
    metric: MetricRow,
    within: OrganisationRow,
    *,
    first: Period,
    last: Period | None,
    at: dt.datetime,
) -> Outcome:
    session = work.session
    before = await requests(session, first.ends, day_of(at))
    rows = await _in_force(work, metric, within, request, first)
    was = [_detail(row) for row in rows]
    for row in rows:
        if row.starts >= first.starts:
            await session.delete(row)
        else:
            row.ends = first.starts - DAY
            session.add(row)
    await session.flush()
    new = _new(request, metric, within, first, last)
    if new is not None:
        session.add(new)
        await session.flush()
    affected = len(before ^ await requests(session, first.ends, day_of(at)))
    await work.record(
        f"{metric.code} {request.kind} {within.code}",
        at=at,
        reason=stripped(request.reason),
        detail={"before": was, "after": None if new is None else _detail(new), "requests_affected": affected},
        organisation_id=within.id,
        groups_on=day_of(at),
    )
    return Outcome(rows={"collection": None if new is None else key(new)}, counts={"requests_affected": affected})


async def _in_force(
    work: Work, metric: MetricRow, within: OrganisationRow, request: SaveCollectionInput, first: Period
) -> list[CollectionRow]:
    """What is collected in the first quarter or later."""
    found = await work.session.exec(
        select(CollectionRow)
        .where(
            CollectionRow.metric_id == key(metric),
            CollectionRow.kind == request.kind,
            CollectionRow.within_id == key(within),
            or_(col(CollectionRow.ends).is_(None), col(CollectionRow.ends) >= first.ends),
        )
        .order_by(col(CollectionRow.starts))
    )
    return list(found)


def _new(
    request: SaveCollectionInput, metric: MetricRow, within: OrganisationRow, first: Period, last: Period | None
) -> CollectionRow | None:
    if not request.quarters:
        return None
    return CollectionRow(
        metric_id=key(metric),
        kind=request.kind,
        within_id=key(within),
        starts=first.ends,
        ends=None if last is None else last.ends,
        quarters=sorted(set(request.quarters)),
        due_days=request.due_days,
    )


def _detail(row: CollectionRow) -> dict[str, Any]:
    """What is collected as an audit event records it."""
    return {
        "starts": str(row.starts),
        "ends": None if row.ends is None else str(row.ends),
        "quarters": list(row.quarters),
        "dueDays": row.due_days,
    }
