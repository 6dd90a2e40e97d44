"""What a command has read of the register, it knows until it ends: each row is read once."""

from collections.abc import Awaitable, Callable, Mapping, Set
from typing import TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

K = TypeVar("K")
V = TypeVar("V")


async def remembered(
    session: AsyncSession, what: str, wanted: Set[K], read: Callable[[Set[K]], Awaitable[Mapping[K, V]]]
) -> dict[K, V]:
    """What some keys name, with those read that this transaction does not know yet.

    A key that names nothing is asked for again: the command may make its row.
    """
    known: dict[K, V] = session.info.setdefault(what, {})
    if missing := wanted - known.keys():
        known |= await read(missing)
    return {each: known[each] for each in wanted if each in known}
