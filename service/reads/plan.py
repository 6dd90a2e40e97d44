"""A document becomes a plan: what is wanted of which rows, under which key.

Fragments, aliases, @skip and @include are resolved here, for one shape of the variables; nothing of the SQL is known
yet. An interface's selection becomes one branch where every type is asked the same, and else a branch for each type.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
)

from schema import mapping
from schema.errors import Refusal
from service.reads.arguments import Binding, Tree, parts, trees
from service.reads.codes import Given, given
from service.reads.moments import NOW, Ids, Moment
from service.reads.places import NOWHERE, Place

# A document of a few hundred bytes can unfold, by fragments in fragments, into millions of fields.
MOST_ITEMS = 5_000
DEEPEST = 24
# PostgreSQL makes rows of at most 1,664 columns.
MOST_KEYS = 1_600


@dataclass(frozen=True)
class Field:
    """A field of the document: the key of its answer, its name in Python, its mapping and its arguments."""

    key: str
    name: str
    mapping: mapping.Mapping | None
    arguments: dict[str, Tree]
    type: Any
    input_types: Mapping[str, Any]
    # When what it leads to is from. It is among the arguments.
    moment: Moment = NOW
    place: Place = NOWHERE
    # Where the document asks for it.
    nodes: Sequence[FieldNode] = ()


@dataclass(frozen=True)
class Leaf:
    """A scalar or an enumeration, or a list of them."""

    field: Field
    scalar: str


@dataclass(frozen=True)
class Typename:
    """The name of the row's own type."""

    key: str


@dataclass(frozen=True)
class Linked:
    """The object, or the list of objects, that a field leads to."""

    field: Field
    wanted: "Wanted"
    many: bool


@dataclass(frozen=True)
class Named:
    """The row, or the list of rows, that ids name: what is wanted of those of each moment."""

    field: Field
    ids: Ids
    wanted: tuple[tuple[Moment, "Wanted"], ...]
    many: bool


@dataclass(frozen=True)
class Paged:
    """A connection. `parts` are its fields in order, by key."""

    field: Field
    node: Any
    parts: tuple["Part", ...]


@dataclass(frozen=True)
class Part:
    """One field of a connection, of an edge or of a page's info; `name` is its name in the schema."""

    key: str
    name: str
    wanted: "Wanted | None" = None
    parts: tuple["Part", ...] = ()
    type_name: str = ""


# Types, and the fields that are asked of each, by key.
Asked = Sequence[tuple[GraphQLObjectType | GraphQLInterfaceType, Mapping[str, list[FieldNode]]]]
Item = Leaf | Typename | Linked | Named | Paged


@dataclass(frozen=True)
class Wanted:
    """What is wanted of the rows of a type: the same of each row, or for each concrete type its own."""

    type: GraphQLObjectType | GraphQLInterfaceType
    branches: tuple[tuple[Any, tuple[Item, ...]], ...]
    concrete: tuple[GraphQLObjectType, ...]

    @property
    def is_alike(self) -> bool:
        """Whether every row is asked the same."""
        return len(self.branches) == 1 and self.branches[0][0] is self.type


def picked(wanted: Wanted) -> Iterator[tuple[mapping.Picked | mapping.ById, Wanted]]:
    """What is asked of the rows that an object of a computation names, at any depth, in the order of the document."""
    for item in (one for _, items in wanted.branches for one in items):
        if isinstance(item, Linked) and isinstance(item.field.mapping, mapping.Picked | mapping.ById):
            yield item.field.mapping, item.wanted
        elif isinstance(item, Linked):
            yield from picked(item.wanted)


def type_names(root: Wanted) -> dict[str, str] | None:
    """The answer of a root, by key, where nothing but the name of its type is wanted; else None."""
    ((kind, items),) = root.branches
    names = {item.key: kind.name for item in items if isinstance(item, Typename)}
    return names if len(names) == len(items) else None


class Planner:
    """Walks one operation. It is used once: it counts what it has unfolded."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, Any]
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables
        self._items = 0
        self._known: dict[tuple[Any, ...], Asked] = {}
        # Where the document gives codes of what there is.
        self.codes: list[Given] = []

    def wanted(
        self,
        kind: GraphQLObjectType | GraphQLInterfaceType,
        selections: Iterable[SelectionSetNode],
        depth: int = 0,
        moment: Moment = NOW,
        place: Place = NOWHERE,
    ) -> Wanted:
        """What selection sets ask of the rows of a type, as of a moment and at a place of the document."""
        if depth > DEEPEST:
            raise Refusal("document/too-deep", f"The document is more than {DEEPEST} levels deep.")
        concrete = (kind,) if isinstance(kind, GraphQLObjectType) else tuple(self._schema.get_possible_types(kind))
        asked = self._asked(kind, concrete, list(selections))
        branches = tuple((one, self._items_of(one, fields, depth, moment, place)) for one, fields in asked)
        return Wanted(kind, branches, concrete)

    def _asked(
        self,
        kind: GraphQLObjectType | GraphQLInterfaceType,
        concrete: Sequence[GraphQLObjectType],
        selections: Sequence[SelectionSetNode],
    ) -> Asked:
        """The fields that are asked of every concrete type alike, or of each.

        Fragments that unfold ask the same thousands of times. It is found once.
        """
        key = (kind.name, *map(id, selections))
        if key not in self._known:
            fields_of = [(one, self.fields(one, selections)) for one in concrete]
            first = fields_of[0][1]
            is_alike = all(_same(first, fields) for _, fields in fields_of[1:])
            self._known[key] = [(kind, first)] if is_alike else fields_of
        return self._known[key]

    def fields(self, kind: GraphQLObjectType, selections: Iterable[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """The fields that selection sets ask of a concrete type, by key, in the order of the specification."""
        by_key: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()
        for selection_set in selections:
            self._collect(kind, selection_set, by_key, visited)
        return by_key

    def _collect(
        self,
        kind: GraphQLObjectType,
        selection_set: SelectionSetNode,
        by_key: dict[str, list[FieldNode]],
        visited: set[str],
    ) -> None:
        for selection in selection_set.selections:
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                key = selection.alias.value if selection.alias else selection.name.value
                by_key.setdefault(key, []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                if self._applies(selection, kind):
                    self._collect(kind, selection.selection_set, by_key, visited)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in visited:
                visited.add(selection.name.value)
                fragment = self._fragments[selection.name.value]
                if self._applies(fragment, kind):
                    self._collect(kind, fragment.selection_set, by_key, visited)

    def _is_included(self, node: Any) -> bool:
        for directive in node.directives or ():
            if directive.name.value in {"skip", "include"}:
                condition = directive.arguments[0].value
                holds = (
                    self._variables[condition.name.value] if isinstance(condition, VariableNode) else condition.value
                )
                if holds is None:
                    raise Refusal("document/variables", f"The condition of @{directive.name.value} is null.")
                if holds == (directive.name.value == "skip"):
                    return False
        return True

    def _applies(self, fragment: Any, kind: GraphQLObjectType) -> bool:
        condition = fragment.type_condition
        if condition is None or condition.name.value == kind.name:
            return True
        other = self._schema.get_type(condition.name.value)
        return isinstance(other, GraphQLInterfaceType) and self._schema.is_sub_type(other, kind)

    def _items_of(
        self,
        kind: GraphQLObjectType | GraphQLInterfaceType,
        fields: Mapping[str, list[FieldNode]],
        depth: int,
        moment: Moment,
        place: Place,
    ) -> tuple[Item, ...]:
        if len(fields) > MOST_KEYS:
            raise Refusal("document/too-large", f"One object has more than {MOST_KEYS:,} keys.")
        self._count(len(fields))
        return tuple(self._item(kind, key, nodes, depth, moment, place) for key, nodes in fields.items())

    def _item(
        self,
        kind: GraphQLObjectType | GraphQLInterfaceType,
        key: str,
        nodes: list[FieldNode],
        depth: int,
        moment: Moment,
        above: Place,
    ) -> Item:
        name = nodes[0].name.value
        if name == "__typename":
            return Typename(key)
        definition = kind.fields[name]
        place = above.below(key, nodes[0], is_list=_is_list(definition.type))
        with place.of_refusals():
            field = self._field(key, nodes, definition, moment, place)
            return self._unfolded(field, nodes, definition, depth)

    def _unfolded(self, field: Field, nodes: list[FieldNode], definition: GraphQLField, depth: int) -> Item:
        """A field with what is wanted of what it leads to."""
        named: Any = get_named_type(definition.type)
        if is_leaf_type(named):
            return Leaf(field, named.name)
        selections = [node.selection_set for node in nodes if node.selection_set]
        if isinstance(field.mapping, mapping.Pages):
            return Paged(field, node_type(named), self._parts(named, selections, depth + 1, field.moment, field.place))
        if isinstance(field.mapping, mapping.AnyNode):
            return self._named(field, nodes, field.mapping.argument, depth)
        wanted = self.wanted(named, selections, depth + 1, field.moment, field.place)
        return Linked(field, wanted, _is_list(definition.type))

    def _named(self, field: Field, nodes: list[FieldNode], argument: str, depth: int) -> Named:
        """What ids lead to: each to its row as of its own moment."""
        (ids,) = (
            Ids.of(each.value, field.arguments[argument])
            for each in nodes[0].arguments or ()
            if each.name.value == argument
        )
        kind, selections = get_named_type(field.type), [node.selection_set for node in nodes if node.selection_set]
        moments = ids.moments(Binding(self._variables))
        wanted = tuple((moment, self.wanted(kind, selections, depth + 1, moment, field.place)) for moment in moments)
        return Named(field, ids, wanted, _is_list(field.type))

    def _count(self, items: int) -> None:
        self._items += items
        if self._items > MOST_ITEMS:
            raise Refusal("document/too-large", f"The document unfolds into more than {MOST_ITEMS:,} fields.")

    def _field(
        self, key: str, nodes: Sequence[FieldNode], definition: GraphQLField, above: Moment, place: Place
    ) -> Field:
        declared = definition.extensions["strawberry-definition"]
        written = {argument.name.value: argument.value for argument in nodes[0].arguments or ()}
        declared_mapping = declared.metadata.get(mapping.KEY)
        # The input of a command is no part of how its answer is read.
        arguments = (
            {}
            if isinstance(declared_mapping, mapping.RequestRows)
            else trees(definition.args, written, self._variables)
        )
        # A filter of thousands of conditions is as much to write as thousands of fields.
        self._count(parts(arguments))
        self.codes += given(key, arguments, definition.args, place)
        moment = above.of(arguments, declared_mapping)
        return Field(
            key=key,
            name=declared.python_name,
            mapping=_as_of(moment, declared_mapping),
            arguments={**arguments, **moment.arguments},
            type=definition.type,
            input_types={name: argument.type for name, argument in definition.args.items()},
            moment=moment,
            place=place,
            nodes=nodes,
        )

    def _parts(
        self,
        kind: GraphQLObjectType,
        selections: Iterable[SelectionSetNode],
        depth: int,
        moment: Moment,
        place: Place,
    ) -> tuple[Part, ...]:
        """The fields of a connection, an edge or a page's info, down to the nodes."""
        fields = self.fields(kind, selections)
        self._count(len(fields))
        return tuple(self._part(kind, key, nodes, depth, moment, place) for key, nodes in fields.items())

    def _part(
        self, kind: GraphQLObjectType, key: str, nodes: list[FieldNode], depth: int, moment: Moment, above: Place
    ) -> Part:
        name = nodes[0].name.value
        if name == "__typename":
            return Part(key, name, type_name=kind.name)
        named = get_named_type(kind.fields[name].type)
        if is_leaf_type(named):
            return Part(key, name)
        selections = [node.selection_set for node in nodes if node.selection_set]
        place = above.below(key, nodes[0], is_list=_is_list(kind.fields[name].type))
        if name in {"nodes", "node"}:
            return Part(key, name, wanted=self.wanted(named, selections, depth + 1, moment, place))
        return Part(key, name, parts=self._parts(named, selections, depth, moment, place))


def _as_of(moment: Moment, declared: Any) -> Any:
    """The mapping of a field at a moment: what is kept is of now alone."""
    if not isinstance(declared, mapping.Kept):
        return declared
    return declared.now if moment.known_at is None else declared.then


def _same(one: Mapping[str, list[FieldNode]], other: Mapping[str, list[FieldNode]]) -> bool:
    return list(one) == list(other) and all(
        len(one[key]) == len(other[key]) and all(a is b for a, b in zip(one[key], other[key], strict=True))
        for key in one
    )


def _is_list(kind: Any) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


def node_type(connection: Any) -> Any:
    """The type of the rows of a connection."""
    return get_named_type(connection.fields["nodes"].type)
