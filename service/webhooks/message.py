"""An answer is signed and posted, as Standard Webhooks describes it.

Source: Standard Webhooks 1.0.0, standardwebhooks.com.
"""

import datetime as dt
from http import HTTPStatus

import httpx
from standardwebhooks import Webhook as Signer

from service.events.event import Place
from service.outbound import trusted
from service.webhooks.outbox import Webhook

SECONDS = 10.0


class NotTaken(Exception):
    """The address did not take a message; the text says why."""


class Gone(NotTaken):
    """The address says that it wants no message ever again: 410."""


def client() -> httpx.AsyncClient:
    """What posts messages. An answer that names another address is no delivery, so it is not followed."""
    return httpx.AsyncClient(
        timeout=SECONDS, follow_redirects=False, headers={"User-Agent": "primary-care-tracker"}, verify=trusted()
    )


async def post(posting: httpx.AsyncClient, webhook: Webhook, place: Place, body: bytes) -> None:
    """Post the answer to the event at a place. Its id is the same each time. Refusals: `NotTaken`, `Gone`."""
    identifier, at = f"msg_{webhook.id}_{place}", dt.datetime.now(dt.UTC)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(webhook.secret).sign(identifier, at, body.decode()),
    }
    try:
        # What the address says is of no interest, however long it is.
        async with posting.stream("POST", webhook.url, content=body, headers=headers) as answer:
            status = answer.status_code
    except httpx.TimeoutException as reason:
        raise NotTaken(f"The address did not answer within {SECONDS:.0f} seconds.") from reason
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as reason:
        raise NotTaken("The address cannot be reached.") from reason
    if status == HTTPStatus.GONE:
        raise Gone("The address answered 410: it wants no more messages.")
    if not 200 <= status < 300:
        raise NotTaken(f"The address answered {status}.")
