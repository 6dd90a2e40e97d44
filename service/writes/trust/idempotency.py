"""The same request with the same key has one effect and one answer, whoever repeats it and however often."""

import datetime as dt
import hashlib
from typing import Any

import orjson
from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import IdempotentAnswerRow
from service.viewer import Viewer


class KeyReused(Exception):
    """The key was used for another request."""


async def earlier_answer(session: AsyncSession, key: str, request: object, *, by: Viewer) -> dict[str, Any] | None:
    """The answer that this actor had for this request and key; None when it is new.

    Locks the key until the transaction ends: of two equal requests at once, the second finds the answer of the first.
    Refusals: `KeyReused`.
    """
    await session.exec(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{by.identity}\n{key}", 0))))
    row = await session.get(IdempotentAnswerRow, (by.identity, key))
    if row is None:
        return None
    if row.request != fingerprint(request):
        raise KeyReused
    return row.answer


def remember(session: AsyncSession, key: str, request: object, answer: dict[str, Any], *, by: Viewer) -> None:
    """Keep the answer of a request, with the rest of the session."""
    session.add(
        IdempotentAnswerRow(
            actor=by.identity, key=key, request=fingerprint(request), answer=answer, at=dt.datetime.now(dt.UTC)
        )
    )


def fingerprint(request: object) -> str:
    """The SHA-256 of a request, whatever the order of its fields."""
    return hashlib.sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()
