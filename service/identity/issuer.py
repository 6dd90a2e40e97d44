"""An issuer's address becomes what it publishes: where to sign in, and the keys that it signs with.

We keep it for an hour. We fetch it again sooner when a token names a key that is not in it, because issuers change
their keys without notice. Anybody can make up the name of a key, so we ask the issuer at most every ten seconds.
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
from service.identity.exchange import json_object, send, unavailable

_log = logging.getLogger("tracker")

SECONDS_BETWEEN = 10.0
SECONDS_FRESH = 3_600.0
# While the issuer does not answer, we use its last answer for a day. A key that it withdraws works for that long.
SECONDS_KEPT = 86_400.0


@dataclass(frozen=True)
class Published:
    """An issuer's metadata and keys at one moment."""

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
    """An issuer. Its address must be exactly the one in its metadata and its tokens."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._published: Published | None = None
        self._last_request = -math.inf
        self._turn = asyncio.Lock()

    async def published(self) -> Published:
        """What the issuer publishes. Refusals: `access/issuer-unavailable`."""
        known = self._published
        # While one request fetches it again, the others go on with what is known.
        if known is None or (known.age > SECONDS_FRESH and not self._turn.locked()):
            known = await self.renew(known)
        if known is None or known.age > SECONDS_KEPT:
            raise unavailable(f"nothing usable is known of {self.address}")
        return known

    async def renew(self, known: Published | None) -> Published | None:
        """What is published after `known`; `known` itself if the issuer was asked moments ago or does not answer."""
        async with self._turn:
            if self._published is known and time.monotonic() - self._last_request >= SECONDS_BETWEEN:
                self._last_request = time.monotonic()
                try:
                    self._published = await self._fetch()
                except Refusal:
                    return known  # the log says what was wrong
            return self._published

    async def _fetch(self) -> Published:
        metadata = await _document(self.address.rstrip("/") + "/.well-known/openid-configuration")
        # Otherwise whoever answers at that address could make us trust tokens of another issuer.
        if metadata.get("issuer") != self.address:
            raise unavailable(f"the metadata of {self.address} name another issuer")
        userinfo = metadata.get("userinfo_endpoint")
        supported = metadata.get("token_endpoint_auth_methods_supported")
        return Published(
            _address(metadata, "authorization_endpoint"),
            _address(metadata, "token_endpoint"),
            _address(metadata, "userinfo_endpoint") if userinfo else None,
            # OpenID Connect Discovery 1.0, section 3: the default when it is left out.
            frozenset(map(str, supported)) if isinstance(supported, list) else frozenset({"client_secret_basic"}),
            _keys(await _document(_address(metadata, "jwks_uri"))),
        )


async def _document(address: str) -> dict[str, Any]:
    response = await send("GET", address)
    if response.status_code != 200:
        raise unavailable(f"{address} answers with status {response.status_code}")
    return json_object(response)


def _address(metadata: dict[str, Any], name: str) -> str:
    address = metadata.get(name)
    if not isinstance(address, str) or not is_safe_address(address):
        raise unavailable(f"the metadata have no https address as {name}")
    return address


def _keys(published: dict[str, Any]) -> KeySet:
    """The keys that can check a signature. A key of an unknown kind is left out."""
    entries = published.get("keys")
    keys = [_key(each) for each in entries] if isinstance(entries, list) else []
    usable = [key for key in keys if key is not None]
    if not usable:
        raise unavailable("the issuer publishes no key that can be used")
    return KeySet(usable)


def _key(published: Any) -> Key | None:
    # A published symmetric key (`oct`) is not secret, so it proves nothing.
    if not isinstance(published, dict) or published.get("kty") not in {"RSA", "EC"}:
        return None
    try:
        return JWKRegistry.import_key(published) if published.get("use", "sig") == "sig" else None
    except (JoseError, TypeError, ValueError, KeyError) as reason:
        _log.warning("issuer: a key cannot be used (%s)", type(reason).__name__)
        return None
