"""Targets are set, and revised with a reason: every revision is kept, and is the target for its own days."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.commands.targets import SetTargetInput
from schema.decimals import exact
from schema.enumerations import OrganisationKind
from schema.london import day_of
from schema.tables import (
    REVISED_TARGET,
    MetricRow,
    MilestoneRow,
    OrganisationRow,
    TargetRevisionRow,
    TargetRow,
    key,
)
from schema.units import target_kind
from service.writes.command import Work
from service.writes.naming import both_of, series_named
from service.writes.outcome import Outcome, Refused, problem, stripped
from service.writes.register.target_inputs import doubtful, malformed
from service.writes.sources import source_cited
from service.writes.submissions import target_moves

SOURCE = "Targets set in the primary care tracker"


async def set_target(work: Work, request: SetTargetInput) -> Outcome:
    """Set a target, or revise one. Problems: `target/…`."""
    at = await work.turn()
    members = await _members(work, request)
    metric, organisation, problems = await series_named(
        work.session, request.metric, request.organisation, day_of(at), by=work.by, members=members
    )
    problems += malformed(request, metric, organisation, members)
    metric, organisation = both_of(metric, organisation, problems)
    target = await _target(work.session, request, metric, organisation)
    series = {(key(metric), key(organisation))}
    before = await target_moves.statuses(work.session, series, on=at)
    await _revise(work, target, request, at=at)
    await work.record(
        f"{organisation.code} {metric.code}",
        at=at,
        reason=stripped(request.reason),
        detail={
            "target": ids.made("Target", key(target)),
            "revision": target.revision,
            "metric": metric.code,
            "value": f"{target.value:f}",
            **({} if target.applies_to is None else {"applies_to": target.applies_to}),
            "counts_from": (request.counts_from or day_of(at)).isoformat(),
            "targets": await target_moves.moved(work.session, before, series, on=at),
        },
        organisation_id=organisation.id,
    )
    doubts = list(doubtful(request, metric, organisation, day_of(at)))
    return Outcome(problems=doubts, rows={"target": target.id})


async def _target(
    session: AsyncSession, request: SetTargetInput, metric: MetricRow, organisation: OrganisationRow
) -> TargetRow:
    """The target to revise, locked, or a new one. Refused: a second target with the same due date."""
    found = None if request.id is None else await _with_id(session, request, metric, organisation)
    applies_to = request.applies_to if found is None else found.applies_to
    twin = await _with_due_date(session, request, metric, organisation, applies_to)
    if twin is not None and (found is None or twin.id != found.id):
        whose = "" if applies_to is None else f" for its {OrganisationKind(applies_to).many}"
        another = "already has a" if found is None else "has another"
        message = f"{organisation.name} {another} target for {metric.name}{whose} with this due date."
        raise Refused(problem("target/exists", message, "id" if found is None else "due"))
    source = await _source(session, request, None if found is None else found.source_id)
    if found is not None:
        found.source_id = source
        return found
    return TargetRow(
        metric_id=key(metric),
        organisation_id=key(organisation),
        comparator=request.comparator,
        value=Decimal(0),
        kind=target_kind(metric.unit, metric.counts),
        applies_to=applies_to,
        source_id=source,
        revision=0,
    )


async def _members(work: Work, request: SetTargetInput) -> OrganisationKind | None:
    """The kind of member that the target is for: as it is sent, or as it is."""
    if request.applies_to is not None or request.id is None:
        return request.applies_to
    target = await work.session.get(TargetRow, ids.key(request.id, "Target") or 0)
    return None if target is None or target.applies_to is None else OrganisationKind(target.applies_to)


async def _with_due_date(
    session: AsyncSession,
    request: SetTargetInput,
    metric: MetricRow,
    organisation: OrganisationRow,
    applies_to: OrganisationKind | None,
) -> TargetRow | None:
    rows = await session.exec(
        select(TargetRow).where(
            TargetRow.metric_id == metric.id,
            TargetRow.organisation_id == organisation.id,
            col(TargetRow.due).is_not_distinct_from(request.due),
            col(TargetRow.applies_to).is_not_distinct_from(applies_to),
            col(TargetRow.inherited_from_id).is_(None),
        )
    )
    return rows.first()


async def _with_id(
    session: AsyncSession, request: SetTargetInput, metric: MetricRow, organisation: OrganisationRow
) -> TargetRow:
    """The target with an id, locked. Refused: of another metric or organisation, inherited, or for other members."""
    at = ids.key(request.id or "", "Target") or 0
    target = (await session.exec(select(TargetRow).where(TargetRow.id == at).with_for_update())).first()
    if target is None or (target.metric_id, target.organisation_id) != (metric.id, organisation.id):
        message = f"No target for {metric.name} of {organisation.name} has this id."
        raise Refused(problem("target/unknown", message, "id"))
    if target.inherited_from_id is not None:
        message = f"{organisation.name} inherits this target from a group: it is not its own."
        raise Refused(problem("target/inherited", message, "id"))
    if request.applies_to is not None and request.applies_to != target.applies_to:
        message = "Who a target is for cannot change. Set another target for other members."
        raise Refused(problem("target/malformed", message, "appliesTo"))
    return target


async def _revise(work: Work, target: TargetRow, request: SetTargetInput, *, at: dt.datetime) -> None:
    target.comparator = request.comparator
    target.value = exact(request.value) or Decimal(0)
    target.upper_value = exact(request.upper_value)
    target.baseline, target.baseline_on = exact(request.baseline), request.baseline_on
    target.start, target.due = request.start, request.due
    target.kind = request.kind or target.kind
    target.frequency = request.frequency or target.frequency
    target.members_needed = request.members_needed
    target.members_needed_percent = exact(request.members_needed_percent)
    target.revision += 1
    work.session.add(target)
    await work.session.flush()
    columns: dict[str, Any] = {name: getattr(target, name) for name in REVISED_TARGET}
    reason = stripped(request.reason) or ""
    work.session.add(
        TargetRevisionRow(
            **columns,
            target_id=key(target),
            counts_from=request.counts_from,
            reason=reason,
            recorded_at=at,
            recorded_by=work.by.name,
        )
    )
    await work.session.flush()
    for each in request.milestones or ():
        value = exact(each.value) or Decimal(0)
        work.session.add(MilestoneRow(target_id=key(target), revision=target.revision, due=each.due, value=value))
    await work.session.flush()


async def _source(session: AsyncSession, request: SetTargetInput, current: int | None) -> int:
    """The source that the input names, the current one of the target, or this tracker."""
    title = stripped(request.source)
    if title is None and current is not None:
        return current
    return await source_cited(session, title or SOURCE)
