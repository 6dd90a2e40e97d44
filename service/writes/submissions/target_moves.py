"""The status of the targets of some series, before and after their figures change."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, cast, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.computed_inputs.record import reader
from schema.computed_inputs.targets import ProgressInputs
from schema.enumerations import TargetStatus
from schema.sql.progress import progress_inputs
from schema.tables import TargetRow, table
from service.computed.progress import progress
from service.writes.submissions.validation.known import Series

_target = table(TargetRow)
_IDS = ARRAY(BigInteger)
_read = reader(ProgressInputs)


async def statuses(session: AsyncSession, series: set[Series], *, on: dt.datetime) -> dict[int, TargetStatus]:
    """The status of each target of some series on a day, by its key."""
    return {at: status for at, (_, status) in (await _standing(session, series, on=on)).items()}


async def _standing(
    session: AsyncSession, series: set[Series], *, on: dt.datetime
) -> dict[int, tuple[Series, TargetStatus]]:
    if not series:
        return {}
    ordered = sorted(series)
    wanted = (
        func.unnest(
            literal([metric for metric, _ in ordered], type_=_IDS), literal([of for _, of in ordered], type_=_IDS)
        )
        .table_valued("metric_id", "organisation_id", name="wanted")
        .render_derived()
    )
    target = _target.alias("target")
    day = literal(on.date())
    connection = await session.connection()
    rows = await connection.execute(
        select(
            target.c.id, target.c.metric_id, target.c.organisation_id, progress_inputs(target, cast(day, day.type))
        ).where(
            tuple_(target.c.metric_id, target.c.organisation_id).in_(
                select(wanted.c.metric_id, wanted.c.organisation_id)
            )
        )
    )
    return {at: ((metric, of), progress(_read(inputs)).status) for at, metric, of, inputs in rows}


async def moved(
    session: AsyncSession, before: Mapping[int, TargetStatus], series: set[Series], *, on: dt.datetime
) -> list[dict[str, Any]]:
    """The targets whose status has changed, with the status before."""
    return [move for _, move in await moved_of(session, before, series, on=on)]


async def moved_of(
    session: AsyncSession, before: Mapping[int, TargetStatus], series: set[Series], *, on: dt.datetime
) -> list[tuple[Series, dict[str, Any]]]:
    """The same, each with its series."""
    after = await _standing(session, series, on=on)
    return [
        (of, {"target": ids.made("Target", at), "before": before.get(at), "after": status})
        for at, (of, status) in sorted(after.items())
        if before.get(at) != status
    ]
