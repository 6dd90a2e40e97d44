"""The source that a figure, a target or a rating cites becomes a row: the one that there is, or a new one."""

import datetime as dt

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import SourceRow


async def source_cited(
    session: AsyncSession, title: str, reference: str | None = None, *, published_on: dt.date | None = None
) -> int:
    """The key of the source with a title and a reference. `published_on` is the date of a new one."""
    new = {"title": title, "reference": reference, "published_on": published_on}
    await session.exec(insert(SourceRow).values(**new).on_conflict_do_nothing())
    source = await session.exec(select(SourceRow.id).filter_by(title=title, reference=reference))
    return int(source.one() or 0)
