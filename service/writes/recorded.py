"""Values become the key of the row that has them: of the one that there is, or of a new one."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession


async def key_with(session: AsyncSession, rows: Any, values: dict[str, Any], **more: Any) -> int:
    """The key of the only row with some values; a new one has `more` columns. Mostly it is there already."""
    names = tuple(values)
    wanted = _wanted(rows, names, tuple(each for each in names if values[each] is None))
    found = (await session.exec(wanted, params=values)).first()
    if found is None:
        # Another command may add it at the same time.
        await session.exec(insert(rows).values(**values, **more).on_conflict_do_nothing())
        found = (await session.exec(wanted, params=values)).one()
    return int(found)


@cache
def _wanted(rows: Any, names: Sequence[str], absent: Sequence[str]) -> Any:
    """The statement of that; to write it takes longer than to run it. Some of the values are null."""
    return select(rows.id).where(
        *(getattr(rows, each).is_(None) if each in absent else getattr(rows, each) == bindparam(each) for each in names)
    )
