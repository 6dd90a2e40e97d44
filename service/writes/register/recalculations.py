"""From which day the process limits of a series are reckoned anew: said with a reason, and taken back with one."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import MetricRow, OrganisationRow, RecalculationRow
from service.database import Database
from service.viewer import Viewer
from service.writes.command import Outcome, Problem, Refused, once, problem, text_of, usable
from service.writes.limits import LONGEST_TEXT, is_storable
from service.writes.naming import series_of
from service.writes.submissions.validation.entries import key
from service.writes.trust import actors, audit
from service.writes.trust.permissions import allowed


async def recalculate_limits(database: Database, given: Mapping[str, Any], *, by: Viewer | None) -> dict[str, Any]:
    """Reckon the limits of a series anew from a day, or no longer. Problems: `recalculation/…`.

    Refusals: `UNAUTHENTICATED`, `FORBIDDEN`.
    """
    viewer = allowed(by, "recalculateLimits")

    async def work(session: AsyncSession) -> Outcome:
        await audit.turn(session)
        at = await audit.now(session)
        metric, organisation = await series_of(session, given, at.date(), _malformed, by=viewer)
        holds = not given.get("takeBack")
        if await _holds(session, metric, organisation, given) == holds:
            raise Refused(_as_it_is(given, holds=holds))
        row = RecalculationRow(
            metric_id=key(metric),
            organisation_id=key(organisation),
            starts=given["starts"],
            holds=holds,
            reason=text_of(given, "reason") or "",
            recorded_by_id=await actors.recorded(session, viewer),
            recorded_at=at,
        )
        session.add(row)
        await session.flush()
        await audit.raise_version(session)
        await audit.record(
            session,
            "limits.recalculate" if holds else "limits.take-back",
            f"{organisation.code} {metric.code}",
            by=viewer,
            at=at,
            reason=row.reason,
            detail={"starts": str(row.starts)},
            organisation_id=organisation.id,
        )
        return Outcome(metric_id=metric.id)

    return await once(database, "recalculateLimits", given, work, by=viewer)


async def _holds(
    session: AsyncSession, metric: MetricRow, organisation: OrganisationRow, given: Mapping[str, Any]
) -> bool:
    """Whether limits are reckoned anew from this very day."""
    of_day = (
        select(RecalculationRow.holds)
        .where(
            RecalculationRow.metric_id == metric.id,
            RecalculationRow.organisation_id == organisation.id,
            RecalculationRow.starts == given["starts"],
        )
        .order_by(col(RecalculationRow.id).desc())
    )
    return (await session.exec(of_day.limit(1))).first() or False


def _malformed(given: Mapping[str, Any], _: MetricRow | None) -> Iterator[Problem]:
    if text_of(given, "reason") is None:
        message = "Limits are reckoned anew where the process changed: say how, or why it did not."
        yield problem("recalculation/no-reason", message, "reason")
    yield from usable({"reason": given.get("reason")}, LONGEST_TEXT)
    if not is_storable(given["starts"]):
        yield problem("recalculation/malformed", f"The day {given['starts']} is beyond reason.", "starts")


def _as_it_is(given: Mapping[str, Any], *, holds: bool) -> Problem:
    if holds:
        message = f"Its limits are reckoned anew from {given['starts']} already."
        return problem("recalculation/exists", message, "starts")
    return problem("recalculation/unknown", f"No limits are reckoned anew from {given['starts']}.", "starts")
