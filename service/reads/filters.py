"""A filter becomes a condition. Its fields are looked up among the fields of the type that it filters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLInputField, GraphQLInputObjectType, get_named_type
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from schema.errors import Refusal
from schema.mapping import ROWS, SPACELESS, RelatedRows
from service.reads.arguments import Scalar, Tree
from service.reads.plan import node_type

# What a field of a type reaches, for the row of a filter: the rows, and the conditions that tie them to it. The last is
# the type of the row, where the field lists others: a list leaves the sandbox out.
Related = Callable[[Any, Any, FromClause, Any], tuple[FromClause, RelatedRows]]
# The value of a field of a type, for the row of a filter.
Value = Callable[[Any, FromClause], ColumnElement[Any]]
# The condition that a field has one of some values, where there is a better one than to compare its value.
Among = Callable[[Any, FromClause, Sequence[str]], ColumnElement[bool] | None]
# The rows that a function selects for the row of a filter, with the arguments that the filter has for it.
Rows = Callable[[Callable[[Any, Any], Select[Any]], FromClause, dict[str, Tree]], FromClause]
Bind = Callable[[Scalar], ColumnElement[Any]]

_COMPARISONS: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "eq": lambda value, operand: value == operand,
    "ne": lambda value, operand: value.is_distinct_from(operand),
    "lt": lambda value, operand: value < operand,
    "lte": lambda value, operand: value <= operand,
    "gt": lambda value, operand: value > operand,
    "gte": lambda value, operand: value >= operand,
    "contains": lambda value, operand: func.strpos(_plain(value), _plain(operand)) > literal_column("0"),
    "startsWith": lambda value, operand: func.starts_with(_plain(value), _plain(operand)),
}
# What a word processor makes of an apostrophe, and the apostrophe for each.
_APOSTROPHES: ColumnElement[str] = literal_column("'’‘ʼ`´'")
_STRAIGHT: ColumnElement[str] = literal_column("'" + "''" * 5 + "'")
_SPACE: ColumnElement[str] = literal_column("' '")
_NOTHING: ColumnElement[str] = literal_column("''")
# The operators that ask whether a value is one of some (true) or none of them.
_IS_ONE_OF = {"eq": True, "in": True, "ne": False, "notIn": False}
# What a filter can ask about a value.
OPERATORS = frozenset({*_COMPARISONS, "isNull", "in", "notIn"})


@dataclass(frozen=True)
class Filter:
    """Writes the conditions of one filter, with what it needs to know of the statement around it."""

    related: Related
    value: Value
    among: Among
    rows: Rows
    bind: Bind

    def condition(
        self, tree: Any, input_type: GraphQLInputObjectType, kind: Any, row: FromClause
    ) -> ColumnElement[bool]:
        """The condition that a filter puts on the rows of a type: all of its fields hold."""
        parts = [self._field(name, value, input_type, kind, row) for name, value in tree.items()]
        return and_(true(), *parts)

    def _field(
        self, name: str, tree: Tree, input_type: GraphQLInputObjectType, kind: Any, row: FromClause
    ) -> ColumnElement[bool]:
        if tree is None:
            raise Refusal("plan/null-operand", f"The filter's field {name!r} is null.")
        declared = input_type.fields[name]
        inner = get_named_type(declared.type)
        if name == "and" and isinstance(tree, list):
            return and_(true(), *(self.condition(item, inner, kind, row) for item in tree))
        if name == "or" and isinstance(tree, list):
            return or_(false(), *(self.condition(item, inner, kind, row) for item in tree))
        if name == "not":
            return self.condition(tree, inner, kind, row).is_not(true())
        if (selects := _declared(declared, ROWS)) is not None:
            return self._of_rows(tree, selects, row)
        definition = kind.fields[name]
        if "some" in inner.fields:
            return self._of_list(tree, inner, definition, kind, row)
        if "and" not in inner.fields:
            operators: Any = tree
            return and_(
                true(), *(self._operator(at, each, declared, definition, row) for at, each in operators.items())
            )
        return self._of_related(tree, inner, definition, row)

    def _of_related(
        self, tree: Any, inner: GraphQLInputObjectType, definition: Any, row: FromClause
    ) -> ColumnElement[bool]:
        """The condition that a row leads to one that a filter lets through."""
        check_compares_nothing(tree, inner)
        kind = get_named_type(definition.type)
        other, rows = self.related(definition, kind, row, None)
        wanted = self.condition(tree, inner, kind, other)
        if rows.refers is not None and self._names_one(tree, kind, other):
            # Found once for the statement, so that an index on the column that refers to it can be used.
            rest = (each for each in rows.where if each is not rows.refers)
            return rows.refers.right == select(other.c.id).where(*rest, wanted).scalar_subquery()
        return _exists(other, rows, wanted)

    def _of_list(
        self, tree: Any, quantifiers: GraphQLInputObjectType, definition: Any, kind: Any, row: FromClause
    ) -> ColumnElement[bool]:
        """The condition that some, none or every one of the rows that a row lists is as a filter says."""
        listed = get_named_type(definition.type)
        if "nodes" in listed.fields:
            listed = node_type(listed)
        parts = []
        for name, below in tree.items():
            if below is None:
                raise Refusal("plan/null-operand", f"The operand of {name!r} is null.")
            condition = get_named_type(quantifiers.fields[name].type)
            check_compares_nothing(below, condition)
            other, rows = self.related(definition, listed, row, kind)
            wanted = self.condition(below, condition, listed, other)
            found = _exists(other, rows, wanted.is_not(true()) if name == "every" else wanted)
            parts.append(found if name == "some" else not_(found))
        return and_(true(), *parts)

    def _of_rows(self, tree: Any, selects: Callable[[Any, Any], Select[Any]], row: FromClause) -> ColumnElement[bool]:
        """The condition that a function selects a row whose columns are as a filter says."""
        operators = {name: below for name, below in tree.items() if below is None or OPERATORS.issuperset(below)}
        arguments = {name: below for name, below in tree.items() if name not in operators}
        made = self.rows(selects, row, arguments)
        conditions = []
        for name, below in operators.items():
            if below is None or None in below.values():
                raise Refusal("plan/null-operand", f"The filter's field {name!r}, or an operand in it, is null.")
            conditions += [self._compared(at, operand, made.c[name]) for at, operand in below.items()]
        return exists(select(literal_column("1")).select_from(made).where(*conditions).correlate_except(made))

    def _names_one(self, tree: Any, kind: Any, row: FromClause) -> bool:
        """Whether a filter lets through one row at most: it has the value of a unique column."""
        values = (
            self.value(kind.fields[name], row)
            for name, asked in tree.items()
            if name in kind.fields and isinstance(asked, dict) and isinstance(asked.get("eq"), Scalar)
        )
        return any(getattr(column, "unique", False) for value in values for column in value.base_columns)

    def _operator(
        self, name: str, operand: Tree, declared: GraphQLInputField, definition: Any, row: FromClause
    ) -> ColumnElement[bool]:
        if operand is None:
            raise Refusal("plan/null-operand", f"The operand of {name!r} is null.")
        if name in _IS_ONE_OF and (constants := _constants(operand)) is not None:
            found = self.among(definition, row, constants)
            if found is not None:
                return found if _IS_ONE_OF[name] else found.is_not(true())
        value = self.value(definition, row)
        if _is_spaceless(declared):
            # As a cast: SQLAlchemy would turn a comparison of two functions round, and `any` has to come last.
            value = cast(func.upper(func.replace(value, _SPACE, _NOTHING)), Text)
            operand = _spaceless(operand)
        return self._compared(name, operand, value)

    def _compared(self, name: str, operand: Any, value: ColumnElement[Any]) -> ColumnElement[bool]:
        if name == "isNull":
            return value.is_(None) if operand else value.is_not(None)
        if name in {"in", "notIn"}:
            among = self._among(operand, value)
            return among if name == "in" else among.is_not(true())
        return _COMPARISONS[name](value, self._operand(operand))

    def _operand(self, operand: Tree) -> ColumnElement[Any]:
        return self.bind(operand) if isinstance(operand, Scalar) else literal(operand)

    def _among(self, operand: Tree, value: ColumnElement[Any]) -> ColumnElement[bool]:
        if isinstance(operand, list):
            return or_(false(), *(value == literal(item) for item in operand))
        return value == func.any(self._operand(operand))


def _plain(text: ColumnElement[Any]) -> ColumnElement[str]:
    """A text in small letters, with straight apostrophes."""
    return func.translate(func.lower(text), _APOSTROPHES, _STRAIGHT)


def check_compares_nothing(tree: Any, kind: GraphQLInputObjectType) -> None:
    """Refusals: `plan/too-many-to-compare`, where a filter below a row of another type compares figures."""
    if compares(tree, kind):
        message = "A filter can compare the figures of a list of figures, and none that other rows lead to."
        raise Refusal("plan/too-many-to-compare", message)


def compares(tree: Tree, input_type: GraphQLInputObjectType) -> bool:
    """Whether a filter selects rows for each row that it looks at, such as what a figure is compared with."""
    if isinstance(tree, list):
        return any(compares(item, input_type) for item in tree)
    return isinstance(tree, dict) and any(
        _declared(input_type.fields[name], ROWS) is not None or _below(compares, below, input_type, name)
        for name, below in tree.items()
    )


def without_comparing(tree: dict[str, Tree], input_type: GraphQLInputObjectType) -> dict[str, Any]:
    """A filter that lets through at least as much and selects no such rows: those are compared that it lets through."""
    kept: dict[str, Any] = {}
    for name, below in tree.items():
        if not compares({name: below}, input_type):
            kept[name] = below
        elif name == "and" and isinstance(below, list):
            kept[name] = [without_comparing(item, input_type) for item in below]
    return kept


def _below(
    says: Callable[[Tree, GraphQLInputObjectType], bool], tree: Tree, input_type: GraphQLInputObjectType, name: str
) -> bool:
    inner = get_named_type(input_type.fields[name].type)
    return isinstance(inner, GraphQLInputObjectType) and "eq" not in inner.fields and says(tree, inner)


def _is_spaceless(declared: GraphQLInputField) -> bool:
    return bool(_declared(declared, SPACELESS))


def _declared(declared: GraphQLInputField, what: str) -> Any:
    """What the field of a filter declares next to its sentence; None where it does not."""
    definition = declared.extensions.get("strawberry-definition")
    return None if definition is None else definition.metadata.get(what)


def _spaceless(operand: Tree) -> Tree:
    """An operand whose texts have no spaces, and capitals alone."""
    if not isinstance(operand, Scalar):
        return operand
    return Scalar(lambda binding: _without_spaces(operand.read(binding)), operand.type)


def _without_spaces(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_spaces(item) for item in value]
    return value.replace(" ", "").upper()


def _exists(other: FromClause, rows: RelatedRows, wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    within: Select[Any] = select(literal_column("1")).select_from(other, *rows.joined).where(*rows.where, wanted)
    return exists(within.correlate_except(other, *rows.joined))


def _constants(operand: Tree) -> list[str] | None:
    """The values of an enumeration in an operand; None where it has others."""
    values: list[Any] = operand if isinstance(operand, list) else [operand]
    return values if all(isinstance(each, str) for each in values) else None
