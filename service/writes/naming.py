"""The series that a command sets something for: its metric and its organisation, found by their codes."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import MetricRow, OrganisationRow
from service.viewer import Viewer
from service.writes.command import Problem, Refused, problem
from service.writes.submissions.desk import organisation_of, unknown_organisation
from service.writes.submissions.lookups import metric_of


async def series_of(
    session: AsyncSession,
    given: Mapping[str, Any],
    on: dt.date,
    malformed: Callable[[Mapping[str, Any], MetricRow | None], Iterator[Problem]],
    *,
    by: Viewer,
) -> tuple[MetricRow, OrganisationRow]:
    """The metric and the organisation of an input, when the viewer acts for it on a day.

    Refused with all that is wrong: with them, and what `malformed` finds in the rest of the input.
    """
    organisation = await organisation_of(session, given["organisation"], on, by=by)
    metric = await metric_of(session, given["metric"])
    problems = [*_unknown(given, organisation, metric), *malformed(given, metric)]
    if problems or organisation is None or metric is None:
        raise Refused(*problems)
    return metric, organisation


def _unknown(
    given: Mapping[str, Any], organisation: OrganisationRow | None, metric: MetricRow | None
) -> Iterator[Problem]:
    if organisation is None:
        yield unknown_organisation(given)
    if metric is None:
        message = f"No metric has the code {given['metric'][:80]!r}."
        yield problem("validation/unknown-metric", message, "metric")
    elif organisation is not None and organisation.kind not in metric.collected_from:
        message = f"{metric.name} is not collected from a {organisation.kind}."
        yield problem("validation/not-collected", message, "organisation")
