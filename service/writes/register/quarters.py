"""The dates of a quarter are set, and exceptions from them are granted, each with a reason."""

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import pairwise

from schema.commands.quarters import GrantExceptionInput, SetQuarterInput
from schema.london import day_of
from schema.periods import Period, long_date, quarter_named
from schema.tables import CollectionExceptionRow, QuarterRow, key
from service.writes.command import Work
from service.writes.limits import DATE_LIMITS, is_storable
from service.writes.naming import (
    malformed_quarter,
    metric_named,
    organisation_named,
    unknown_metric,
    unknown_organisation,
)
from service.writes.outcome import Outcome, Problem, Refused, in_words, problem, stripped, unusable_texts
from service.writes.trust import actors


async def set_quarter(work: Work, dates: SetQuarterInput) -> Outcome:
    """Set all three dates of a quarter; a date that is left out is removed. Problems: `quarter/…`."""
    at = await work.turn()
    quarter, problems = _quarter(dates.quarter)
    days = {"opensOn": dates.opens_on, "softDeadline": dates.soft_deadline, "hardDeadline": dates.hard_deadline}
    problems += [*_wrong_reason(dates.reason), *_wrong_days(days), *_reversed(days)]
    if problems or quarter is None:
        raise Refused(*problems)
    row = await work.session.get(QuarterRow, quarter.code, with_for_update=True) or QuarterRow(code=quarter.code)
    before = _detail(row)
    row.opens_on, row.soft_deadline, row.hard_deadline = dates.opens_on, dates.soft_deadline, dates.hard_deadline
    work.session.add(row)
    await work.session.flush()
    detail = {"before": before, "after": _detail(row)}
    await work.record(quarter.code, at=at, reason=stripped(dates.reason), detail=detail)
    return Outcome(quarter=quarter.code)


async def grant_exception(work: Work, exception: GrantExceptionInput) -> Outcome:
    """Exempt an organisation from a quarter, or extend its deadline; for one metric, or for all that it reports."""
    at = await work.turn()
    quarter, problems = _quarter(exception.quarter)
    problems += [*_wrong_reason(exception.reason), *_wrong_days({"until": exception.until})]
    on = day_of(at) if quarter is None else quarter.ends
    organisation = await organisation_named(work.session, exception.organisation, on, by=work.by)
    if organisation is None:
        problems.append(unknown_organisation(exception.organisation))
    metric = None if exception.metric is None else await metric_named(work.session, exception.metric)
    if exception.metric is not None and metric is None:
        problems.append(unknown_metric(exception.metric))
    if problems or quarter is None or organisation is None:
        raise Refused(*problems)
    row = CollectionExceptionRow(
        quarter=quarter.code,
        organisation_id=key(organisation),
        metric_id=None if metric is None else key(metric),
        until=exception.until,
        reason=stripped(exception.reason) or "",
        recorded_by_id=await actors.recorded(work.session, work.by),
        recorded_at=at,
    )
    work.session.add(row)
    await work.session.flush()
    await work.record(
        f"{organisation.code} {quarter.code}",
        at=at,
        reason=row.reason,
        detail={"metric": exception.metric, "until": _text(row.until)},
        organisation_id=organisation.id,
        groups_on=quarter.ends,
    )
    return Outcome(quarter=quarter.code)


def _quarter(code: str) -> tuple[Period | None, list[Problem]]:
    quarter = quarter_named(code)
    return quarter, [] if quarter is not None else [malformed_quarter(code)]


def _wrong_reason(reason: str) -> list[Problem]:
    if stripped(reason) is None:
        return [problem("quarter/no-reason", "You need a reason to change what is collected.", "reason")]
    return list(unusable_texts({"reason": reason}))


def _wrong_days(days: Mapping[str, dt.date | None]) -> Iterator[Problem]:
    for name, day in days.items():
        if not is_storable(day):
            yield problem("quarter/malformed", f"The {in_words(name)} is {day}; it must be {DATE_LIMITS}.", name)


def _reversed(days: Mapping[str, dt.date | None]) -> Iterator[Problem]:
    known = [(name, day) for name, day in days.items() if day is not None]
    for (_, earlier), (name, later) in pairwise(known):
        if later < earlier:
            yield problem(
                "quarter/reversed", f"The {in_words(name)}, {long_date(later)}, is before {long_date(earlier)}.", name
            )


def _detail(row: QuarterRow) -> dict[str, str | None]:
    """The dates as an audit event records them."""
    return {
        "opensOn": _text(row.opens_on),
        "softDeadline": _text(row.soft_deadline),
        "hardDeadline": _text(row.hard_deadline),
    }


def _text(day: dt.date | None) -> str | None:
    return None if day is None else str(day)
