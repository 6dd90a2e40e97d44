"""A plan becomes one SQL statement that returns the JSON text of `data`.

Every object is a lateral subquery with only the wanted columns, and `row_to_json` of it: of the shapes that were tried,
twice as fast as nested `json_build_object`. The names of its columns are the keys of the response.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import get_named_type
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    null,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, aggregate_order_by
from sqlalchemy.types import TypeEngine

from schema import mapping
from schema.errors import Refusal
from schema.mapping import ENTITY, Entity, Found
from service.reads import ids, pages
from service.reads.arguments import Binding, Scalar, Tree, sql_type
from service.reads.filters import Filter
from service.reads.plan import Field, Item, Leaf, Linked, Paged, Typename, Wanted

# PostgreSQL cuts a column's name to 63 bytes; a longer key takes the long way round.
_LONGEST_NAME = 63
MOST_IDS = 100
ONE: ColumnElement[int] = literal_column("1")
_EMPTY_OBJECT: ColumnElement[Any] = literal_column("'{}'::json")
_EMPTY_LIST: ColumnElement[Any] = literal_column("'[]'::json")

# Where what Python adds belongs: the keys that lead to it, and the name of the computation.
Path = tuple[str, ...]


@dataclass
class Parameters:
    """The parameters of one statement: for each name, how a request says its value."""

    readers: dict[str, Callable[[Binding], Any]] = field(default_factory=dict)

    def add(self, read: Callable[[Binding], Any], kind: TypeEngine[Any]) -> ColumnElement[Any]:
        """A new parameter."""
        name = f"p{len(self.readers)}"
        self.readers[name] = read
        return bindparam(name, type_=kind)


class BoundArguments:
    """`schema.mapping.Arguments` for one field of a plan."""

    def __init__(self, arguments: dict[str, Tree], parameters: Parameters) -> None:
        self.trees = arguments
        self._parameters = parameters
        self._days: dict[str, ColumnElement[Any]] = {}

    def given(self, name: str) -> bool:
        """Whether the argument was given and is not null."""
        return self.trees.get(name) is not None

    def value(self, name: str) -> ColumnElement[Any]:
        """The scalar, or list of scalars, that was given."""
        scalar = self.trees[name]
        if not isinstance(scalar, Scalar):
            raise TypeError(f"{name} shapes the statement: ask for its term")
        return self._parameters.add(scalar.read, scalar.type)

    def term(self, name: str) -> Any:
        """The enumeration value or boolean that was given, or None."""
        return self.trees.get(name)

    def words(self, name: str) -> frozenset[str]:
        """The field names that an input object uses, at any depth."""
        return frozenset(_words(self.trees.get(name)))

    def day(self, name: str = "on") -> ColumnElement[Any]:
        """The date that was given, or today."""
        if name not in self._days:
            given = self.given(name)
            self._days[name] = (
                self.value(name) if given else self._parameters.add(lambda binding: binding.today, Date())
            )
        return self._days[name]

    def key(self, name: str, of: str) -> ColumnElement[int]:
        """The row's key within a global id of the kind `of`; null when the id names something else."""
        scalar = self.trees[name]
        if not isinstance(scalar, Scalar):
            raise TypeError(f"{name} is not an id")
        return self._parameters.add(lambda binding: ids.key(scalar.read(binding), of), BigInteger())

    def add(self, read: Callable[[Binding], Any], kind: TypeEngine[Any]) -> ColumnElement[Any]:
        """A parameter that no argument says as it is."""
        return self._parameters.add(read, kind)


def _words(tree: Tree) -> set[str]:
    if isinstance(tree, dict):
        return set(tree).union(*(_words(value) for value in tree.values()))
    if isinstance(tree, list):
        return set().union(*(_words(item) for item in tree))
    return set()


@dataclass
class Columns:
    """The columns of one object, in order, and the lateral subqueries that they come from."""

    named: list[tuple[str, ColumnElement[Any]]] = field(default_factory=list)
    laterals: list[FromClause] = field(default_factory=list)

    def add(self, key: str, value: ColumnElement[Any]) -> None:
        """One more column."""
        self.named.append((key, value))


class Statement:
    """Writes one statement. It is used once: it numbers parameters and aliases, and collects what Python adds."""

    def __init__(self) -> None:
        self.parameters = Parameters()
        self.computed: list[tuple[Path, mapping.Computed, Linked]] = []
        self._aliases = 0

    def of_root(self, wanted: Wanted) -> Select[Any]:
        """The statement that answers an operation on the root of every reading."""
        return self.closed(self.columns(wanted.branches[0][1], None, wanted, (), ()))

    def closed(self, columns: Columns) -> Select[Any]:
        """A whole statement: one row with one column, the JSON text of an object."""
        return select(cast(self.object_of(columns, None, ()).scalar_subquery(), Text))

    # ── Objects ───────────────────────────────────────────────────────────────────────────────────────────────

    def columns(
        self, items: Sequence[Item], row: Any, wanted: Wanted, outer: tuple[FromClause, ...], path: Path
    ) -> Columns:
        """What items ask of a row; `outer` are the rows around it, which its laterals may refer to."""
        made = Columns()
        for item in items:
            if isinstance(item, Typename):
                made.add(item.key, self._typename(row, wanted))
            elif isinstance(item, Leaf):
                made.add(item.field.key, self._leaf(item, row, wanted))
            else:
                lateral = (
                    self._paged(item, row, outer, path)
                    if isinstance(item, Paged)
                    else self._linked(item, row, outer, path)
                )
                made.laterals.append(lateral)
                made.add(item.field.key, lateral.c.j)
        return made

    def json(
        self, wanted: Wanted, row: FromClause, outer: tuple[FromClause, ...], path: Path
    ) -> tuple[ColumnElement[Any], list[FromClause]]:
        """The JSON of a row as a column, and the laterals that it needs beside the row."""
        around = (*outer, row)
        if wanted.is_alike:
            # The laterals stand beside the row, not within its object: so PostgreSQL can make plain joins of them.
            made = self.columns(wanted.branches[0][1], row, wanted, around, path)
            near = (*around, *made.laterals)
            body = self.object_of(Columns(made.named), None, near).correlate(*near).lateral(self.name("o"))
            return body.c.j, [*made.laterals, body]
        bodies = []
        for concrete, items in wanted.branches:
            made = self.columns(items, row, Wanted(concrete, (), (concrete,)), around, path)
            condition = entity_of(concrete).among
            branch = self.object_of(made, None if condition is None else condition(row), around)
            bodies.append(branch.correlate(*around).lateral(self.name("o")))
        return func.coalesce(*(body.c.j for body in bodies)), list(bodies)

    def object_of(
        self, made: Columns, condition: ColumnElement[bool] | None, around: tuple[FromClause, ...]
    ) -> Select[Any]:
        """A subquery with one column `j`: the JSON object of columns, for one row of their surroundings."""
        if not made.named:
            body: Select[Any] = select(_EMPTY_OBJECT.label("j"))
            return body if condition is None else body.where(condition)
        source = self._joined(made.laterals)
        if any(len(key.encode()) > _LONGEST_NAME for key, _ in made.named):
            return self._long_object(made, source, condition)
        inner: Select[Any] = select(*(value.label(key) for key, value in made.named))
        if source is not None:
            inner = inner.select_from(source)
        if condition is not None:
            inner = inner.where(condition)
        rows = (inner.correlate(*around) if around else inner).subquery(self.name("r"))
        return select(func.row_to_json(literal_column(rows.name)).label("j")).select_from(rows)

    def _long_object(
        self, made: Columns, source: FromClause | None, condition: ColumnElement[bool] | None
    ) -> Select[Any]:
        pairs = [
            select(literal_column(str(at)).label("n"), self._text(key).label("k"), func.to_json(value).label("v"))
            for at, (key, value) in enumerate(made.named)
        ]
        each = pairs[0].union_all(*pairs[1:]).lateral(self.name("k"))
        return_value = func.json_object_agg(each.c.k, each.c.v)
        body: Select[Any] = select(return_value.label("j"))
        body = body.select_from(each if source is None else source.join(each, true()))
        return body if condition is None else body.where(condition).having(func.count() > literal_column("0"))

    def _text(self, text: str) -> ColumnElement[str]:
        return cast(self.parameters.add(lambda _: text, Text()), Text)

    def _joined(self, laterals: Sequence[FromClause]) -> FromClause | None:
        if not laterals:
            return None
        source: Any = select(ONE.label("one")).subquery(self.name("s"))
        for lateral in laterals:
            source = source.outerjoin(lateral, true())
        return source  # type: ignore[no-any-return]

    # ── Leaves ────────────────────────────────────────────────────────────────────────────────────────────────

    def _typename(self, row: Any, wanted: Wanted) -> ColumnElement[str]:
        if len(wanted.concrete) == 1:
            return literal_column(f"'{wanted.concrete[0].name}'::text")
        conditions = [(entity_of(one).among, one.name) for one in wanted.concrete]
        return case(*((among(row), literal_column(f"'{name}'::text")) for among, name in conditions if among))

    def _leaf(self, leaf: Leaf, row: Any, wanted: Wanted) -> ColumnElement[Any]:
        says = leaf.field.says
        if isinstance(says, mapping.Expression):
            value = says.says(row, BoundArguments(leaf.field.arguments, self.parameters))
        elif leaf.scalar == "ID":
            return ids.column(row, table_of(wanted.type).name)
        elif leaf.field.name not in row.c:
            # What Python computes keeps its place among the keys.
            return null()
        else:
            value = row.c[leaf.field.name]
        return instant(value) if leaf.scalar == "DateTime" else value

    # ── Other rows ────────────────────────────────────────────────────────────────────────────────────────────

    def _linked(self, item: Linked, row: Any, outer: tuple[FromClause, ...], path: Path) -> FromClause:
        says = item.field.says
        here = (*path, item.field.key)
        if isinstance(says, mapping.Computed):
            return self._computed(item, says, row, outer, here)
        if isinstance(says, mapping.AnyNode):
            return self._any_node(item, says, outer, here)
        if isinstance(says, mapping.Root):
            made = self.columns(item.wanted.branches[0][1], None, item.wanted, outer, here)
            return self.object_of(made, None, outer).correlate(*outer).lateral(self.name("l"))
        other, found = self.found(item.field, item.wanted.type, row)
        return self._list_or_one(item.wanted, other, found, item.many, outer, here)

    def _list_or_one(
        self,
        wanted: Wanted,
        other: FromClause,
        found: Found,
        many: bool,
        outer: tuple[FromClause, ...],
        path: Path,
    ) -> FromClause:
        value, laterals = self.json(wanted, other, outer, path)
        each = select(value.label("j")).select_from(beside(other, laterals), *found.beside).where(*found.where)
        if found.order:
            each = each.order_by(*found.order)
        if found.limit is not None:
            each = each.limit(literal_column(str(found.limit)))
        if not many:
            return each.correlate(*outer).lateral(self.name("l")) if outer else each.subquery(self.name("l"))
        rows = (each.correlate(*outer) if outer else each).subquery(self.name("e"))
        listed = select(func.coalesce(func.json_agg(rows.c.j), _EMPTY_LIST).label("j")).select_from(rows)
        return listed.correlate(*outer).lateral(self.name("l")) if outer else listed.subquery(self.name("l"))

    def found(self, asked: Field, kind: Any, row: Any) -> tuple[FromClause, Found]:
        """The rows that a field leads to, under a new alias, and the conditions that a type's own table adds."""
        arguments = BoundArguments(asked.arguments, self.parameters)
        if isinstance(asked.says, mapping.Given):
            return self._given(asked.says, kind, row), Found()
        entity = entity_of(kind)
        other = self.source(entity, arguments)
        if not isinstance(asked.says, mapping.Reach | mapping.Pages):
            raise TypeError(f"{asked.name} says nothing of how it is reached")
        found = asked.says.says(row, other, arguments)
        return other, found if entity.among is None else found.also(entity.among(other))

    def source(self, entity: Entity, arguments: BoundArguments) -> FromClause:
        """A type's rows under a new alias, as they are now or as they were known at an instant."""
        if entity.table is None:
            raise TypeError("rows that are not in a table come by Given or Computed")
        table: FromClause = entity.table.__table__  # type: ignore[attr-defined]
        if entity.known_at is not None and arguments.given("asKnownAt"):
            return entity.known_at(arguments.value("asKnownAt")).alias(self.name(table.name))  # type: ignore[attr-defined]
        return table.alias(self.name(table.name))  # type: ignore[attr-defined]

    def _given(self, given: mapping.Given, kind: Any, row: Any) -> FromClause:
        columns = [column(name, kind_) for name, kind_ in given.hidden]
        for definition in kind.fields.values():
            named = get_named_type(definition.type)
            if hasattr(named, "serialize"):
                python_name = definition.extensions["strawberry-definition"].python_name
                scalar = sql_type(named.name) if named.name in {"Int", "Float", "DateTime", "Date"} else Text()
                columns.append(column(python_name, ARRAY(scalar) if "[" in str(definition.type) else scalar))
        source = (
            row.c[given.name]
            if row is not None and given.name in row.c
            else cast(self.parameters.add(lambda binding: binding.given.get(given.name, "[]"), Text()), JSON)
        )
        rows = func.json_to_recordset(source).table_valued(*columns, name=self.name("given"))
        return rows.render_derived(with_types=True)

    def _computed(
        self, item: Linked, says: mapping.Computed, row: FromClause, outer: tuple[FromClause, ...], path: Path
    ) -> FromClause:
        """What Python needs, and the rows that it completes: `{"inputs": …, "rows": […]}` in the field's place."""
        arguments = BoundArguments(item.field.arguments, self.parameters)
        rows = says.rows(row, arguments)
        self.computed.append((path, says, item))
        value, laterals = self.json(item.wanted, rows, outer, (*path, "rows"))
        pair = func.json_build_array(rows.c.figure_id, value)
        each = select(pair.label("j")).select_from(beside(rows, laterals)).correlate(*outer).subquery(self.name("e"))
        listed = select(func.json_agg(each.c.j)).select_from(each).scalar_subquery()
        body = func.json_build_object("inputs", says.inputs(row, arguments), "rows", func.coalesce(listed, _EMPTY_LIST))
        return select(body.label("j")).correlate(*outer).lateral(self.name("l"))

    def _any_node(self, item: Linked, says: mapping.AnyNode, outer: tuple[FromClause, ...], path: Path) -> FromClause:
        """Whatever ids name: the ids in order, and for each table that has ids the row that one of them names."""
        given = item.field.arguments[says.argument]
        if not isinstance(given, Scalar):
            raise TypeError("ids are scalars")
        found = [_ids_of(given.read, part) for part in (0, 1)]
        kinds = self.parameters.add(found[0], ARRAY(Text))
        keys = self.parameters.add(found[1], ARRAY(BigInteger))
        asked = (
            func.unnest(kinds, keys)
            .table_valued("kind", "key", with_ordinality="place", name=self.name("asked"))
            .render_derived()
        )
        bodies = []
        for table, concrete in _by_table(item.wanted.concrete).items():
            row = table.alias(self.name(table.name))
            value, laterals = self.json(_among(item.wanted, concrete), row, (*outer, asked), path)
            named = and_(asked.c.kind == literal_column(f"'{ids.kind(table.name)}'"), asked.c.key == row.c.id)
            each = select(value.label("j")).select_from(beside(row, laterals)).where(named)
            bodies.append(each.correlate(asked, *outer).lateral(self.name("n")))
        node = func.coalesce(*(body.c.j for body in bodies))
        if not item.many:
            return select(node.label("j")).select_from(beside(asked, bodies)).correlate(*outer).lateral(self.name("l"))
        gathered = func.json_agg(aggregate_order_by(node, asked.c.place))
        listed = select(func.coalesce(gathered, _EMPTY_LIST).label("j")).select_from(beside(asked, bodies))
        return listed.correlate(*outer).lateral(self.name("l"))

    def _paged(self, item: Paged, row: Any, outer: tuple[FromClause, ...], path: Path) -> FromClause:
        field = item.field
        arguments = BoundArguments(field.arguments, self.parameters)
        other, found = self.found(field, item.node, row)
        given = field.arguments
        if isinstance(given.get("filter"), dict):
            writes = self._filter(arguments)
            found = found.also(writes.condition(given["filter"], field.input_types["filter"], item.node, other))
        orders = field.input_types.get("orderBy")
        order = pages.ordering(
            item.node.name,
            entity_of(item.node),
            given.get("orderBy"),
            field.says.order if isinstance(field.says, mapping.Pages) else (),
            pages.python_names(orders) if orders else {},
        )
        size = pages.size(given.get("first"), given.get("last"), field.key)
        page = pages.Page(
            rows=other,
            found=found,
            order=order,
            size=self.parameters.add(size, BigInteger()),
            backward=given.get("last") is not None,
            outer=outer,
            after=pages.places(given.get("after"), order, other, self.parameters.add),
            before=pages.places(given.get("before"), order, other, self.parameters.add),
        )
        made = page.lateral(item, _PageWriter(self, outer, (*path, field.key)))
        return made.correlate(*outer).lateral(self.name("l")) if outer else made.subquery(self.name("l"))

    def _filter(self, arguments: BoundArguments) -> Filter:
        """What writes a filter's conditions here; its reaches count on the date that the field counts on."""

        def asked(definition: Any) -> Field:
            declared = definition.extensions["strawberry-definition"]
            on = {"on": arguments.trees["on"]} if "on" in definition.args and "on" in arguments.trees else {}
            return Field("", declared.python_name, declared.metadata.get(mapping.KEY), on, definition.type, {})

        def related(definition: Any, kind: Any, row: FromClause) -> tuple[FromClause, Found]:
            return self.found(asked(definition), kind, row)

        def value(definition: Any, row: FromClause) -> ColumnElement[Any]:
            field = asked(definition)
            if isinstance(field.says, mapping.Expression):
                return field.says.says(row, BoundArguments(field.arguments, self.parameters))
            return row.c[field.name]

        return Filter(related, value, lambda scalar: self.parameters.add(scalar.read, scalar.type))

    def name(self, stem: str) -> str:
        """A new alias."""
        self._aliases += 1
        return f"{stem}_{self._aliases}"


class _PageWriter:
    """`service.reads.pages.Writer` for one place in a statement."""

    def __init__(self, statement: Statement, outer: tuple[FromClause, ...], path: Path) -> None:
        self._statement = statement
        self._outer = outer
        self._path = path
        self.name = statement.name

    def json(
        self, wanted: Wanted, row: FromClause, keys: tuple[str, ...]
    ) -> tuple[ColumnElement[Any], list[FromClause]]:
        """The JSON of a row, and the laterals beside it."""
        return self._statement.json(wanted, row, self._outer, (*self._path, *keys))

    def object(self, columns: Sequence[tuple[str, ColumnElement[Any]]], around: Sequence[FromClause]) -> FromClause:
        """A lateral with the JSON object of columns of the rows around it, as `j`."""
        everything = (*self._outer, *around)
        made = self._statement.object_of(Columns(list(columns)), None, everything)
        return made.correlate(*everything).lateral(self._statement.name("o"))


def beside(row: FromClause, laterals: Sequence[FromClause]) -> FromClause:
    """A row and the laterals that refer to it."""
    source: Any = row
    for lateral in laterals:
        source = source.outerjoin(lateral, true())
    return source  # type: ignore[no-any-return]


def instant(value: ColumnElement[Any]) -> ColumnElement[str]:
    """An instant as `schema.types.scalars.instant` prints it."""
    return func.to_char(
        func.timezone(literal_column("'UTC'"), value), literal_column('\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'')
    )


def table_of(kind: Any) -> Any:
    """The table that a type's rows are in."""
    table = entity_of(kind).table
    if table is None:
        raise TypeError(f"{kind.name} has no table")
    return table.__table__  # type: ignore[attr-defined]


def _by_table(concrete: Sequence[Any]) -> dict[Any, tuple[Any, ...]]:
    """Concrete types by the table that they share."""
    found: dict[Any, tuple[Any, ...]] = {}
    for kind in concrete:
        table = table_of(kind)
        found[table] = (*found.get(table, ()), kind)
    return found


def _among(wanted: Wanted, concrete: tuple[Any, ...]) -> Wanted:
    """What is wanted, of some of its concrete types only: those that share a table."""
    if wanted.is_alike:
        return Wanted(concrete[0], ((concrete[0], wanted.branches[0][1]),), concrete)
    branches = tuple(branch for branch in wanted.branches if branch[0] in concrete)
    return Wanted(concrete[0] if len(concrete) == 1 else wanted.type, branches, concrete)


def _ids_of(read: Callable[[Binding], Any], part: int) -> Callable[[Binding], list[Any]]:
    """The kinds (part 0) or the keys (part 1) of the ids in an argument; null where an id names nothing."""

    def parts(binding: Binding) -> list[Any]:
        given = read(binding)
        texts = given if isinstance(given, list) else [given]
        if len(texts) > MOST_IDS:
            raise Refusal("plan/too-costly", f"{len(texts)} ids are asked for at once; {MOST_IDS} are given.")
        return [None if found is None else found[part] for found in map(ids.parsed, texts)]

    return parts


def entity_of(kind: Any) -> Entity:
    """Where a type's rows are."""
    declared: Entity = getattr(kind.extensions["strawberry-definition"].origin, ENTITY)
    return declared
