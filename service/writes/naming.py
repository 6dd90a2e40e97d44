"""What the codes in an input name: organisations that somebody acts for, metrics, and the series of the two."""

import datetime as dt
from collections.abc import Iterable, Set
from functools import cache, partial
from typing import Any

from sqlalchemy import BigInteger, Date, Text, bindparam, case, func, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import OrganisationKind, PeriodKind
from schema.periods import period_named
from schema.sql.scopes import within_scope
from schema.tables import MetricRow, OrganisationRow, table
from service.viewer import Viewer
from service.writes.outcome import Problem, Refused, problem
from service.writes.remembered import remembered

TEXTS = ARRAY(Text())
IDS = ARRAY(BigInteger())
_organisation = table(OrganisationRow)


def among(column: Any, values: Set[Any], kind: Any = TEXTS) -> Any:
    """The condition that a column is one of some values, as one array parameter where a list would be thousands."""
    return col(column) == func.any(literal(sorted(values), type_=kind))


async def metrics_named(session: AsyncSession, codes: Set[str]) -> dict[str, MetricRow]:
    """The metrics with some codes. A code with a NUL, which PostgreSQL has no place for, names none."""
    rows = await session.exec(
        select(MetricRow).where(among(MetricRow.code, {each for each in codes if "\x00" not in each}))
    )
    return {metric.code: metric for metric in rows}


async def metric_named(session: AsyncSession, code: str) -> MetricRow | None:
    """The metric with a code."""
    return (await metrics_named(session, {code})).get(code)


async def organisations_named(session: AsyncSession, codes: Set[str]) -> dict[str, OrganisationRow]:
    """The organisations with some codes, whoever acts for them."""
    return await remembered(session, "organisations", codes, partial(_organisations, session))


async def _organisations(session: AsyncSession, codes: Set[str]) -> dict[str, OrganisationRow]:
    rows = await session.exec(select(OrganisationRow).where(among(OrganisationRow.code, codes)))
    return {organisation.code: organisation for organisation in rows}


async def organisation_named(
    session: AsyncSession, code: str, on: dt.date, *, by: Viewer, others: Set[str] = frozenset()
) -> OrganisationRow | None:
    """The organisation with a code, when the viewer acts for it on a day; an unknown one answers the same.

    The organisations with `others` as their codes are read with it, for `organisations_named`.
    """
    rows = await session.exec(
        _with_scope(), params={"code": code, "codes": [*others, code], "on": on, "scope": by.scope}
    )
    found = {organisation.code: (organisation, is_within) for organisation, is_within in rows}
    session.info.setdefault("organisations", {}).update(
        {each: row for each, (row, _) in found.items() if each in others}
    )
    organisation, is_within = found.get(code, (None, False))
    return organisation if is_within else None


@cache
def _with_scope() -> Any:
    """The statement of that. To write it takes longer than to run it, so it is written once."""
    code, on = bindparam("code", type_=Text()), bindparam("on", type_=Date())
    is_named = _organisation.c.code == code
    is_within = within_scope(bindparam("scope", type_=BigInteger()), _organisation.c.id, on)
    return select(OrganisationRow, case((is_named, is_within), else_=False)).where(
        col(OrganisationRow.code) == func.any(bindparam("codes", type_=TEXTS))
    )


async def series_named(
    session: AsyncSession,
    metric_code: str,
    organisation_code: str,
    on: dt.date,
    *,
    by: Viewer,
    members: OrganisationKind | None = None,
) -> tuple[MetricRow | None, OrganisationRow | None, list[Problem]]:
    """The metric and the organisation that an input sets something for, with what is wrong with their codes.

    The metric has to be collected from the organisation, or from its `members` of a kind.
    """
    metric = await metric_named(session, metric_code)
    organisation = await organisation_named(session, organisation_code, on, by=by)
    problems = []
    if organisation is None:
        problems.append(unknown_organisation(organisation_code))
    if metric is None:
        problems.append(unknown_metric(metric_code))
    elif organisation is not None and (kind := members or organisation.kind) not in metric.collected_from:
        message = f"{metric.name} is not collected from {OrganisationKind(kind).many}."
        problems.append(problem("validation/not-collected", message, "appliesTo" if members else "organisation"))
    return metric, organisation, problems


def both_of(
    metric: MetricRow | None, organisation: OrganisationRow | None, problems: Iterable[Problem]
) -> tuple[MetricRow, OrganisationRow]:
    """The metric and the organisation. Refused: any problem."""
    if (listed := list(problems)) or metric is None or organisation is None:
        raise Refused(*listed)
    return metric, organisation


def unknown_organisation(code: str, name: str = "organisation") -> Problem:
    """The problem of an organisation that is not known, or is not one that the viewer acts for."""
    message = f"No organisation that you act for has the code {code[:40]!r}."
    return problem("submission/unknown-organisation", message, name)


def unknown_metric(code: str) -> Problem:
    """The problem of a metric that is not known."""
    return problem("validation/unknown-metric", f"No metric has the code {code[:80]!r}.", "metric")


def malformed_quarter(code: str, name: str = "quarter") -> Problem:
    """The problem of a quarter that is none."""
    period = period_named(code)
    is_meant = period is not None and period.kind is PeriodKind.QUARTER
    write = f"the code of a quarter: write {period.code}" if period and is_meant else "a quarter"
    return problem("validation/malformed-quarter", f"{code[:40]!r} is not {write}.", name)
