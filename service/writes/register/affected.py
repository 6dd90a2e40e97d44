"""What a change of the register affects: the organisations before and after it, their figures, requests and targets."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, bindparam, func, null, or_, select, union
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import FigureStatus
from schema.london import day_of
from schema.periods import Period
from schema.sql.sandbox import is_real
from schema.tables import AncestryRow, FigureRow, OrganisationRow, TargetRow, key, table
from service.writes.command import Work
from service.writes.naming import IDS, among
from service.writes.outcome import Outcome, stripped
from service.writes.register.begin import DAY, WithReason
from service.writes.register.recalculated import NOTHING, Calculated, calculated_since, recalculations
from service.writes.register.records import records_of
from service.writes.register.requests import Request, requests
from service.writes.submissions import target_moves
from service.writes.submissions.derivation import Derivation, publish_derived
from service.writes.submissions.revisions import Publication
from service.writes.submissions.validation.known import Series

_ancestry = table(AncestryRow)
_figure = table(FigureRow)
_target = table(TargetRow)


@dataclass
class Change:
    """A change of the register from a day on: what is on record before it, and after it.

    One that `regroups` nobody cannot change who is a member of what, so it moves no request, figure or status.
    """

    work: Work
    at: dt.datetime
    since: dt.date
    regroups: bool = True
    _before: dict[int, dict[str, Any]] = field(default_factory=dict)
    # The organisations whose requests and calculated figures it may change, and both as they were.
    _related: set[int] = field(default_factory=set)
    _requests: set[Request] = field(default_factory=set)
    _calculated: Calculated = NOTHING
    _statuses: target_moves.Known = field(default_factory=target_moves.Known)

    async def touch(self, *organisations: OrganisationRow, groups: Iterable[OrganisationRow] = ()) -> None:
        """Remember what is on record of some organisations before they are changed, or go to other `groups`."""
        session = self.work.session
        new = {each.id: each for each in organisations if each.id is not None and each.id not in self._before}
        self._before |= await records_of(session, [*new.values()])
        if not self.regroups:
            return
        # Of those touched before, a part of the change may be done: what is known of them is kept as it was.
        related = await _related(session, {*new, *map(key, groups)}) - self._related
        self._related |= related
        self._requests |= await requests(session, self.since, day_of(self.at), related)
        self._calculated = self._calculated.also(await calculated_since(session, self.since, related))
        found = await target_moves.statuses(session, await self._series(set(new)), on=self.at)
        self._statuses = self._statuses.also(found)

    async def done(self, request: WithReason, *changed: OrganisationRow, event: str | None = None) -> Outcome:
        """Record the change of each organisation; the outcome is about the first of them."""
        session = self.work.session
        await session.flush()
        moved = await self._moved(request, {key(each) for each in changed}) if self.regroups else _Moved()
        counts = {"requests_affected": moved.requests, **await _counts(session, {*map(key, changed)}, self.since)}
        after = await records_of(session, changed)
        events = []
        for place, organisation in enumerate(changed):
            detail: dict[str, Any] = {
                "since": str(self.since),
                "before": self._before.get(key(organisation)),
                "after": after[key(organisation)],
            }
            if place == 0:
                derived = {"derived": moved.figures} if moved.figures else {}
                detail |= {**counts, "targets": moved.targets, **derived}
            events.append(
                self.work.event(
                    organisation.code,
                    at=self.at,
                    event=event,
                    reason=stripped(request.reason),
                    detail=detail,
                    organisation_id=organisation.id,
                    groups_on=self.since,
                )
            )
        await self.work.write(events)
        return Outcome(rows={"organisation": key(changed[0])}, counts=counts, recalculated=moved.figures)

    async def _moved(self, request: WithReason, changed: set[int]) -> "_Moved":
        """What is requested, calculated and judged in another way since the change; figures are published."""
        session = self.work.session
        related = self._related | await _related(session, changed)
        asked = await requests(session, self.since, day_of(self.at), related)
        again = await recalculations(session, self._calculated, self.since, related)
        series = {each for _, derived in again for each in derived.series}
        self._statuses = self._statuses.also(await target_moves.statuses(session, series, on=self.at))
        figures = await self._publish(again, request)
        series |= await self._series(set(self._before))
        targets = await target_moves.moved(session, self._statuses, series, on=self.at)
        return _Moved(len(asked ^ self._requests), figures, targets)

    async def _publish(self, again: Iterable[tuple[Period, Derivation]], request: WithReason) -> list[dict[str, Any]]:
        """Publish what is calculated again; what comes back says it as an audit event records it."""
        because = f"The register changed: {stripped(request.reason)}"
        details = []
        for quarter, derived in again:
            publication = Publication(None, quarter, self.work.by, self.at, recalculated_because=because)
            details += await publish_derived(self.work.session, derived, publication)
        return details

    async def _series(self, ids: set[int]) -> set[Series]:
        """The series of some organisations that have targets."""
        of = among(_target.c.organisation_id, ids, IDS)
        rows = await (await self.work.session.connection()).execute(
            select(_target.c.metric_id, _target.c.organisation_id).where(of)
        )
        return {(metric, organisation) for metric, organisation in rows}


@dataclass(frozen=True)
class _Moved:
    """How many requests begin or end, the figures that are calculated again, and the targets whose status changes."""

    requests: int = 0
    figures: list[dict[str, Any]] = field(default_factory=list)
    targets: list[dict[str, Any]] = field(default_factory=list)


async def _related(session: AsyncSession, ids: set[int]) -> set[int]:
    """Some organisations, with all that were or are above or below them on any day."""
    return ids | {*(await (await session.connection()).execute(_ABOVE_AND_BELOW, {"of": sorted(ids)})).scalars()}


async def _counts(session: AsyncSession, ids: set[int], since: dt.date) -> dict[str, int]:
    """How many figures and targets of some organisations stand, or are in force, from a day on."""
    given = {"of": sorted(ids), "since": since, "before": since - DAY if since > dt.date.min else since}
    return dict((await (await session.connection()).execute(_COUNTS, given)).one()._mapping)


def _number(rows: FromClause, *where: ColumnElement[bool]) -> ColumnElement[int]:
    of = rows.c.organisation_id == func.any(_OF)
    return select(func.count()).select_from(rows).where(of, *where).scalar_subquery()


# The statements are built once: a file of changes runs them hundreds of times.
_OF, _SINCE, _BEFORE = bindparam("of", type_=IDS), *(bindparam(name, type_=Date()) for name in ("since", "before"))
_ABOVE_AND_BELOW = union(
    select(_ancestry.c.ancestor_id).where(_ancestry.c.member_id == func.any(_OF)),
    select(_ancestry.c.member_id).where(_ancestry.c.ancestor_id == func.any(_OF)),
)
_COUNTS = select(
    # Of periods that end on the day or later.
    _number(
        _figure, _figure.c.status != FigureStatus.WITHDRAWN, _figure.c.period_ends >= _SINCE, is_real(_figure)
    ).label("figures_affected"),
    # Not due before the day. An inherited one is in force on the day before, or later: a change may end or begin it.
    _number(
        _target,
        or_(_target.c.due.is_(None), _target.c.due >= _SINCE),
        or_(
            _target.c.days.is_(None), _target.c.days.op("&&")(func.daterange(bindparam("before", type_=Date()), null()))
        ),
        is_real(_target),
    ).label("targets_affected"),
)
