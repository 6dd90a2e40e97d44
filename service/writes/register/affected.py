"""What a change of the register affects: the organisations before and after it, their figures, requests and targets."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, literal, null, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import FigureStatus
from schema.periods import Period
from schema.sql.sandbox import is_real
from schema.tables import FigureRow, OrganisationRow, TargetRow, key, table
from service.writes.command import Work
from service.writes.naming import IDS, among
from service.writes.outcome import Outcome, stripped
from service.writes.register.begin import WithReason
from service.writes.register.recalculated import made_since, recalculations
from service.writes.register.records import record_of
from service.writes.register.requests import Request, requests
from service.writes.submissions import target_moves
from service.writes.submissions.derivation import Derivation, publish_derived
from service.writes.submissions.derived_values import Made
from service.writes.submissions.places import Place
from service.writes.submissions.revisions import Publication
from service.writes.submissions.validation.known import Series

_figure = table(FigureRow)
_target = table(TargetRow)


@dataclass
class Change:
    """A change of the register from a day on: what is on record before it, and after it."""

    work: Work
    at: dt.datetime
    since: dt.date
    _requests: set[Request] = field(default_factory=set)
    _before: dict[int, dict[str, Any]] = field(default_factory=dict)
    _statuses: target_moves.Known = field(default_factory=target_moves.Known)
    _made: Mapping[Place, Made] | None = None

    async def touch(self, *organisations: OrganisationRow) -> None:
        """Remember what is on record of some organisations before they are changed."""
        new = {each.id: each for each in organisations if each.id is not None and each.id not in self._before}
        for at, organisation in new.items():
            self._before[at] = await record_of(self.work.session, organisation)
        if self._made is None:
            self._made = await made_since(self.work.session, self.since)
        self._requests = self._requests or await requests(self.work.session, self.since, self.at.date())
        # Of those touched before, a part of the change may be done: their statuses are kept as they were.
        found = await target_moves.statuses(self.work.session, await self._series(set(new)), on=self.at)
        self._statuses = self._statuses.also(found)

    async def done(self, request: WithReason, *changed: OrganisationRow, event: str | None = None) -> Outcome:
        """Record the change of each organisation; the outcome is about the first of them."""
        session = self.work.session
        await session.flush()
        counts = await self._counts({key(each) for each in changed})
        again = await recalculations(session, self._made or {}, self.since)
        series = {each for _, derived in again for each in derived.series}
        self._statuses = self._statuses.also(await target_moves.statuses(session, series, on=self.at))
        recalculated = await self._publish(again, request)
        series |= await self._series(set(self._before))
        targets = await target_moves.moved(session, self._statuses, series, on=self.at)
        for place, organisation in enumerate(changed):
            detail: dict[str, Any] = {
                "since": str(self.since),
                "before": self._before.get(key(organisation)),
                "after": await record_of(session, organisation),
            }
            if place == 0:
                detail |= {**counts, "targets": targets, **({"derived": recalculated} if recalculated else {})}
            await self.work.record(
                organisation.code,
                at=self.at,
                event=event,
                reason=stripped(request.reason),
                detail=detail,
                organisation_id=organisation.id,
                groups_on=self.since,
            )
        return Outcome(rows={"organisation": key(changed[0])}, counts=counts, recalculated=recalculated)

    async def _publish(self, again: Iterable[tuple[Period, Derivation]], request: WithReason) -> list[dict[str, Any]]:
        """Publish what is calculated again; what comes back says it as an audit event records it."""
        because = f"The register changed: {stripped(request.reason)}"
        details = []
        for quarter, derived in again:
            publication = Publication(None, quarter, self.work.by, self.at, recalculated_because=because)
            details += await publish_derived(self.work.session, derived, publication)
        return details

    async def _counts(self, ids: set[int]) -> dict[str, int]:
        after = await requests(self.work.session, self.since, self.at.date())
        return {
            "figures_affected": await _figures(self.work.session, ids, self.since),
            "requests_affected": len(after ^ self._requests),
            "targets_affected": await _targets(self.work.session, ids, self.since),
        }

    async def _series(self, ids: set[int]) -> set[Series]:
        """The series of some organisations that have targets."""
        of = among(_target.c.organisation_id, ids, IDS)
        rows = await (await self.work.session.connection()).execute(
            select(_target.c.metric_id, _target.c.organisation_id).where(of)
        )
        return {(metric, organisation) for metric, organisation in rows}


async def _figures(session: AsyncSession, ids: Iterable[int], since: dt.date) -> int:
    """The number of figures of some organisations that stand, for periods that end on a day or later."""
    return await _number(
        session,
        _figure,
        among(_figure.c.organisation_id, set(ids), IDS),
        _figure.c.status != FigureStatus.WITHDRAWN,
        _figure.c.period_ends >= since,
        is_real(_figure),
    )


async def _targets(session: AsyncSession, ids: Iterable[int], since: dt.date) -> int:
    """The number of targets of some organisations that are not due before a day.

    Of inherited ones, those in force on the day before or later: the change may end them, or begin them.
    """
    of = among(_target.c.organisation_id, set(ids), IDS)
    is_to_come = or_(_target.c.due.is_(None), _target.c.due >= since)
    first = literal(since - dt.timedelta(days=1) if since > dt.date.min else since)
    is_theirs = or_(_target.c.days.is_(None), _target.c.days.op("&&")(func.daterange(first, null())))
    return await _number(session, _target, of, is_to_come, is_theirs, is_real(_target))


async def _number(session: AsyncSession, rows: FromClause, *where: ColumnElement[bool]) -> int:
    connection = await session.connection()
    return int((await connection.execute(select(func.count()).select_from(rows).where(*where))).scalar_one())
