"""One request to the issuer becomes its answer, or a refusal. It has a time limit and follows no redirects."""

import asyncio
import logging
from typing import Any

import httpx

from schema.errors import Refusal
from service.outbound import trusted

_log = logging.getLogger("tracker")

# One person waits for this answer; so may everybody whose token names a key that we do not know yet.
SECONDS_TO_ANSWER = 5.0


async def send(
    method: str, address: str, *, headers: dict[str, str] | None = None, content: str | None = None
) -> httpx.Response:
    """The issuer's answer, whatever its status below 500. Refusals: `access/issuer-unavailable`."""
    try:
        async with (
            asyncio.timeout(SECONDS_TO_ANSWER),
            httpx.AsyncClient(timeout=SECONDS_TO_ANSWER, verify=trusted()) as client,
        ):
            response = await client.request(method, address, headers=headers, content=content)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as reason:
        raise unavailable(f"{address} does not answer ({type(reason).__name__})") from reason
    if response.status_code >= 500:
        raise unavailable(f"{address} answers with status {response.status_code}")
    return response


def json_object(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer. Refusals: `access/issuer-unavailable`."""
    try:
        content = response.json()
    except ValueError as reason:
        raise unavailable(f"{response.request.url} answers with something that is not JSON") from reason
    if not isinstance(content, dict):
        raise unavailable(f"{response.request.url} answers with JSON that is not an object")
    return content


def unavailable(detail: str) -> Refusal:
    """The refusal. The detail goes only to the log: it names addresses, never a token."""
    _log.warning("issuer: %s", detail)
    return Refusal(
        "access/issuer-unavailable", "We cannot check who you are, because the sign-in service is not answering."
    )
