"""A viewer becomes the actor that their changes are recorded under."""

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import ActorRow
from service.viewer import Viewer


async def recorded(session: AsyncSession, viewer: Viewer) -> int:
    """The key of the actor, who is recorded when they act for the first time."""
    columns = {"identity": viewer.identity, "name": viewer.name, "role": viewer.role}
    await session.exec(insert(ActorRow).values(**columns).on_conflict_do_nothing())
    key = await session.exec(select(ActorRow.id).filter_by(**columns))
    return int(key.one() or 0)
