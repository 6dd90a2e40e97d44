"""A viewer becomes the actor that their changes are recorded under."""

from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import ActorRow
from service.viewer import Viewer
from service.writes.recorded import key_with


async def recorded(session: AsyncSession, viewer: Viewer) -> int:
    """The key of the actor, who is recorded when they act for the first time. A transaction asks once for each."""
    values = {"identity": viewer.identity, "name": viewer.name, "role": viewer.role}
    kept: dict[object, int] = session.info.setdefault("actors", {})
    if (actor := tuple(values.values())) not in kept:
        kept[actor] = await key_with(session, ActorRow, values)
    return kept[actor]
