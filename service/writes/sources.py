"""The source that a figure, a target or a rating cites becomes a row: the one that there is, or a new one."""

import datetime as dt

from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import SourceRow
from service.writes.recorded import key_with


async def source_cited(
    session: AsyncSession, title: str, reference: str | None = None, *, published_on: dt.date | None = None
) -> int:
    """The key of the source with a title and a reference. `published_on` is the date of a new one."""
    return await key_with(session, SourceRow, {"title": title, "reference": reference}, published_on=published_on)
