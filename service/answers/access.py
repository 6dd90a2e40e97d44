"""A connection becomes who asks on it, or a refusal; a subscription looks again at each event."""

from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection

from schema.errors import Refusal
from service.answers.executor import Caller
from service.identity import Identities
from service.viewer import Viewer

# Who asks at this moment: called again, it tells a key that was revoked meanwhile.
FindCaller = Callable[[], Awaitable[Caller]]


class Access:
    """Lets in whoever may read. `reads_without_key` says whether that is anybody."""

    def __init__(self, identities: Identities, *, reads_without_key: bool) -> None:
        self._identities = identities
        self._reads_without_key = reads_without_key

    async def of_connection(self, connection: HTTPConnection) -> Caller:
        """Who asks on a connection. Refusals: `UNAUTHENTICATED`, and those of the identities."""
        return self._asked(await self._identities.viewer(connection))

    async def of_authorization(self, header: str) -> Caller:
        """Who asks with an `Authorization` header that came another way than as one. Refusals: as above."""
        return self._asked(await self._identities.of_authorization(header))

    def _asked(self, viewer: Viewer | None) -> Caller:
        if viewer is None and not self._reads_without_key:
            raise Refusal("UNAUTHENTICATED", "Reading here needs a key, or that you sign in.")
        return Caller(viewer)
