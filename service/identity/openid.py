"""The parts of OpenID Connect put together for one issuer: a token, or a way through the browser, becomes a viewer."""

import asyncpg

from service.config import Settings, listed
from service.identity.claims import ClaimNames
from service.identity.flow import CodeFlow, Proofs
from service.identity.issuer import Issuer
from service.identity.people import People
from service.identity.tokens import Tokens
from service.viewer import Viewer


class OpenID:
    """One issuer, as the settings name it. Nothing is asked of it before the first token or sign-in."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", settings: Settings) -> None:
        self.issuer = settings.oidc_issuer or ""
        issuer, names = Issuer(self.issuer), ClaimNames.of(settings)
        self._audience = settings.oidc_audience or settings.oidc_client_id or ""
        self._tokens = Tokens(issuer, listed(settings.oidc_algorithms))
        self._people = People(pool, self.issuer, names)
        self._flow = CodeFlow(issuer, self._tokens, names.roles, settings)

    async def viewer(self, token: str) -> Viewer:
        """Whom a bearer token is about. Refusals: `UNAUTHENTICATED`, `FORBIDDEN`, `access/issuer-unavailable`."""
        verified = await self._tokens.verified(token, self._audience)
        return await self._people.viewer(verified.claims)

    async def begun(self, back_to: str) -> tuple[str, Proofs]:
        """Where to send a browser, and the proofs of this attempt. Refusals: `access/issuer-unavailable`."""
        return await self._flow.begun(back_to)

    async def signed_in(self, code: str, proofs: Proofs, back_to: str) -> tuple[Viewer, float]:
        """Who came back with a code, and until when, in seconds of the epoch, the ID token holds.

        Refusals: `access/sign-in-failed`, `FORBIDDEN`, `access/issuer-unavailable`.
        """
        claims = await self._flow.claims(code, proofs, back_to)
        return await self._people.viewer(claims), claims["exp"]
