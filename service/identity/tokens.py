"""The text of a JSON Web Token becomes verified claims: signed by the issuer, for our audience, in force now."""

import time
from collections.abc import Collection

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, InvalidKeyIdError, JoseError, MissingClaimError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from schema.errors import Refusal
from service.config import ALGORITHMS
from service.identity.issuer import Issuer, Published

# How far the issuer's clock and ours may differ.
SECONDS_OF_LEEWAY = 60


class Tokens:
    """Checks the tokens of one issuer. Only the given algorithms are accepted, whatever the token itself names."""

    def __init__(self, issuer: Issuer, algorithms: Collection[str]) -> None:
        allowed = ALGORITHMS.intersection(algorithms)
        if not allowed:
            raise ValueError("no algorithm is allowed")  # the registry would take an empty list for its own defaults
        self._issuer = issuer
        # By RFC 7515, a header that we do not know is ignored, unless `crit` names it.
        self._registry = JWSRegistry(algorithms=sorted(allowed), strict_check_header=False)

    async def verify(self, token: str, audience: str, *, most_seconds: int | None = None) -> jwt.Token:
        """The token, header and claims. `most_seconds` is the longest life that a token may have.

        Refusals: `UNAUTHENTICATED`, `access/issuer-unavailable`.
        """
        published = await self._issuer.published()
        try:
            decoded = self._decode(token, published.keys)
        except InvalidKeyIdError:
            decoded = self._decode_with_new_keys(token, await self._issuer.renew(published) or published)
        self._check(decoded.claims, audience)
        # Somebody who finds a token can use it for as long. Turned round, so that no odd number passes.
        if most_seconds is not None and not decoded.claims["exp"] - decoded.claims["iat"] <= most_seconds:
            raise Refusal(
                "UNAUTHENTICATED",
                f"The token is valid for more than {most_seconds:,} seconds. Ask its issuer for a shorter one.",
            )
        return decoded

    def _decode_with_new_keys(self, token: str, published: Published) -> jwt.Token:
        try:
            return self._decode(token, published.keys)
        except InvalidKeyIdError as reason:
            raise Refusal(
                "UNAUTHENTICATED", "The token is signed with a key that its issuer does not publish."
            ) from reason

    def _decode(self, token: str, keys: KeySet) -> jwt.Token:
        try:
            return jwt.decode(token, keys, registry=self._registry)
        except InvalidKeyIdError:
            raise
        # The text can come from anybody: odd JSON makes the library raise more than its own errors.
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as reason:
            raise Refusal("UNAUTHENTICATED", "The token is malformed, or its signature is not valid.") from reason

    def _check(self, claims: jwt.Claims, audience: str) -> None:
        registry = jwt.JWTClaimsRegistry(
            now=int(time.time()),
            leeway=SECONDS_OF_LEEWAY,
            iss={"essential": True, "value": self._issuer.address},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            registry.validate(claims)
        except ExpiredTokenError as reason:
            raise Refusal("UNAUTHENTICATED", "The token has expired.") from reason
        except (InvalidClaimError, MissingClaimError) as reason:
            raise Refusal("UNAUTHENTICATED", f"The token's claim {reason.claim} is missing or wrong.") from reason
