"""The parts of OpenID Connect for one issuer: a token, or a sign-in through the browser, becomes a viewer."""

from service.config import Settings, listed
from service.identity.assurance import Assurance
from service.identity.claims import ClaimNames
from service.identity.flow import CodeFlow, Proofs
from service.identity.issuer import Issuer
from service.identity.people import People
from service.identity.tokens import Tokens
from service.reading_pool import ReadingPool
from service.viewer import Viewer


class OpenID:
    """The issuer in the settings. We send it nothing before the first token or sign-in."""

    def __init__(self, pool: ReadingPool, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer or ""
        issuer, names = Issuer(self.issuer), ClaimNames.of(settings)
        self._audience = settings.oidc_audience or settings.oidc_client_id or ""
        self._most_seconds = settings.oidc_most_token_seconds
        self._tokens = Tokens(issuer, listed(settings.oidc_algorithms))
        self._people = People(pool, self.issuer, names, Assurance.of(settings))
        self._flow = CodeFlow(issuer, self._tokens, names.roles, settings)

    async def viewer(self, token: str) -> Viewer:
        """Who a bearer token is about.

        Refusals: `UNAUTHENTICATED`, `FORBIDDEN`, `access/assurance`, `access/issuer-unavailable`.
        """
        token_with_claims = await self._tokens.verify(token, self._audience, most_seconds=self._most_seconds)
        return await self._people.viewer(token_with_claims.claims)

    async def start_sign_in(self, back_to: str) -> tuple[str, Proofs]:
        """Where to send a browser, and the proofs of this attempt. Refusals: `access/issuer-unavailable`."""
        return await self._flow.start(back_to)

    async def finish_sign_in(self, code: str, proofs: Proofs, back_to: str) -> tuple[Viewer, float]:
        """Who came back with a code, and when the ID token expires, in seconds of the epoch.

        Refusals: `access/sign-in-failed`, `FORBIDDEN`, `access/assurance`, `access/issuer-unavailable`.
        """
        claims = await self._flow.claims(code, proofs, back_to)
        return await self._people.viewer(claims), claims["exp"]
