"""The claims of a token become a viewer: the ODS code is looked up among the organisations on record."""

from schema.errors import Refusal
from service.identity.assurance import Assurance
from service.identity.claims import ClaimNames, Claims, person
from service.reading_pool import ReadingPool
from service.viewer import EVERYWHERE, Viewer


class People:
    """The people that one issuer knows."""

    def __init__(self, pool: ReadingPool, issuer: str, names: ClaimNames, required: Assurance) -> None:
        self._pool = pool
        self._issuer = issuer
        self.names = names
        self._required = required

    async def viewer(self, claims: Claims) -> Viewer:
        """Who the claims are about. Refusals: `UNAUTHENTICATED`, `FORBIDDEN`, `access/assurance`."""
        self._required.check(claims)
        who = person(claims, self.names)
        scope = EVERYWHERE if who.code is None else await self._organisation(who.code)
        return Viewer(who.name, who.role, f"{self._issuer}|{who.subject}", scope)

    async def _organisation(self, code: str) -> int:
        scope: int | None = await self._pool.fetchval("SELECT id FROM organisation WHERE code = $1", code)
        if scope is None:
            raise Refusal("FORBIDDEN", f"This account's organisation, {code}, is not on record here.")
        return scope
