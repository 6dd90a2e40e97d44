"""API keys: made, listed and revoked. Only a key's fingerprint is stored; the key is shown once."""

import datetime as dt
import secrets
from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import Role
from schema.tables import ApiKeyRow, OrganisationRow
from service.mistakes import Mistake
from service.viewer import Viewer, sha256
from service.writes.trust import audit

LONGEST_NAME = 100


class BadName(Mistake):
    """The name of somebody is recorded with every change that they make: 1 to 100 printable characters."""


class UnknownKey(Exception):
    """No active key has this prefix."""


class UnknownOrganisation(Mistake):
    """No organisation has this code."""


async def create(
    session: AsyncSession,
    name: str,
    role: Role,
    *,
    organisation: str | None = None,
    expires_at: dt.datetime | None,
    by: Viewer,
    at: dt.datetime,
) -> str:
    """A new key, as its holder sends it: `kmt_`, eight hex digits that name it, and 32 random bytes.

    Its role is for an organisation and all its members, or for every organisation. Refusals: `BadName`,
    `UnknownOrganisation`.
    """
    name = usable_name(name)
    scope = None if organisation is None else await organisation_id(session, organisation)
    prefix = secrets.token_hex(4)
    key = f"kmt_{prefix}_{secrets.token_urlsafe(32)}"
    session.add(
        ApiKeyRow(
            name=name,
            role=role,
            organisation_id=scope,
            prefix=prefix,
            secret_sha256=sha256(key),
            created_at=at,
            expires_at=expires_at,
        )
    )
    detail = {"name": name, "role": role, "organisation": organisation}
    await audit.record(session, "key.create", f"key {prefix}", by=by, at=at, detail=detail)
    return key


def usable_name(name: str) -> str:
    """The name of somebody, without spaces around it. Refusals: `BadName`."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadName(f"{name[:40]!r} cannot be a name. Use 1 to {LONGEST_NAME} printable characters.")
    return name


async def list_keys(session: AsyncSession) -> Sequence[tuple[ApiKeyRow, str | None]]:
    """All keys that were ever made, oldest first, each with the code of the organisation that it is for."""
    rows = await session.exec(
        select(ApiKeyRow, OrganisationRow.code).outerjoin(OrganisationRow).order_by(col(ApiKeyRow.id))
    )
    return rows.all()


async def organisation_id(session: AsyncSession, code: str) -> int:
    """The key of the organisation with a code. Refusals: `UnknownOrganisation`."""
    key = (await session.exec(select(OrganisationRow.id).where(OrganisationRow.code == code))).first()
    if key is None:
        raise UnknownOrganisation(f"No organisation has the code {code[:40]!r}.")
    return key


async def revoke(session: AsyncSession, prefix: str, *, by: Viewer, at: dt.datetime) -> str:
    """Revoke the key that a prefix names; its holder's name comes back. Refusals: `UnknownKey`."""
    rows = await session.exec(
        select(ApiKeyRow).where(ApiKeyRow.prefix == prefix, col(ApiKeyRow.revoked_at).is_(None)).with_for_update()
    )
    key = rows.first()
    if key is None:
        raise UnknownKey(prefix)
    key.revoked_at = at
    session.add(key)
    await audit.record(session, "key.revoke", f"key {prefix}", by=by, at=at)
    return key.name
