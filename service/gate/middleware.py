"""The middleware of the gate, in the order in which a request passes it."""

from starlette.middleware import Middleware

from service.config import Settings, listed
from service.gate.cross_origin import CrossOrigin
from service.gate.hosts import AllowedHosts
from service.gate.interruption import Interruption
from service.gate.rates import RateLimits
from service.gate.request_log import RequestLog
from service.gate.security_headers import SecurityHeaders


def middleware(settings: Settings) -> list[Middleware]:
    """The middleware for the settings: what is refused is logged and has all headers too."""
    hosts = listed(settings.allowed_hosts)
    passed = [
        Middleware(RequestLog),
        Middleware(SecurityHeaders),
        # Before what refuses, so that pages of other origins can read why.
        Middleware(CrossOrigin, settings=settings),
        Middleware(Interruption),
        Middleware(RateLimits, bounds=settings),
    ]
    if hosts:
        passed.append(Middleware(AllowedHosts, hosts=hosts))
    return passed
