"""Filters as predicates: every operator answers yes or no, so `not` is exact and a null equals nothing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.service.reads.reference.tables import Row

# What a field of a row says: a value, a row, or a list of rows; of one with arguments, the last has them.
Say = Callable[..., Any]


def holds(row: Row, condition: dict[str, Any], says: Say) -> bool:
    """Whether all fields of a condition hold for a row."""
    return all(_field_holds(row, name, wanted, says) for name, wanted in condition.items())


def names(condition: Any, word: str) -> bool:
    """Whether a condition asks about a field of this name of the rows themselves."""
    if isinstance(condition, list):
        return any(names(one, word) for one in condition)
    within = ("and", "or", "not")
    return isinstance(condition, dict) and (word in condition or any(names(condition.get(one), word) for one in within))


def _field_holds(row: Row, name: str, wanted: Any, says: Say) -> bool:
    if name == "and":
        return all(holds(row, one, says) for one in wanted)
    if name == "or":
        return any(holds(row, one, says) for one in wanted)
    if name == "not":
        return not holds(row, wanted, says)
    if name == "comparison":
        found = says(row, "compared", {"with": wanted["with"]})
        rest = [(found, field, below) for field, below in wanted.items() if field != "with"]
        return found is not None and all(
            _operator_holds(each[field], operator, operand)
            for each, field, below in rest
            for operator, operand in below.items()
        )
    said = says(row, name)
    if set(wanted) <= _QUANTIFIERS.keys() and isinstance(said, list):
        return all(_QUANTIFIERS[each]([holds(one, below, says) for one in said]) for each, below in wanted.items())
    if isinstance(said, list):
        return any(holds(one, wanted, says) for one in said)
    if isinstance(said, dict):
        return holds(said, wanted, says)
    if said is None and _is_of_rows(name):
        return False
    if name == "postcode":
        said, wanted = _spaceless(said), {operator: _spaceless(operand) for operator, operand in wanted.items()}
    return all(_operator_holds(said, operator, operand) for operator, operand in wanted.items())


def _spaceless(value: Any) -> Any:
    """A postcode in one spelling, or several."""
    if isinstance(value, list):
        return [_spaceless(one) for one in value]
    return "".join(value.upper().split(" ")) if isinstance(value, str) else value


_QUANTIFIERS: dict[str, Callable[[list[bool]], bool]] = {
    "some": any,
    "none": lambda found: not any(found),
    "every": all,
}


def _is_of_rows(name: str) -> bool:
    """Whether a field reaches other rows: when it reaches none, nothing is true of them."""
    return name in {"primaryCareNetwork", "healthAndCarePartnership", "partOf", "listSize"}


def _operator_holds(value: Any, operator: str, operand: Any) -> bool:
    exact = [_exact(one) for one in operand] if isinstance(operand, list) else _exact(operand)
    if operator == "isNull":
        return bool((value is None) == operand)
    if operator in {"ne", "notIn"}:
        return bool(value != exact) if operator == "ne" else value not in exact
    if value is None:
        return False
    return bool(_POSITIVE[operator](value, exact))


def _exact(operand: Any) -> Any:
    """A number as the decimal that was written: 69.57, not the binary fraction nearest to it."""
    return Decimal(repr(operand)) if isinstance(operand, float) else operand


_POSITIVE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": lambda value, operand: value == operand,
    "in": lambda value, operand: value in operand,
    "lt": lambda value, operand: value < operand,
    "lte": lambda value, operand: value <= operand,
    "gt": lambda value, operand: value > operand,
    "gte": lambda value, operand: value >= operand,
    "contains": lambda value, operand: _plain(operand) in _plain(value),
    "startsWith": lambda value, operand: _plain(value).startswith(_plain(operand)),
}


def _plain(text: str) -> str:
    for apostrophe in "’‘ʼ`´":
        text = text.replace(apostrophe, "'")
    return text.lower()
