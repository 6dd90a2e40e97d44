"""A viewer becomes the actor that their changes are recorded under."""

from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import ActorRow
from service.viewer import Viewer
from service.writes.recorded import key_with
from service.writes.remembered import remembered


async def recorded(session: AsyncSession, viewer: Viewer) -> int:
    """The key of the actor, who is recorded when they act for the first time. A transaction asks once for each."""
    values = {"identity": viewer.identity, "name": viewer.name, "role": viewer.role}
    actor = tuple(values.values())

    async def key_of(_: object) -> dict[tuple[str, ...], int]:
        return {actor: await key_with(session, ActorRow, values)}

    return (await remembered(session, "actors", {actor}, key_of))[actor]
