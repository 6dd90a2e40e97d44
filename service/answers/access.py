"""A connection becomes its caller, or a refusal; a subscription finds its caller again at each event."""

from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection

from schema.errors import Refusal
from service.answers.caller import Caller
from service.identity import Identities
from service.identity.origins import may_open_page, may_send_form
from service.noted import note
from service.viewer import Viewer

# Finds the caller at this moment: called again, it notices a key that was revoked meanwhile.
FindCaller = Callable[[], Awaitable[Caller]]


class Access:
    """Lets in everybody who may read; with `reads_without_key` that is anybody."""

    def __init__(self, identities: Identities, *, reads_without_key: bool) -> None:
        self._identities = identities
        self._reads_without_key = reads_without_key

    async def of_connection(self, connection: HTTPConnection) -> Caller:
        """The caller on a connection. Refusals: `UNAUTHENTICATED`, and those of the identities."""
        return self._caller(await self._identities.viewer(connection))

    async def of_page(self, connection: HTTPConnection) -> Caller:
        """The caller who opens a page. Refusals: as above."""
        return self._caller(await self._identities.viewer(connection, counts=may_open_page))

    async def of_form(self, connection: HTTPConnection) -> Caller:
        """The caller who sends a form of a page. Refusals: as above."""
        return self._caller(await self._identities.viewer(connection, counts=may_send_form))

    async def of_authorization(self, header: str) -> Caller:
        """The caller with an `Authorization` header that came in a message. Refusals: as above."""
        return self._caller(await self._identities.of_authorization(header))

    def _caller(self, viewer: Viewer | None) -> Caller:
        if viewer is None and not self._reads_without_key:
            raise Refusal("UNAUTHENTICATED", "You need an API key, or to sign in, to read here.")
        if viewer is not None:
            note(actor=viewer.name)
        return Caller(viewer)
