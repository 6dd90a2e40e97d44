"""What an issuer publishes, found from its address alone: where to sign in, and the keys that it signs with.

It is kept for an hour and fetched anew sooner when a token names a key that it lacks, since issuers change their keys
without notice. Anybody can make up a key's name, so the issuer is asked at most once in some seconds, whatever comes.
"""

import asyncio
import logging
import math
import time
from dataclasses import dataclass, field
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from schema.errors import Refusal
from service.config import is_safe_address
from service.identity.exchange import answered, json_object, unavailable

_log = logging.getLogger("tracker")

SECONDS_BETWEEN = 10.0
SECONDS_FRESH = 3_600.0
# While the issuer does not answer, its last word holds for a day; so long a key that it withdraws would be believed.
SECONDS_KEPT = 86_400.0


@dataclass(frozen=True)
class Published:
    """An issuer's metadata and keys, as they were at one moment."""

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str | None
    authentications: frozenset[str]
    keys: KeySet
    since: float = field(default_factory=time.monotonic)

    @property
    def age(self) -> float:
        """Seconds since it was fetched."""
        return time.monotonic() - self.since


class Issuer:
    """An issuer by its address, which has to be exactly what its metadata and its tokens call it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._published: Published | None = None
        self._asked = -math.inf
        self._turn = asyncio.Lock()

    async def published(self) -> Published:
        """What the issuer publishes. Refusals: `access/issuer-unavailable`."""
        known = self._published
        # While one request asks anew, the others go on with what is known.
        if known is None or (known.age > SECONDS_FRESH and not self._turn.locked()):
            known = await self.renewed(known)
        if known is None or known.age > SECONDS_KEPT:
            raise unavailable(f"nothing usable is known of {self.address}")
        return known

    async def renewed(self, known: Published | None) -> Published | None:
        """What is published after `known`; `known` itself when the issuer was asked a moment ago or does not answer."""
        async with self._turn:
            if self._published is known and time.monotonic() - self._asked >= SECONDS_BETWEEN:
                self._asked = time.monotonic()
                try:
                    self._published = await self._fetched()
                except Refusal:
                    return known  # what was wrong is in the log
            return self._published

    async def _fetched(self) -> Published:
        found = await _document(self.address.rstrip("/") + "/.well-known/openid-configuration")
        # Else whoever answers at that address could have tokens of another issuer believed.
        if found.get("issuer") != self.address:
            raise unavailable(f"the metadata of {self.address} are those of another issuer")
        userinfo = found.get("userinfo_endpoint")
        supported = found.get("token_endpoint_auth_methods_supported")
        return Published(
            _address(found, "authorization_endpoint"),
            _address(found, "token_endpoint"),
            _address(found, "userinfo_endpoint") if userinfo else None,
            # OpenID Connect Discovery 1.0, section 3: what is meant when the member is left out.
            frozenset(map(str, supported)) if isinstance(supported, list) else frozenset({"client_secret_basic"}),
            _keys(await _document(_address(found, "jwks_uri"))),
        )


async def _document(address: str) -> dict[str, Any]:
    response = await answered("GET", address)
    if response.status_code != 200:
        raise unavailable(f"{address} answers with status {response.status_code}")
    return json_object(response)


def _address(metadata: dict[str, Any], name: str) -> str:
    address = metadata.get(name)
    if not isinstance(address, str) or not is_safe_address(address):
        raise unavailable(f"the metadata have no https address as {name}")
    return address


def _keys(published: dict[str, Any]) -> KeySet:
    """The keys that can check a signature. One of a kind that is unknown here does not spoil the rest."""
    listed = published.get("keys")
    keys = [_key(each) for each in listed] if isinstance(listed, list) else []
    usable = [key for key in keys if key is not None]
    if not usable:
        raise unavailable("the issuer publishes no key that can be used")
    return KeySet(usable)


def _key(published: Any) -> Key | None:
    # A symmetric key (`oct`) that is published is no secret, so it proves nothing.
    if not isinstance(published, dict) or published.get("kty") not in {"RSA", "EC"}:
        return None
    try:
        return JWKRegistry.import_key(published) if published.get("use", "sig") == "sig" else None
    except (JoseError, TypeError, ValueError, KeyError) as reason:
        _log.warning("issuer: a key cannot be used (%s)", type(reason).__name__)
        return None
