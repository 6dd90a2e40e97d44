"""A browser goes to the issuer and comes back with claims: the authorization code flow, with PKCE, state and nonce.

OpenID Connect Core 1.0, section 3.1; RFC 7636. Authlib writes the requests and checks the ID token's own claims.
"""

import logging
from dataclasses import dataclass
from typing import Any

from authlib.common.security import generate_token  # type: ignore[import-untyped]
from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc.errors import JoseError

from schema.errors import Refusal
from service.config import Settings
from service.identity.claims import Claims, at
from service.identity.exchange import json_object, send
from service.identity.issuer import Issuer, Published
from service.identity.tokens import SECONDS_OF_LEEWAY, Tokens

_log = logging.getLogger("tracker")

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


@dataclass(frozen=True)
class Proofs:
    """What ties a return to the start of its sign-in: state the browser, nonce the token, verifier the code."""

    state: str
    nonce: str
    verifier: str


class CodeFlow:
    """Signs browsers in with one issuer."""

    def __init__(self, issuer: Issuer, tokens: Tokens, roles: str, settings: Settings) -> None:
        self._issuer = issuer
        self._tokens = tokens
        self._roles = roles
        self._client = settings.oidc_client_id or ""
        self._secret = settings.oidc_client_secret or None
        self._scopes = settings.oidc_scopes
        self._classes = settings.oidc_acr_values or None

    async def start(self, back_to: str) -> tuple[str, Proofs]:
        """The address to send a browser to, and the proofs of this attempt. Refusals: `access/issuer-unavailable`."""
        published = await self._issuer.published()
        proofs = Proofs(generate_token(30), generate_token(30), generate_token(64))
        address: str = prepare_grant_uri(
            published.authorization_endpoint,
            client_id=self._client,
            response_type="code",
            redirect_uri=back_to,
            scope=self._scopes,
            acr_values=self._classes,
            state=proofs.state,
            nonce=proofs.nonce,
            code_challenge=create_s256_code_challenge(proofs.verifier),
            code_challenge_method="S256",
        )
        return address, proofs

    async def claims(self, code: str, proofs: Proofs, back_to: str) -> Claims:
        """The claims that a code stands for: of the ID token, and of UserInfo where the token has no roles.

        So roles and organisation always come from the same place: for CIS2 from UserInfo, for Entra ID from the token.
        Refusals: `access/sign-in-failed`, `access/issuer-unavailable`.
        """
        published = await self._issuer.published()
        tokens = await self._redeem(published, code, proofs.verifier, back_to)
        access_token = tokens.get("access_token")
        claims = await self._verify(tokens.get("id_token"), access_token, proofs.nonce)
        if at(claims, self._roles) is not None or not published.userinfo_endpoint or not isinstance(access_token, str):
            return claims
        return {**await _userinfo(published.userinfo_endpoint, access_token, claims["sub"]), **claims}

    async def _redeem(self, published: Published, code: str, verifier: str, back_to: str) -> dict[str, Any]:
        body = prepare_token_request("authorization_code", redirect_uri=back_to, code=code, code_verifier=verifier)
        authentication = ClientAuth(self._client, self._secret, _authentication(published, self._secret))
        headers = {"Content-Type": _FORM, "Accept": _JSON}
        address, headers, body = authentication.prepare("POST", published.token_endpoint, headers, body)
        response = await send("POST", address, headers=headers, content=body)
        tokens = json_object(response)
        if response.status_code != 200:
            # An error's name, such as invalid_client, shows an operator which setting is wrong; it is not a secret.
            _log.warning("issuer: a code is refused with status %d (%.40r)", response.status_code, tokens.get("error"))
            raise _failed("The sign-in service did not accept this sign-in. It may have expired.")
        return tokens

    async def _verify(self, id_token: Any, access_token: Any, nonce: str) -> Claims:
        if not isinstance(id_token, str):
            raise _failed("The sign-in service sent no ID token.")
        try:
            token = await self._tokens.verify(id_token, self._client)
            expected = {"nonce": nonce, "client_id": self._client, "access_token": access_token}
            CodeIDToken(token.claims, token.header, params=expected).validate(leeway=SECONDS_OF_LEEWAY)
        except Refusal as reason:
            if reason.code == "UNAUTHENTICATED":
                raise _failed(reason.message) from reason
            raise
        except (JoseError, TypeError, ValueError) as reason:
            raise _failed("The ID token belongs to another sign-in.") from reason
        return token.claims


def _authentication(published: Published, secret: str | None) -> str:
    """How the service proves to the issuer who it is: with its secret, in a way that the issuer accepts."""
    if secret is None:
        return "none"
    # Issuers differ in how they decode a secret in a header; in a form there is one way.
    return "client_secret_post" if "client_secret_post" in published.authentications else "client_secret_basic"


async def _userinfo(address: str, access_token: str, subject: str) -> Claims:
    response = await send("GET", address, headers={"Authorization": f"Bearer {access_token}", "Accept": _JSON})
    if response.status_code != 200:
        return {}  # no more claims: without roles, the person is refused because they have none
    claims = json_object(response)
    # OpenID Connect Core 1.0, section 5.3.2: otherwise another person's claims could be slipped in.
    if claims.get("sub") != subject:
        raise _failed("The sign-in service sent the details of two different accounts.")
    return claims


def _failed(sentence: str) -> Refusal:
    return Refusal("access/sign-in-failed", sentence)
