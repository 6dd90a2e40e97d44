"""The codes of refusals as an enumeration, so that a client can import them."""

from enum import StrEnum
from typing import Any

from schema.described import described
from schema.errors import REMEDIES, name_of

_make: Any = StrEnum
ErrorCode: Any = _make("ErrorCode", [(name_of(code), name_of(code)) for code in REMEDIES])
ErrorCode.__doc__ = (
    "Why a request is refused: what `extensions.errorCode` of each error is. `extensions.code` says it too."
)
described(**{name_of(code): f"`{code}`. {remedy}" for code, remedy in REMEDIES.items()})(ErrorCode)
