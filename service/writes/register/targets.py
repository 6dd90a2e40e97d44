"""Targets are set, and revised with a reason: every revision stays, and judges the days on which it was in force."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.enumerations import Comparator, Unit
from schema.tables import MetricRow, MilestoneRow, OrganisationRow, SourceRow, TargetRevisionRow, TargetRow
from service.database import Database
from service.viewer import Viewer
from service.writes.command import Outcome, Problem, Refused, once, problem, text_of, usable
from service.writes.limits import LONGEST_TEXT, is_out_of_range, is_storable
from service.writes.naming import series_of
from service.writes.submissions import target_moves
from service.writes.submissions.validation.entries import decimal, key
from service.writes.trust import audit
from service.writes.trust.permissions import allowed

SOURCE = "Targets set in the primary care tracker"
MOST_MILESTONES = 40


async def set_target(database: Database, given: Mapping[str, Any], *, by: Viewer | None) -> dict[str, Any]:
    """Set a target, or revise one. Problems: `target/…`. Refusals: `UNAUTHENTICATED`, `FORBIDDEN`."""
    viewer = allowed(by, "setTarget")

    async def work(session: AsyncSession) -> Outcome:
        await audit.turn(session)
        at = await audit.now(session)
        metric, organisation = await series_of(session, given, at.date(), _malformed, by=viewer)
        target = await _target(session, given, metric, organisation)
        series = {(key(metric), key(organisation))}
        before = await target_moves.statuses(session, series, on=at)
        await _revise(session, target, given, by=viewer, at=at)
        await audit.raise_version(session)
        detail = {
            "target": ids.made("Target", key(target)),
            "revision": target.revision,
            "metric": metric.code,
            "value": f"{target.value:f}",
            "targets": await target_moves.moved(session, before, series, on=at),
        }
        subject = f"{organisation.code} {metric.code}"
        await audit.record(
            session,
            "target.set",
            subject,
            by=viewer,
            at=at,
            reason=text_of(given, "reason"),
            detail=detail,
            organisation_id=organisation.id,
        )
        return Outcome(target_id=target.id)

    return await once(database, "setTarget", given, work, by=viewer)


def _malformed(given: Mapping[str, Any], metric: MetricRow | None) -> Iterator[Problem]:
    """What is wrong with a target in itself: its bounds, its dates, its milestones and its reason."""
    if text_of(given, "reason") is None:
        yield problem("target/no-reason", "A target takes a reason.", "reason")
    yield from usable({name: given.get(name) for name in ("reason", "source")}, LONGEST_TEXT)
    yield from _bounds(given)
    yield from _dates(given)
    milestones = given.get("milestones") or ()
    if len(milestones) > MOST_MILESTONES or len({each["due"] for each in milestones}) < len(milestones):
        message = f"There are {len(milestones)} milestones; {MOST_MILESTONES} are the most, each on a day of its own."
        yield problem("target/malformed", message, "milestones")
    for name, number in _numbers(given):
        value = decimal(number)
        if value is None or not value.is_finite() or is_out_of_range(value):
            yield problem("target/malformed", f"The {name} is beyond reason.", name)
        elif metric is not None and metric.unit == Unit.PERCENT and not 0 <= value <= 100:
            yield problem("target/malformed", f"The {name}, {number:g}, is no percentage.", name)


def _numbers(given: Mapping[str, Any]) -> list[tuple[str, float]]:
    named = [(name, given.get(name)) for name in ("value", "upperValue", "baseline")]
    named += [("milestones", each["value"]) for each in given.get("milestones") or ()]
    return [(name, number) for name, number in named if number is not None]


def _bounds(given: Mapping[str, Any]) -> Iterator[Problem]:
    upper = given.get("upperValue")
    if (given["comparator"] == Comparator.BETWEEN) != (upper is not None):
        yield problem("target/malformed", "An upper value belongs to BETWEEN, and to it alone.", "upperValue")
    elif upper is not None and upper < given["value"]:
        yield problem("target/malformed", "The upper value is below the value.", "upperValue")


def _dates(given: Mapping[str, Any]) -> Iterator[Problem]:
    baseline_on, due = given.get("baselineOn"), given.get("due")
    for name in ("baselineOn", "due"):
        if not is_storable(given.get(name)):
            yield problem("target/malformed", f"The {name}, {given[name]}, is beyond reason.", name)
    if (given.get("baseline") is None) != (baseline_on is None):
        yield problem("target/malformed", "A baseline and its day go together.", "baselineOn")
    if baseline_on is not None and due is not None and baseline_on >= due:
        yield problem("target/malformed", "The baseline is not before the due date.", "baselineOn")
    for each in given.get("milestones") or ():
        if not is_storable(each["due"]):
            yield problem("target/malformed", f"The milestone of {each['due']} is beyond reason.", "milestones")
        if due is None or each["due"] >= due or (baseline_on is not None and each["due"] <= baseline_on):
            message = f"The milestone of {each['due']} is not between the baseline and the due date."
            yield problem("target/malformed", message, "milestones")


async def _target(
    session: AsyncSession, given: Mapping[str, Any], metric: MetricRow, organisation: OrganisationRow
) -> TargetRow:
    """The target to revise, locked, or a new one. Refused: another one's metric or organisation, and a second one."""
    same = (
        TargetRow.metric_id == metric.id,
        TargetRow.organisation_id == organisation.id,
        col(TargetRow.due).is_not_distinct_from(given.get("due")),
    )
    twin = (await session.exec(select(TargetRow).where(*same))).first()
    if given.get("id") is None:
        if twin is not None:
            message = f"{organisation.name} has a target for {metric.name} with this due date already."
            raise Refused(problem("target/exists", message, "id"))
        return TargetRow(
            metric_id=key(metric),
            organisation_id=key(organisation),
            comparator=given["comparator"],
            value=Decimal(0),
            source_id=await _source(session, given, None),
            revision=0,
        )
    found = await session.exec(
        select(TargetRow).where(TargetRow.id == ids.key(given["id"], "Target")).with_for_update()
    )
    target = found.first()
    if target is None or (target.metric_id, target.organisation_id) != (metric.id, organisation.id):
        message = f"No target for {metric.name} of {organisation.name} has this id."
        raise Refused(problem("target/unknown", message, "id"))
    if twin is not None and twin.id != target.id:
        message = f"{organisation.name} has another target for {metric.name} with this due date."
        raise Refused(problem("target/exists", message, "due"))
    target.source_id = await _source(session, given, target.source_id)
    return target


async def _revise(session: AsyncSession, target: TargetRow, given: Mapping[str, Any], *, by: Viewer, at: Any) -> None:
    target.comparator = given["comparator"]
    target.value = decimal(given["value"]) or Decimal(0)
    target.upper_value = decimal(given.get("upperValue"))
    target.baseline, target.baseline_on = decimal(given.get("baseline")), given.get("baselineOn")
    target.due = given.get("due")
    target.revision += 1
    session.add(target)
    await session.flush()
    same = TargetRevisionRow.model_fields.keys() & TargetRow.model_fields.keys()
    said = {name: getattr(target, name) for name in same}
    reason = text_of(given, "reason") or ""
    session.add(TargetRevisionRow(**said, target_id=key(target), reason=reason, recorded_at=at, recorded_by=by.name))
    await session.flush()
    for each in _milestones(given):
        session.add(MilestoneRow(target_id=key(target), revision=target.revision, **each))
    await session.flush()


def _milestones(given: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    return [{"due": each["due"], "value": decimal(each["value"])} for each in given.get("milestones") or ()]


async def _source(session: AsyncSession, given: Mapping[str, Any], had: int | None) -> int:
    """The source that the input names, the one that the target has, or this tracker."""
    title = text_of(given, "source")
    if title is None and had is not None:
        return had
    title = title or SOURCE
    await session.exec(insert(SourceRow).values(title=title).on_conflict_do_nothing())
    found = await session.exec(select(SourceRow.id).where(SourceRow.title == title, col(SourceRow.reference).is_(None)))
    return int(found.one() or 0)
