"""Values become the key of the row that has them: of the one that there is, or of a new one."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession


async def key_with(session: AsyncSession, rows: type[Any], values: dict[str, Any], **more: Any) -> int:
    """The key of the only row with some values; a new one has `more` columns. Mostly it is there already."""
    wanted = select(rows.id).filter_by(**values)
    found = (await session.exec(wanted)).first()
    if found is None:
        # Another command may add it at the same time.
        await session.exec(insert(rows).values(**values, **more).on_conflict_do_nothing())
        found = (await session.exec(wanted)).one()
    return int(found)
