"""Every way to prove who you are, in order: the Authorization header, and only without one the session."""

from collections.abc import Callable, Collection

from starlette.requests import HTTPConnection

from service.config import Settings
from service.database import Database
from service.identity.openid import OpenID
from service.identity.origins import is_from, may_send_form, may_use_session, own_origin
from service.identity.sessions import Sessions
from service.viewer import Viewer, Viewers

# Whether the session counts for a connection, given the origins of pages that may act for the person.
MayUseSession = Callable[[HTTPConnection, Collection[str]], bool]


class Identities:
    """Finds out who is asking, again at each call. Subscriptions ask at each event, so they notice a revoked key."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._viewers = Viewers(database)
        self._is_local = settings.is_local
        self.can_sign_in = bool(settings.session_secret)
        self._others = settings.origins
        self.openid = OpenID(database.primary.reserved, settings) if settings.oidc_issuer else None
        self.sessions = Sessions(database, settings.oidc_issuer or "")

    async def viewer(self, connection: HTTPConnection, *, counts: MayUseSession = may_use_session) -> Viewer | None:
        """Who sent a request or opened a WebSocket; None if they do not say, or their session does not count for it.

        Refusals: `UNAUTHENTICATED`, `FORBIDDEN`, `access/issuer-unavailable`.
        """
        authorization = connection.headers.get("authorization")
        if authorization is not None:
            return await self.of_authorization(authorization)
        if not self.can_sign_in or not counts(connection, self._origins(connection)):
            return None
        signed_in = await self.sessions.of_cookie(connection.session)
        return signed_in.viewer if signed_in else None

    async def of_authorization(self, header: str | None) -> Viewer | None:
        """Who an `Authorization` header names, by key or by token; None without one. Refusals: as above."""
        scheme, _, token = (header or "").partition(" ")
        # A token has two dots, and a key of this service none.
        if self.openid is not None and scheme.lower() == "bearer" and token.count(".") == 2:
            return await self.openid.viewer(token.strip())
        return await self._viewers.viewer(header)

    def own_origin(self, connection: HTTPConnection) -> str:
        """The origin of this service, as the browser knows it."""
        return own_origin(connection, is_local=self._is_local)

    def is_from_our_page(self, connection: HTTPConnection) -> bool:
        """Whether the request comes from a page of ours or of an allowed origin, or from no page at all."""
        return is_from(connection, self._origins(connection))

    def is_form_of_ours(self, connection: HTTPConnection) -> bool:
        """Whether the browser says that the form it sends is of a page of ours or of an allowed origin."""
        return may_send_form(connection, self._origins(connection))

    def _origins(self, connection: HTTPConnection) -> frozenset[str]:
        return self._others | {self.own_origin(connection)}
