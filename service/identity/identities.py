"""Every way of saying who one is, in order: the Authorization header, and only without one the session."""

import asyncpg
from starlette.requests import HTTPConnection

from service.config import Settings, listed
from service.identity.openid import OpenID
from service.identity.origins import is_from, may_use_session, own_origin
from service.identity.sessions import remembered
from service.viewer import Viewer, Viewers


class Identities:
    """Tells who asks, anew at each call: a subscription that asks at each event sees a key or a session end."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", viewers: Viewers, settings: Settings) -> None:
        self._viewers = viewers
        self._is_local = settings.is_local
        self._others = frozenset(origin.lower() for origin in listed(settings.allowed_origins))
        self.openid = OpenID(pool, settings) if settings.oidc_issuer else None

    async def viewer(self, connection: HTTPConnection) -> Viewer | None:
        """Who makes a request or holds a WebSocket; None for somebody who does not say.

        Refusals: `UNAUTHENTICATED`, `FORBIDDEN`, `access/issuer-unavailable`.
        """
        authorization = connection.headers.get("authorization")
        if authorization is not None:
            return await self.of_authorization(authorization)
        if self.openid is None or not may_use_session(connection, self._origins(connection)):
            return None
        return remembered(connection.session, self.openid.issuer)

    async def of_authorization(self, header: str | None) -> Viewer | None:
        """Whom an `Authorization` header names, by key or by token; None without one. Refusals: as above."""
        scheme, _, token = (header or "").partition(" ")
        # A token has two dots, and a key of this service none.
        if self.openid is not None and scheme.lower() == "bearer" and token.count(".") == 2:
            return await self.openid.viewer(token.strip())
        return await self._viewers.viewer(header)

    def own_origin(self, connection: HTTPConnection) -> str:
        """The origin under which the browser knows this service."""
        return own_origin(connection, is_local=self._is_local)

    def is_from_our_page(self, connection: HTTPConnection) -> bool:
        """Whether no page of an origin that is foreign to us makes the request."""
        return is_from(connection, self._origins(connection))

    def _origins(self, connection: HTTPConnection) -> frozenset[str]:
        return self._others | {self.own_origin(connection)}
