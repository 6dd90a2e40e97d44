"""A viewer becomes the actor under which their changes stand."""

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import ActorRow
from service.viewer import Viewer


async def recorded(session: AsyncSession, viewer: Viewer) -> int:
    """The key of the actor, who is put on record when they act for the first time."""
    said = {"identity": viewer.identity, "name": viewer.name, "role": viewer.role}
    await session.exec(insert(ActorRow).values(**said).on_conflict_do_nothing())
    found = await session.exec(select(ActorRow.id).filter_by(**said))
    return int(found.one() or 0)
