"""The middleware of the gate, in the order in which a request passes it."""

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from service.config import Settings, listed
from service.gate.hosts import AllowedHosts
from service.gate.interruption import Interruption
from service.gate.rates import RateLimits
from service.gate.request_log import RequestLog
from service.gate.security_headers import SecurityHeaders


def middleware(settings: Settings) -> list[Middleware]:
    """The middleware for the settings: what is refused is logged and has all headers too."""
    hosts, origins = listed(settings.allowed_hosts), listed(settings.allowed_origins)
    passed = [
        Middleware(RequestLog),
        Middleware(SecurityHeaders),
        Middleware(Interruption),
        Middleware(RateLimits, bounds=settings),
    ]
    if hosts:
        passed.append(Middleware(AllowedHosts, hosts=hosts))
    if origins:
        # Lets the pages of other origins send requests: none, unless the settings name them.
        passed.append(
            Middleware(
                CORSMiddleware,
                allow_origins=origins,
                allow_methods=["GET", "POST"],
                allow_headers=["Authorization", "Content-Type", "If-None-Match", "Tracker-Version"],
                expose_headers=["ETag", "Server-Timing", "Tracker-Version", "X-Request-ID"],
            )
        )
    return passed
