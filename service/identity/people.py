"""The claims of a token become a viewer: the ODS code is looked up among the organisations that are known here."""

import asyncpg

from schema.errors import Refusal
from service.identity.claims import ClaimNames, Claims, person
from service.viewer import EVERYWHERE, Viewer


class People:
    """Those whom one issuer knows."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", issuer: str, names: ClaimNames) -> None:
        self._pool = pool
        self._issuer = issuer
        self.names = names

    async def viewer(self, claims: Claims) -> Viewer:
        """Whom the claims are about. Refusals: `UNAUTHENTICATED`, `FORBIDDEN`."""
        found = person(claims, self.names)
        scope = EVERYWHERE if found.code is None else await self._organisation(found.code)
        return Viewer(found.name, found.role, f"{self._issuer}|{found.subject}", scope)

    async def _organisation(self, code: str) -> int:
        scope: int | None = await self._pool.fetchval("SELECT id FROM organisation WHERE code = $1", code)
        if scope is None:
            raise Refusal("FORBIDDEN", f"The organisation {code} of this account is not known here.")
        return scope
