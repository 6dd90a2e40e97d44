"""A place in an ordered list ⇄ an opaque string. A cursor says which order it is for, and is refused for another."""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, DateTime, Integer, Numeric, Text, cast, func
from sqlalchemy.types import TypeEngine

from schema.errors import Refusal
from service.reads import ids


def column(order: ColumnElement[str], keys: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    """The cursor of each row, in SQL: the order's name and the row's keys as text."""
    texts = (cast(key, Text) for key in keys)
    place = func.json_build_array(order, *texts)
    return ids.opaque(cast(place, Text))


def keys(cursor: str, order: str, kinds: Sequence[tuple[TypeEngine[Any], bool]]) -> list[Any]:
    """The keys in a cursor, each of its type and null only where the second of its pair says that it may be.

    Refusals: `plan/malformed-cursor`, for what was not given here or for another order."""
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(plain, list) or plain[0] != order or len(plain) != len(kinds) + 1:
            raise ValueError("it is for another order")
        return [_value(text, *kind) for text, kind in zip(plain[1:], kinds, strict=True)]
    except (binascii.Error, ValueError, IndexError, InvalidOperation, RecursionError, OverflowError) as reason:
        raise Refusal(
            "plan/malformed-cursor", f"{cursor[:60]!r} is not a cursor of this list in this order."
        ) from reason


def _value(text: Any, kind: TypeEngine[Any], is_nullable: bool) -> Any:
    if text is None and is_nullable:
        return None
    if not isinstance(text, str) or "\x00" in text:
        raise ValueError("a key is text")
    if isinstance(kind, Date):
        return dt.date.fromisoformat(text)
    if isinstance(kind, DateTime):
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("an instant has a time zone")
        return moment
    if isinstance(kind, Numeric):
        number = Decimal(text)
        if not number.is_finite():
            raise ValueError("a number is finite")
        return number
    if isinstance(kind, BigInteger | Integer):
        whole = int(text)
        if abs(whole) >= 2**63:
            raise ValueError("a key fits its column")
        return whole
    return text
