"""Webhooks: added, listed, ended and resumed. Each is recorded in the audit, without its secret."""

import base64
import datetime as dt
import secrets
from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import AuditHeadRow, OrganisationRow, WebhookRow
from service.config import is_safe_address
from service.events.event import LAST
from service.mistakes import Mistake
from service.viewer import Viewer
from service.writes.trust import audit, keys


class BadWebhook(Mistake):
    """A webhook cannot be added as it is given; the text says why."""


class UnknownWebhook(Mistake):
    """No webhook has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No webhook has the name {name[:40]!r}. See `tracker webhooks list`.")


async def add(
    session: AsyncSession,
    name: str,
    url: str,
    *,
    document: str,
    variables: str,
    organisation: str | None,
    by: Viewer,
    at: dt.datetime,
) -> str:
    """Send the events of a subscription to an address from now on; the secret that signs them, `whsec_…`.

    With an organisation: those of it and its members. Refusals: `BadWebhook`, `BadName`, `UnknownOrganisation`.
    """
    name = keys.usable_name(name)
    if not is_safe_address(url):
        raise BadWebhook("The address must begin with https://, or name this machine.")
    if (await session.exec(select(WebhookRow).where(WebhookRow.name == name))).first() is not None:
        raise BadWebhook(f"There is a webhook named {name[:40]!r} already. Choose another name.")
    scope = None if organisation is None else await keys.organisation_id(session, organisation)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    session.add(
        WebhookRow(
            name=name,
            url=url,
            secret=secret,
            document=document,
            variables=variables,
            organisation_id=scope,
            created_at=at,
            position=await _head(session),
            number=LAST,
            next_attempt_at=at,
        )
    )
    detail = {"url": url, "organisation": organisation}
    await audit.record(session, "webhook.add", f"webhook {name}", by=by, at=at, detail=detail)
    return secret


async def list_webhooks(session: AsyncSession) -> Sequence[tuple[WebhookRow, str | None]]:
    """All webhooks by their names, each with the code of the organisation whose events it gets."""
    rows = await session.exec(
        select(WebhookRow, OrganisationRow.code).outerjoin(OrganisationRow).order_by(col(WebhookRow.name))
    )
    return rows.all()


async def end(session: AsyncSession, name: str, *, by: Viewer, at: dt.datetime) -> None:
    """Send nothing more to a webhook. Refusals: `UnknownWebhook`."""
    row = await _named(session, name)
    if row.ended_at is None:
        row.ended_at = at
        await audit.record(session, "webhook.end", f"webhook {name}", by=by, at=at)


async def resume(session: AsyncSession, name: str, *, only_new: bool, by: Viewer, at: dt.datetime) -> None:
    """Send to a webhook again, at once: first what it has missed, or `only_new`. Refusals: `UnknownWebhook`."""
    row = await _named(session, name)
    row.ended_at = row.failing_since = row.problem = None
    row.failures, row.next_attempt_at = 0, at
    if only_new:
        row.position, row.number = await _head(session), LAST
    await audit.record(session, "webhook.resume", f"webhook {name}", by=by, at=at, detail={"onlyNew": only_new})


async def _named(session: AsyncSession, name: str) -> WebhookRow:
    row = (await session.exec(select(WebhookRow).where(WebhookRow.name == name).with_for_update())).first()
    if row is None:
        raise UnknownWebhook(name)
    session.add(row)
    return row


async def _head(session: AsyncSession) -> int:
    return (await session.exec(select(AuditHeadRow.position))).one()
