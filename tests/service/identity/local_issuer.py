"""An OpenID Connect issuer for the tests, on a real socket: it checks what a careful issuer checks."""

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "tracker-client", "the client's secret"
RSA = [RSAKey.generate_key(2048, {"kid": name}) for name in ("first", "second", "stranger")]
EC = ECKey.generate_key("P-256", {"kid": "curve"})


class LocalIssuer:
    """Signs everybody in at once, as the person in `person`."""

    def __init__(self, origin: str) -> None:
        self.address = f"{origin}/tenant/v2.0"
        self.reset()

    def reset(self) -> None:
        self.keys: list[RSAKey | ECKey] = [RSA[0]]
        self.metadata: dict[str, Any] = {}
        self.person: dict[str, Any] = {"sub": "ada", "name": "Ada Lovelace", "roles": ["Approve"], "ods": "QKS"}
        self.userinfo: dict[str, Any] | None = None
        self.spoilt: dict[str, Any] = {}
        self.is_down = False
        self.requests: Counter[str] = Counter()
        self.codes: dict[str, dict[str, str]] = {}

    def token(
        self,
        key: RSAKey | ECKey | None = None,
        alg: str = "RS256",
        headers: Mapping[str, str] | None = None,
        **claims: Any,
    ) -> str:
        """A token for the service, about the person, with headers and claims of the test's; None leaves one out."""
        now = int(time.time())
        all_claims = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            **self.person,
            **claims,
        }
        key = key or self.keys[0]
        kept = {name: value for name, value in all_claims.items() if value is not None}
        registry = JWSRegistry(algorithms=[alg], strict_check_header=False)
        return jwt.encode({"alg": alg, "kid": key.kid, **(headers or {})}, kept, key, registry=registry)

    @property
    def authentications(self) -> list[str]:
        """How the service may prove who it is: as the metadata say, or by the standard's default."""
        published: list[str] | None = self.metadata.get("token_endpoint_auth_methods_supported", ["client_secret_post"])
        return published or ["client_secret_basic"]

    async def discovery(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
                "userinfo_endpoint": f"{self.address}/userinfo",
                "token_endpoint_auth_methods_supported": self.authentications,
                **self.metadata,
            }
        )

    async def jwks(self, _: Request) -> Response:
        return JSONResponse({"keys": [key.as_dict(private=False, use="sig") for key in self.keys]})

    async def authorize(self, request: Request) -> Response:
        parameters = dict(request.query_params)
        if parameters.get("code_challenge_method") != "S256" or not parameters.get("code_challenge"):
            return JSONResponse({"error": "invalid_request"}, 400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = parameters
        back = urlencode({"code": code, "state": parameters["state"]})
        return RedirectResponse(f"{parameters['redirect_uri']}?{back}", 303)

    async def redeem(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        basic = f"Basic {base64.b64encode(f'{CLIENT}:{SECRET}'.encode()).decode()}"
        proofs = {"client_secret_post": (CLIENT, SECRET, None), "client_secret_basic": (None, None, basic)}
        known = [proofs[name] for name in self.authentications if name in proofs]
        if (form.get("client_id"), form.get("client_secret"), request.headers.get("authorization")) not in known:
            return JSONResponse({"error": "invalid_client"}, 401)
        parameters = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        expected = parameters and (parameters["code_challenge"], parameters["redirect_uri"])
        if not parameters or (challenge, form["redirect_uri"]) != expected:
            return JSONResponse({"error": "invalid_grant"}, 400)
        id_token = self.token(**{"nonce": parameters["nonce"], **self.spoilt})
        return JSONResponse({"token_type": "Bearer", "access_token": "opaque", "id_token": id_token})

    async def more(self, request: Request) -> Response:
        if self.userinfo is None or request.headers.get("authorization") != "Bearer opaque":
            return JSONResponse({"error": "invalid_token"}, 401)
        return JSONResponse(self.userinfo)

    def app(self) -> Starlette:
        routes = {
            "/.well-known/openid-configuration": (self.discovery, "GET"),
            "/keys": (self.jwks, "GET"),
            "/authorize": (self.authorize, "GET"),
            "/token": (self.redeem, "POST"),
            "/userinfo": (self.more, "GET"),
        }
        return Starlette(
            routes=[
                Route(f"/tenant/v2.0{path}", self._counted(path, answer), methods=[method])
                for path, (answer, method) in routes.items()
            ]
        )

    def _counted(self, path: str, answer: Any) -> Any:
        async def counted(request: Request) -> Response:
            self.requests[path] += 1
            response: Response = Response(status_code=503) if self.is_down else await answer(request)
            return response

        return counted


@contextmanager
def running() -> Iterator[LocalIssuer]:
    """An issuer that listens for the block."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        issuer = LocalIssuer(f"http://127.0.0.1:{bound.getsockname()[1]}")
        # Python's own loop: another one may wait for ever to be closed, and the tests with it.
        configuration = uvicorn.Config(issuer.app(), lifespan="off", log_level="warning", ws="none", loop="asyncio")
        server = uvicorn.Server(configuration)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield issuer
        server.should_exit = True
        thread.join(30)
