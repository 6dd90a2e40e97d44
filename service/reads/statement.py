"""A plan becomes one SQL statement that returns the JSON text of `data`.

What a field leads to is a lateral subquery beside its row, so that PostgreSQL joins and sorts each level once.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema import mapping
from schema.ids import kind as kind_of
from schema.mapping import Entity, Found
from schema.tables import table
from service.reads import completion, ids, ordering, pages
from service.reads.bound import BoundArguments
from service.reads.entities import entity_of, table_of
from service.reads.filters import Filter
from service.reads.given import given_rows
from service.reads.nodes import asked_ids, by_table
from service.reads.objects import EMPTY_LIST, Columns, Writer, beside, instant
from service.reads.plan import Field, Item, Leaf, Linked, Paged, Typename, Wanted, picked
from service.reads.sizes import page_size

# Where what Python adds belongs: the keys that lead to it, and the name of the computation.
Path = tuple[str, ...]


class Statement(Writer):
    """Writes one statement. It is used once: it numbers parameters and aliases, and collects what Python adds."""

    def __init__(self, today: dt.date) -> None:
        super().__init__(today)
        self.computed: list[tuple[Path, mapping.Computed, Linked | Leaf]] = []
        # Whether it touches rows that only a scope lets its viewer see.
        self.is_scoped = False

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
                made.add(item.field.key, self._leaf(item, row, wanted, path))
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

    # ── Leaves ────────────────────────────────────────────────────────────────────────────────────────────────

    def _typename(self, row: Any, wanted: Wanted) -> ColumnElement[str]:
        if len(wanted.concrete) == 1:
            return literal_column(f"'{wanted.concrete[0].name}'::text")
        conditions = [(entity_of(one).among, one.name) for one in wanted.concrete]
        return case(*((among(row), literal_column(f"'{name}'::text")) for among, name in conditions if among))

    def _leaf(self, leaf: Leaf, row: Any, wanted: Wanted, path: Path) -> ColumnElement[Any]:
        says = leaf.field.says
        if isinstance(says, mapping.Computed):
            return _object(self._place(leaf, says, row, (*path, leaf.field.key)))
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
        # First the rows are found, and then what is beside them: past a handful of joins PostgreSQL keeps to the order
        # in which they are written, and would make everything of every row before it drops most of them.
        rows_found: FromClause = other
        for reached_by in found.beside:
            rows_found = reached_by.join(rows_found, true())
        each = select(value.label("j")).select_from(beside(rows_found, laterals)).where(*found.where)
        if found.order:
            each = each.order_by(*found.order)
        if found.limit is not None:
            each = each.limit(literal_column(str(found.limit)))
        if not many:
            return each.correlate(*outer).lateral(self.name("l")) if outer else each.subquery(self.name("l"))
        rows = (each.correlate(*outer) if outer else each).subquery(self.name("e"))
        listed = select(func.coalesce(func.json_agg(rows.c.j), EMPTY_LIST).label("j")).select_from(rows)
        return listed.correlate(*outer).lateral(self.name("l")) if outer else listed.subquery(self.name("l"))

    def found(self, asked: Field, kind: Any, row: Any) -> tuple[FromClause, Found]:
        """The rows that a field leads to, under a new alias, and the conditions that a type's own table adds."""
        arguments = BoundArguments(asked.arguments, self.parameters)
        if isinstance(asked.says, mapping.Given):
            return given_rows(asked.says, kind, row, self.parameters, self.name("given")), Found()
        if isinstance(asked.says, mapping.Derived):
            made = asked.says.rows(row, arguments)
            name = self.name("derived")
            rows: FromClause = made.subquery(name) if row is None else made.correlate(row).lateral(name)
            return rows, Found(order=(rows.c.place,)) if "place" in rows.c else Found()
        entity = entity_of(kind)
        other = self.source(entity, arguments)
        if not isinstance(asked.says, mapping.Reach | mapping.Pages):
            raise TypeError(f"{asked.name} says nothing of how it is reached")
        found = asked.says.says(row, other, arguments).also(*self._visible(entity, other))
        return other, found if entity.among is None else found.also(entity.among(other))

    def _visible(self, entity: Entity, row: FromClause) -> list[ColumnElement[bool]]:
        """The condition that the viewer may see a row of a type; none where everybody may."""
        if entity.visible is None:
            return []
        self.is_scoped = True
        return [entity.visible(row, self.parameters.scope())]

    def source(self, entity: Entity, arguments: BoundArguments) -> FromClause:
        """A type's rows under a new alias, as they are now or as they were known at an instant."""
        if entity.table is None:
            raise TypeError("rows that are not in a table come by Given or Computed")
        rows = table(entity.table)
        if entity.known_at is not None and arguments.given("asKnownAt"):
            return entity.known_at(arguments.value("asKnownAt")).alias(self.name(rows.name))
        return rows.alias(self.name(rows.name))

    def _computed(
        self, item: Linked, says: mapping.Computed, row: Any, outer: tuple[FromClause, ...], path: Path
    ) -> FromClause:
        """What Python needs, and the rows that it completes: `{"inputs": …, "rows": [[key, object], …]}`."""
        parts = self._place(item, says, row, path)
        arguments = BoundArguments(item.field.arguments, self.parameters)
        if says.rows is not None:
            brought = [(completion.ROWS, says.rows, item.wanted)]
        else:
            each = enumerate(picked(item.wanted))
            brought = [(completion.pool(at), picks.rows, wanted) for at, (picks, wanted) in each]
        for name, rows, wanted in brought:
            parts[name] = self._pairs(rows(row, arguments), wanted, outer, (*path, name))
        found = select(_object(parts).label("j"))
        return found.correlate(*outer).lateral(self.name("l")) if outer else found.subquery(self.name("l"))

    def _pairs(self, rows: FromClause, wanted: Wanted, outer: tuple[FromClause, ...], path: Path) -> ColumnElement[Any]:
        """Rows as a JSON list of their keys and objects."""
        value, laterals = self.json(wanted, rows, outer, path)
        pair = func.json_build_array(rows.c.key, value)
        # What stands beside the rows may be joined in any order: theirs is said once more.
        order = [rows.c.place] if "place" in rows.c else []
        paired = select(pair.label("j")).select_from(beside(rows, laterals)).order_by(*order)
        each = (paired.correlate(*outer) if outer else paired).subquery(self.name("e"))
        listed = select(func.json_agg(each.c.j)).select_from(each).scalar_subquery()
        return func.coalesce(listed, EMPTY_LIST)

    def _place(
        self, item: Linked | Leaf, says: mapping.Computed, row: Any, path: Path
    ) -> dict[str, ColumnElement[Any]]:
        """What stands in the place of a computed field: which one it is, and the inputs of its computation."""
        inputs = says.inputs(row, BoundArguments(item.field.arguments, self.parameters))
        self.computed.append((path, says, item))
        return {"@": literal_column(str(len(self.computed) - 1)), "inputs": inputs}

    def _any_node(self, item: Linked, says: mapping.AnyNode, outer: tuple[FromClause, ...], path: Path) -> FromClause:
        """Whatever ids name: the ids in order, and for each table that has ids the row that one of them names."""
        asked = asked_ids(item.field.arguments[says.argument], self.parameters, self.name("asked"))
        bodies = []
        for rows, wanted in by_table(item.wanted):
            row = rows.alias(self.name(rows.name))
            value, laterals = self.json(wanted, row, (*outer, asked), path)
            named = and_(asked.c.kind == literal_column(f"'{kind_of(rows.name)}'"), asked.c.key == row.c.id)
            visible = self._visible(entity_of(wanted.concrete[0]), row)
            each = select(value.label("j")).select_from(beside(row, laterals)).where(named, *visible)
            bodies.append(each.correlate(asked, *outer).lateral(self.name("n")))
        node = func.coalesce(*(body.c.j for body in bodies))
        if item.many:
            node = func.coalesce(func.json_agg(aggregate_order_by(node, asked.c.place)), EMPTY_LIST)
        return select(node.label("j")).select_from(beside(asked, bodies)).correlate(*outer).lateral(self.name("l"))

    def _paged(self, item: Paged, row: Any, outer: tuple[FromClause, ...], path: Path) -> FromClause:
        field = item.field
        arguments = BoundArguments(field.arguments, self.parameters)
        other, found = self.found(field, item.node, row)
        given = field.arguments
        if isinstance(given.get("filter"), dict):
            writes = self._filter(arguments)
            found = found.also(writes.condition(given["filter"], field.input_types["filter"], item.node, other))
        orders = field.input_types.get("orderBy")
        order = ordering.ordering(
            item.node.name,
            entity_of(item.node),
            given.get("orderBy"),
            field.says.order if isinstance(field.says, mapping.Pages) else (),
            ordering.python_names(orders) if orders else {},
        )
        size = page_size(given.get("first"), given.get("last"), field.key)
        page = pages.Page(
            rows=other,
            found=found,
            order=order,
            size=literal_column(str(size)) if isinstance(size, int) else self.parameters.add(size, BigInteger()),
            backward=given.get("last") is not None,
            outer=outer,
            after=ordering.places(given.get("after"), order, other, self.parameters.add),
            before=ordering.places(given.get("before"), order, other, self.parameters.add),
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


def _object(parts: dict[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    return func.json_build_object(*(part for pair in parts.items() for part in pair))


class _PageWriter:
    """`service.reads.pages.Around` for one place in a statement."""

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
