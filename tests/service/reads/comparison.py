"""Two answers are compared: values, the order of keys, and where a cursor leads."""

from typing import Any

from tests.service.reads.reference.approximate import Approximate
from tests.service.reads.reference.pages import Cursor


def difference(expected: Any, actual: Any, path: str = "data") -> str | None:
    """The first difference in words, or None."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        if list(expected) != list(actual):
            return f"{path}: keys {list(actual)} in the place of {list(expected)}"
        return _first(difference(expected[key], actual[key], f"{path}.{key}") for key in expected)
    if isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            return f"{path}: {len(actual)} items in the place of {len(expected)}"
        pairs = enumerate(zip(expected, actual, strict=True))
        return _first(difference(one, other, f"{path}[{at}]") for at, (one, other) in pairs)
    return None if _is_same(expected, actual) else f"{path}: {actual!r} in the place of {expected!r}"


def _is_same(expected: Any, actual: Any) -> bool:
    if isinstance(expected, Cursor):
        return expected.is_same_place_as(actual)
    if isinstance(expected, Approximate):
        return expected.is_about(actual)
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    return bool(expected == actual)


def _first(found: Any) -> str | None:
    return next((one for one in found if one is not None), None)
