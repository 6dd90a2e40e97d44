"""Pages with a script of ours, which improves what works without it: the policy that lets browsers run it."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

# Scripts only of our own address, and none in the page; they ask no other address.
_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
Endpoint = Callable[[Request], Awaitable[Response]]


def with_script(endpoint: Endpoint) -> Endpoint:
    """The same page, which may run the script that its view names as `script`."""

    async def answer(request: Request) -> Response:
        response = await endpoint(request)
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    return answer
