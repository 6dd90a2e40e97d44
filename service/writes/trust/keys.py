"""API keys: made, listed and revoked. Only a key's fingerprint is stored; the key is shown once."""

import datetime as dt
import secrets
from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import Role
from schema.tables import ApiKeyRow, OrganisationRow
from service.viewer import Viewer, sha256
from service.writes.trust import audit

LONGEST_NAME = 100


class BadName(Exception):
    """A key's name stands beside every change made with it: 1 to 100 printable characters."""


class UnknownKey(Exception):
    """No key that is in force has this prefix."""


class UnknownOrganisation(Exception):
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

    Its role is held for an organisation and all its members; for every organisation without one. Refusals: `BadName`,
    `UnknownOrganisation`.
    """
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadName(f"{name[:40]!r} is not a name for a key: use 1 to {LONGEST_NAME} printable characters.")
    scope = None if organisation is None else await _id(session, organisation)
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


async def listed(session: AsyncSession) -> Sequence[tuple[ApiKeyRow, str | None]]:
    """All keys that were ever made, oldest first, each with the code of the organisation that it is for."""
    found = await session.exec(
        select(ApiKeyRow, OrganisationRow.code).outerjoin(OrganisationRow).order_by(col(ApiKeyRow.id))
    )
    return found.all()


async def _id(session: AsyncSession, code: str) -> int:
    found = (await session.exec(select(OrganisationRow.id).where(OrganisationRow.code == code))).first()
    if found is None:
        raise UnknownOrganisation(f"No organisation has the code {code[:40]!r}.")
    return found


async def revoke(session: AsyncSession, prefix: str, *, by: Viewer, at: dt.datetime) -> str:
    """Revoke the key that a prefix names; its holder's name comes back. Refusals: `UnknownKey`."""
    found = await session.exec(
        select(ApiKeyRow).where(ApiKeyRow.prefix == prefix, col(ApiKeyRow.revoked_at).is_(None)).with_for_update()
    )
    key = found.first()
    if key is None:
        raise UnknownKey(prefix)
    key.revoked_at = at
    session.add(key)
    await audit.record(session, "key.revoke", f"key {prefix}", by=by, at=at)
    return key.name
