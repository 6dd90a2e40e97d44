"""Lets the pages of other origins send requests, and says which setting to change when one may not.

A browser asks first, by a preflight, and shows its answer to nobody but the people who look at its network log. So the
refusal is in the service's own log too, by its code.
"""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from schema.errors import Refusal
from service.config import ANY, Settings, listed
from service.gate.refusals import refused
from service.noted import note

METHODS = ("GET", "POST")
# What the service reads itself.
_READ = ("Authorization", "Content-Type", "If-None-Match", "Last-Event-ID", "Tracker-Version", "X-Request-ID")
# What clients and the tools that trace them add by themselves. The service takes a trace from `traceparent` alone.
_OF_CLIENTS = (
    "Cache-Control",
    "Pragma",
    "X-Requested-With",
    "apollographql-client-name",
    "apollographql-client-version",
    "apollo-require-preflight",
    "graphql-client-name",
    "graphql-client-version",
    "graphql-preflight",
    "x-apollo-operation-name",
    "x-graphql-client-name",
    "x-graphql-client-version",
)
_OF_TRACING = (
    "traceparent",
    "tracestate",
    "baggage",
    "b3",
    "X-B3-TraceId",
    "X-B3-SpanId",
    "X-B3-ParentSpanId",
    "X-B3-Sampled",
    "X-B3-Flags",
    "uber-trace-id",
    "X-Amzn-Trace-Id",
    "X-Cloud-Trace-Context",
    "sentry-trace",
    "Request-Id",
    "Request-Context",
    "X-Correlation-ID",
    "x-datadog-origin",
    "x-datadog-parent-id",
    "x-datadog-sampling-priority",
    "x-datadog-trace-id",
)
ALLOWED = (*_READ, *_OF_CLIENTS, *_OF_TRACING)
EXPOSED = (
    "Content-Disposition",
    "ETag",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Server-Timing",
    "Tracker-Version",
    "X-Request-ID",
)
# No browser keeps the answer to a preflight for longer.
SECONDS_KEPT = 7_200
_LONGEST_QUOTED = 100


class CrossOrigin(CORSMiddleware):
    """Allows the origins and headers in the settings.

    A page of a named origin may send the cookie of whoever is signed in, and ask a service in a private network. Where
    any origin is allowed, none of them may.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        are_known = ANY not in settings.origins
        super().__init__(
            app,
            allow_origins=settings.origins,
            allow_methods=METHODS,
            allow_headers=[*ALLOWED, *listed(settings.allowed_headers)],
            allow_credentials=are_known,
            allow_private_network=are_known,
            expose_headers=EXPOSED,
            max_age=SECONDS_KEPT,
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        """The answer to a preflight. Refusals: `request/cross-origin`, which names the setting."""
        response = super().preflight_response(request_headers)
        if response.status_code == 200:
            return response
        reason = Refusal("request/cross-origin", self._lack(request_headers))
        note(code=reason.code)
        refusal = refused(reason)
        refusal.headers["Vary"] = response.headers["Vary"]
        return refusal

    async def simple_response(self, scope: Scope, receive: Receive, send: Send, request_headers: Headers) -> None:
        """Pass a request on; where no origin is allowed, nothing depends on it."""
        if self.allow_origins:
            await super().simple_response(scope, receive, send, request_headers)
        else:
            await self.app(scope, receive, send)

    def _lack(self, asked: Headers) -> str:
        """What a preflight lacks, in a sentence."""
        origin = asked["origin"]
        if not self.is_allowed_origin(origin):
            state = "does not name it" if self.allow_origins else "is not set"
            quoted = origin[:_LONGEST_QUOTED]
            return f"Pages of {quoted} cannot send requests here: TRACKER_ALLOWED_ORIGINS {state}."
        names = [name.strip() for name in asked.get("access-control-request-headers", "").split(",")]
        for name in names if not self.allow_all_headers else ():
            if name.lower() not in self.allow_headers:
                quoted = name[:_LONGEST_QUOTED]
                return f"Pages of other origins cannot send the header {quoted!r}: TRACKER_ALLOWED_HEADERS lacks it."
        if asked["access-control-request-method"] not in self.allow_methods:
            return f"Pages of other origins can use {' and '.join(METHODS)} only."
        return "TRACKER_ALLOWED_ORIGINS is *, so public pages cannot send requests into a private network."
