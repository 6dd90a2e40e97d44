"""A quarter's dates are set, and exceptions from them are granted, each with a reason."""

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from schema.periods import Period
from schema.tables import CollectionExceptionRow, QuarterRow
from service.database import Database
from service.viewer import Viewer
from service.writes.command import Outcome, Problem, Refused, once, problem, text_of, usable
from service.writes.limits import LONGEST_TEXT, is_storable
from service.writes.submissions.desk import malformed_quarter, organisation_of, unknown_organisation
from service.writes.submissions.lookups import metric_of
from service.writes.submissions.validation.entries import key, named_quarter
from service.writes.trust import actors, audit
from service.writes.trust.permissions import allowed

_DATES = {"opensOn": "opens_on", "softDeadline": "soft_deadline", "hardDeadline": "hard_deadline"}


async def set_quarter(database: Database, given: Mapping[str, Any], *, by: Viewer | None) -> dict[str, Any]:
    """Set all three dates of a quarter; one that is left out is none. Problems: `quarter/…`.

    Refusals: `UNAUTHENTICATED`, `FORBIDDEN` for who does not administer every organisation.
    """
    viewer = allowed(by, "setQuarter")

    async def work(session: AsyncSession) -> Outcome:
        await audit.turn(session)
        at = await audit.now(session)
        quarter, wrong = _quarter(given)
        wrong += [*_reason(given), *_order(given)]
        if wrong or quarter is None:
            raise Refused(*wrong)
        row = await session.get(QuarterRow, quarter.code, with_for_update=True) or QuarterRow(code=quarter.code)
        before = _told(row)
        for name, column in _DATES.items():
            setattr(row, column, given.get(name))
        session.add(row)
        await session.flush()
        detail = {"before": before, "after": _told(row)}
        reason = text_of(given, "reason")
        await audit.record(session, "quarter.set", quarter.code, by=viewer, at=at, reason=reason, detail=detail)
        return Outcome(quarter=quarter.code)

    return await once(database, "setQuarter", given, work, by=viewer)


async def grant_exception(database: Database, given: Mapping[str, Any], *, by: Viewer | None) -> dict[str, Any]:
    """Let an organisation off a quarter, or give it until a day; for one metric, or for all that it is asked for.

    Refusals: `UNAUTHENTICATED`, `FORBIDDEN`.
    """
    viewer = allowed(by, "grantException")

    async def work(session: AsyncSession) -> Outcome:
        await audit.turn(session)
        at = await audit.now(session)
        quarter, wrong = _quarter(given)
        wrong += [*_reason(given), *_beyond_reason(given, "until")]
        on = at.date() if quarter is None else quarter.ends
        organisation = await organisation_of(session, given["organisation"], on, by=viewer)
        if organisation is None:
            wrong.append(unknown_organisation(given))
        code = given.get("metric")
        metric = None if code is None else await metric_of(session, code)
        if code is not None and metric is None:
            message = f"No metric has the code {code[:80]!r}."
            wrong.append(problem("validation/unknown-metric", message, "metric"))
        if wrong or quarter is None or organisation is None:
            raise Refused(*wrong)
        row = CollectionExceptionRow(
            quarter=quarter.code,
            organisation_id=key(organisation),
            metric_id=None if metric is None else key(metric),
            until=given.get("until"),
            reason=text_of(given, "reason") or "",
            recorded_by_id=await actors.recorded(session, viewer),
            recorded_at=at,
        )
        session.add(row)
        await session.flush()
        await audit.raise_version(session)
        await audit.record(
            session,
            "exception.grant",
            f"{organisation.code} {quarter.code}",
            by=viewer,
            at=at,
            reason=row.reason,
            detail={"metric": given.get("metric"), "until": None if row.until is None else str(row.until)},
            organisation_id=organisation.id,
            groups_on=quarter.ends,
        )
        return Outcome(quarter=quarter.code)

    return await once(database, "grantException", given, work, by=viewer)


def _quarter(given: Mapping[str, Any]) -> tuple[Period | None, list[Problem]]:
    quarter = named_quarter(given["quarter"])
    return quarter, [] if quarter is not None else [malformed_quarter(given)]


def _reason(given: Mapping[str, Any]) -> list[Problem]:
    if text_of(given, "reason") is None:
        return [problem("quarter/no-reason", "A change of what is collected takes a reason.", "reason")]
    return list(usable({"reason": given["reason"]}, LONGEST_TEXT))


def _order(given: Mapping[str, Any]) -> Iterator[Problem]:
    days = [(name, given[name]) for name in _DATES if isinstance(given.get(name), dt.date)]
    yield from _beyond_reason(given, *_DATES)
    for (_, earlier), (name, later) in pairwise(days):
        if later < earlier:
            yield problem("quarter/reversed", f"The {name}, {later}, is before {earlier}.", name)


def _beyond_reason(given: Mapping[str, Any], *names: str) -> Iterator[Problem]:
    for name in names:
        if not is_storable(given.get(name)):
            yield problem("quarter/malformed", f"The {name}, {given[name]}, is beyond reason.", name)


def _told(row: QuarterRow) -> dict[str, str | None]:
    dates = {name: getattr(row, column) for name, column in _DATES.items()}
    return {name: None if day is None else str(day) for name, day in dates.items()}
