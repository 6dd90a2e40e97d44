"""Whether two answers say the same: as JSON, in any order where none was asked for."""

from collections.abc import Iterator
from typing import Any

import orjson


def is_same(ours: Any, theirs: Any, *, is_ordered: bool) -> bool:
    """Whether both are answers without an error that say the same."""
    if not all(isinstance(each, dict) and each.get("data") and not each.get("errors") for each in (ours, theirs)):
        return False
    return bool(_canonical(ours["data"], is_ordered=is_ordered) == _canonical(theirs["data"], is_ordered=is_ordered))


def difference(ours: dict[str, Any], theirs: Any) -> str:
    """The first place at which two answers differ, for a person to look at."""
    if isinstance(theirs, dict) and theirs.get("errors"):
        return str(theirs["errors"][0].get("message", theirs["errors"][0]))
    if not isinstance(theirs, dict):
        return "no JSON object"
    one, other = (_canonical(each.get("data"), is_ordered=False) for each in (ours, theirs))
    found = _differences(one, other, "")
    return next(found, "the order")


def _canonical(value: Any, *, is_ordered: bool) -> Any:
    """An answer with its lists in an order of their own. A connection that has only nodes is the list of them."""
    if isinstance(value, dict):
        if value.keys() == {"nodes"}:
            return _canonical(value["nodes"], is_ordered=is_ordered)
        return {key: _canonical(each, is_ordered=is_ordered) for key, each in value.items()}
    if isinstance(value, list):
        each = [_canonical(each, is_ordered=is_ordered) for each in value]
        return each if is_ordered else sorted(each, key=_text)
    # JSON has one kind of number.
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _text(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _differences(ours: Any, theirs: Any, place: str) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            yield from _differences(ours.get(key), theirs.get(key), f"{place}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for at, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _differences(one, other, f"{place}[{at}]")
    elif ours != theirs:
        yield f"{place.removeprefix('.')}: {_short(ours)}, {_short(theirs)}"


def _short(value: Any) -> str:
    return f"a list of {len(value)}" if isinstance(value, list) else str(value)[:80]
