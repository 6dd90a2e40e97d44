"""A plan becomes one SQL statement that returns the JSON text of `data`.

What a field leads to is a lateral subquery next to its row, so that PostgreSQL joins and sorts each level once.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    case,
    cast,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema import mapping
from schema.ids import kind as kind_of
from schema.mapping import Entity, RelatedRows
from schema.tables import rows_of
from service.reads import completion, guards, ids, ordering, pages
from service.reads.alike import Alike, alike
from service.reads.bound_arguments import BoundArguments
from service.reads.conditions import SANDBOX, filter_at
from service.reads.cost import SIZE_OF_A_LIST
from service.reads.entities import entity_of, is_always_there, table_of
from service.reads.few import ALL_OF_THEM, Few
from service.reads.filters import compares, without_comparing
from service.reads.json_objects import EMPTY_LIST, Columns, Writer, instant, object_with
from service.reads.nodes import by_table, rows_of_ids
from service.reads.page_size import page_size
from service.reads.plan import Field, Item, Leaf, Linked, Named, Paged, Typename, Wanted, picked
from service.reads.request_rows import request_rows

# What a row leads to is joined to it, so that PostgreSQL may plan all of it at once. That takes memory with the square
# of their number (1.8 GB for fifty series), so what cannot become a plain join, and whatever is beyond so many, is
# planned alone.
MOST_JOINED = 8
# Where what Python adds belongs: the keys that lead to it, and the name of the computation.
Path = tuple[str, ...]


@dataclass(frozen=True)
class Computing:
    """A field that Python computes: the number of its place in the statement, where it is in the answer, and what."""

    number: int
    path: Path
    mapping: mapping.Computed
    item: Linked | Leaf


class Statement(Writer):
    """Writes one statement. It is used once: it numbers parameters and aliases, and collects what Python adds."""

    def __init__(self, today: dt.date) -> None:
        super().__init__(today)
        self.computed: list[Computing] = []
        self._few = Few()

    @property
    def is_scoped(self) -> bool:
        """Whether it touches rows that only a scope lets its viewer see."""
        return self.parameters.asks_scope

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
        groups, written = alike(items), dict[Alike, Any]()
        for item in items:
            if isinstance(item, Typename):
                made.add(item.key, self._typename(row, wanted))
                continue
            if item.field.key in groups:
                group, at = groups[item.field.key]
                if group not in written:
                    written[group] = self._each(group, row, wanted, outer, path)
                    made.laterals.append(written[group])
                made.add(item.field.key, literal_column(f'"{written[group].name}".j[{at + 1}]', JSON()))
                continue
            with self.parameters.about(item.field.place):
                made.add(item.field.key, self._column(item, row, wanted, outer, path, made.laterals))
        return made

    def _column(
        self, item: Any, row: Any, wanted: Wanted, outer: tuple[FromClause, ...], path: Path, joined: list[FromClause]
    ) -> ColumnElement[Any]:
        """The value of a field. What it leads to is joined to its row, or is a subquery of its own."""
        is_computed = isinstance(item.field.mapping, mapping.Computed)
        if isinstance(item, Leaf) and not is_computed:
            return self._leaf(item, row, wanted)
        lateral = self._lateral(item, row, wanted, outer, path)
        if row is None or is_computed or len(joined) >= MOST_JOINED:
            return select(lateral.c.j).correlate(*outer, *(() if row is None else (row,))).scalar_subquery()
        joined.append(lateral)
        return lateral.c.j

    def json(
        self, wanted: Wanted, row: FromClause, outer: tuple[FromClause, ...], path: Path
    ) -> tuple[ColumnElement[Any], list[FromClause]]:
        """The JSON of a row as a column, and the laterals to join to the row."""
        around = (*outer, row)
        if wanted.is_alike:
            # The laterals are joined to the row, outside its object, so that PostgreSQL can make plain joins of them.
            made = self.columns(wanted.branches[0][1], row, wanted, around, path)
            near = (*around, *made.laterals)
            body = self.lateral_object(made.named, near)
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

    def _leaf(self, leaf: Leaf, row: Any, wanted: Wanted) -> ColumnElement[Any]:
        arguments = BoundArguments(leaf.field.arguments, self.parameters)
        if isinstance(leaf.field.mapping, mapping.Expression):
            value = leaf.field.mapping.sql(row, arguments)
        elif leaf.scalar == "ID":
            return ids.column(row, table_of(wanted.type).name, arguments.in_ids())
        else:
            value = row.c[leaf.field.name]
        return instant(value) if leaf.scalar == "DateTime" else value

    # ── Other rows ────────────────────────────────────────────────────────────────────────────────────────────

    def _lateral(
        self, item: Leaf | Linked | Named | Paged, row: Any, of: Wanted, outer: tuple[FromClause, ...], path: Path
    ) -> FromClause:
        if isinstance(item, Leaf):
            return self._computed(item, row, outer, (*path, item.field.key))
        if isinstance(item, Paged):
            return self._paged(item, row, of, outer, path)
        if isinstance(item, Named):
            return self._named(item, outer, (*path, item.field.key))
        return self._linked(item, row, of, outer, path)

    def _each(self, group: Alike, row: Any, of: Wanted, outer: tuple[FromClause, ...], path: Path) -> Any:
        """What fields that are alike lead to, as a list `j`: written once, for a row with the argument of each."""
        places = [item.field.place for item in group.items]
        rows, argument = self.parameters.each(group.given, places, self.name("v"))
        first = len(self.computed)
        with self.parameters.about(places[0]), self._few.each_of(len(group.items)):
            found = self._lateral(group.with_argument(argument), row, of, (*outer, rows), path)
        inside, below = self.computed[first:], len(path) + 1
        for item in group.items[1:]:
            here = (*path, item.field.key)
            self.computed += [replace(each, path=(*here, *each.path[below:])) for each in inside]
        listed = select(func.array_agg(aggregate_order_by(found.c.j, rows.c.place)).label("j"))
        each = listed.select_from(self.joined(rows, [found])).correlate(*outer)
        return self.certain(each.lateral(self.name("g")))

    def _linked(self, item: Linked, row: Any, of: Wanted, outer: tuple[FromClause, ...], path: Path) -> FromClause:
        declared = item.field.mapping
        here = (*path, item.field.key)
        if isinstance(declared, mapping.Computed):
            return self._computed(item, row, outer, here)
        if isinstance(declared, mapping.Root):
            made = self.columns(item.wanted.branches[0][1], None, item.wanted, outer, here)
            return self.object_of(made, None, outer).correlate(*outer).lateral(self.name("l"))
        other, related = self.related(item.field, item.wanted.type, row)
        if item.many:
            related = related.also(*self.real(item.field, item.wanted.type, other, row, of.type))
        is_certain = is_always_there(item, related)
        leaf = partial(self._leaf, row=other, wanted=item.wanted)
        if is_certain and related.refers is not None and self._few.has(item, leaf):
            objects = self._few.objects(item, lambda: self._objects(item.wanted, other, here))
            one = select(objects.c.j).where(objects.c.id == related.refers.right)
            return self.certain(one.correlate(*outer).lateral(self.name("l")))
        with self._few.each_of(SIZE_OF_A_LIST if item.many else 1):
            found = self._list_or_one(item.wanted, other, related, item.many, outer, here)
        return self.certain(found) if is_certain else found

    def _objects(self, wanted: Wanted, rows: FromClause, path: Path) -> CTE:
        """The objects of all rows of a table, made once."""
        value, laterals = self.json(wanted, rows, (), path)
        objects = select(rows.c.id, value.label("j")).select_from(self.joined(rows, laterals)).limit(ALL_OF_THEM)
        return objects.cte(self.name("few")).prefix_with("MATERIALIZED", dialect="postgresql")

    def _list_or_one(
        self,
        wanted: Wanted,
        other: FromClause,
        related: RelatedRows,
        many: bool,
        outer: tuple[FromClause, ...],
        path: Path,
    ) -> FromClause:
        value, laterals = self.json(wanted, other, outer, path)
        # First the joins that select rows, then the laterals. Beyond a handful of joins PostgreSQL keeps the written
        # order: it would compute everything for every row before it drops most of them.
        source: FromClause = other
        for joined in related.joined:
            source = joined.join(source, true())
        each = select(value.label("j")).select_from(self.joined(source, laterals)).where(*related.where)
        if related.order:
            each = each.order_by(*related.order)
        if related.limit is not None:
            each = each.limit(literal_column(str(related.limit)))
        if not many:
            return each.correlate(*outer).lateral(self.name("l")) if outer else each.subquery(self.name("l"))
        rows = (each.correlate(*outer) if outer else each).subquery(self.name("e"))
        listed = select(func.coalesce(func.json_agg(rows.c.j), EMPTY_LIST).label("j")).select_from(rows)
        return listed.correlate(*outer).lateral(self.name("l")) if outer else listed.subquery(self.name("l"))

    def related(self, field: Field, kind: Any, row: Any) -> tuple[FromClause, RelatedRows]:
        """The rows that a field leads to, under a new alias, and the conditions that a type's own table adds."""
        arguments, declared = BoundArguments(field.arguments, self.parameters), field.mapping
        if isinstance(declared, mapping.RequestRows):
            return request_rows(declared, kind, row, self.parameters, self.name("request")), RelatedRows()
        if isinstance(declared, mapping.Derived):
            selected, name = declared.rows(row, arguments), self.name("derived")
            rows: FromClause = selected.subquery(name) if row is None else selected.correlate(row).lateral(name)
            return rows, RelatedRows(order=(rows.c.place,)) if "place" in rows.c else RelatedRows()
        if isinstance(declared, mapping.Pages) and declared.rows is not None:
            made = declared.rows(row, arguments)
            return (made if row is None else made.correlate(row)).subquery(self.name("rows")), RelatedRows()
        if not isinstance(declared, mapping.Reach | mapping.Pages) or declared.related is None:
            raise TypeError(f"{field.name} has no mapping to the rows that it leads to")
        entity = entity_of(kind)
        other = self.source(entity, arguments)
        related = declared.related(row, other, arguments).also(*self._visible(entity, other))
        return other, related if entity.among is None else related.also(entity.among(other))

    def _visible(self, entity: Entity, row: FromClause) -> list[ColumnElement[bool]]:
        """The condition that the viewer may see a row of a type; none where everybody may."""
        if entity.visible is None:
            return []
        return [entity.visible(row, self.parameters.scope())]

    def real(self, field: Field, kind: Any, other: FromClause, row: Any, of: Any) -> list[ColumnElement[bool]]:
        """The condition that a row of a list is not of the sandbox; none where that is asked for.

        Below what is itself made up the sandbox is listed. So is what a count or a command has named.
        """
        made_up = entity_of(kind).made_up
        if made_up is None or field.arguments.get(SANDBOX):
            return []
        if row is None:
            return [not_(made_up(other))]
        above = entity_of(of).made_up
        return [] if above is None else [or_(above(row), not_(made_up(other)))]

    def source(self, entity: Entity, arguments: BoundArguments) -> FromClause:
        """A type's rows under a new alias, as they are now or as they were known at an instant."""
        if entity.table is None:
            raise TypeError("rows that are not in a table come by RequestRows or Computed")
        rows = rows_of(entity.table)
        if entity.known_at is not None and (instant := arguments.known_at()) is not None:
            return entity.known_at(instant).alias(self.name(rows.name))
        return rows.alias(self.name(rows.name))

    def _computed(self, item: Linked | Leaf, row: Any, outer: tuple[FromClause, ...], path: Path) -> FromClause:
        """The inputs of a computation, and the rows that its objects may name: `service.reads.completion`'s place."""
        computed: Any = item.field.mapping
        arguments = BoundArguments(item.field.arguments, self.parameters)
        number, inputs = len(self.computed), computed.sql(row, arguments)
        self.computed.append(Computing(number, path, computed, item))
        parts = {"@": literal_column(str(number)), completion.INPUTS: inputs}
        for at, (named, wanted) in enumerate(picked(item.wanted) if isinstance(item, Linked) else ()):
            here = (*path, completion.pool(at))
            if isinstance(named, mapping.Picked):
                rows = named.rows(row, arguments)
                parts[here[-1]] = self._pool(rows, rows.c.key, (), wanted, outer, here)
            else:
                rows = self.source(entity_of(wanted.type), arguments)
                is_named = _is_among(rows, computed.ids[named.ids](row, arguments))
                parts[here[-1]] = self._pool(rows, rows.c.id, (is_named,), wanted, outer, here)
        place = select(object_with(parts).label("j"))
        return place.correlate(*outer).lateral(self.name("l")) if outer else place.subquery(self.name("l"))

    def _pool(
        self,
        rows: FromClause,
        key: ColumnElement[Any],
        where: tuple[ColumnElement[bool], ...],
        wanted: Wanted,
        outer: tuple[FromClause, ...],
        path: Path,
    ) -> ColumnElement[Any]:
        """Rows as a JSON list of their keys and objects."""
        value, laterals = self.json(wanted, rows, outer, path)
        pair = func.json_build_array(key, value)
        paired = select(pair.label("j")).select_from(self.joined(rows, laterals)).where(*where)
        each = (paired.correlate(*outer) if outer else paired).subquery(self.name("e"))
        listed = select(func.json_agg(each.c.j)).select_from(each).scalar_subquery()
        return func.coalesce(listed, EMPTY_LIST)

    def _named(self, item: Named, outer: tuple[FromClause, ...], path: Path) -> FromClause:
        """The rows that ids name: the ids in order, and for each table that has ids the row that one of them names."""
        named_ids = rows_of_ids(item.ids, self.parameters, self.name("ids"))
        bodies = []
        for at, (moment, of_moment) in enumerate(item.wanted):
            arguments = BoundArguments(moment.arguments, self.parameters)
            for table_of_kind, wanted in by_table(of_moment):
                entity = entity_of(wanted.concrete[0])
                row = self.source(entity, arguments)
                value, laterals = self.json(wanted, row, (*outer, named_ids), path)
                named = (
                    named_ids.c.moment == literal_column(str(at)),
                    named_ids.c.kind == literal_column(f"'{kind_of(table_of_kind.name)}'"),
                    named_ids.c.key == row.c.id,
                    *self._visible(entity, row),
                )
                each = select(value.label("j")).select_from(self.joined(row, laterals)).where(*named)
                # An id names one row. Without the limit, PostgreSQL may first make the values of every row.
                one = each.correlate(named_ids, *outer).limit(literal_column("1"))
                bodies.append(one.lateral(self.name("n")))
        body = func.coalesce(*(body.c.j for body in bodies))
        if item.many:
            body = func.coalesce(func.json_agg(aggregate_order_by(body, named_ids.c.place)), EMPTY_LIST)
        return (
            select(body.label("j"))
            .select_from(self.joined(named_ids, bodies))
            .correlate(*outer)
            .lateral(self.name("l"))
        )

    def _paged(self, item: Paged, row: Any, of: Wanted, outer: tuple[FromClause, ...], path: Path) -> FromClause:
        field = item.field
        other, related = self.related(field, item.node, row)
        related = related.also(*self.real(field, item.node, other, row, of.type))
        if isinstance(field.arguments.get("filter"), dict):
            asked: Any = field.arguments["filter"]
            writes, kind = filter_at(field, self), field.input_types["filter"]
            if compares(asked, kind):
                candidates = writes.condition(without_comparing(asked, kind), kind, item.node, other)
                self._bound(field, other, related.also(candidates))
            related = related.also(writes.condition(asked, kind, item.node, other))
        orders = field.input_types.get("orderBy")
        order = ordering.ordering(
            item.node.name,
            entity_of(item.node),
            BoundArguments(field.arguments, self.parameters),
            field.mapping.order if isinstance(field.mapping, mapping.Pages) else (),
            ordering.python_names(orders) if orders else {},
        )
        size = page_size(field.arguments.get("first"), field.arguments.get("last"), field.key)
        page = pages.Page(
            counts=self._counts(item, row, of),
            rows=other,
            related=related,
            order=order,
            size=literal_column(str(size)) if isinstance(size, int) else self.parameters.add(size, BigInteger()),
            backward=field.arguments.get("last") is not None,
            outer=outer,
            after=ordering.places(field.arguments.get("after"), order, other, self.parameters.add),
            before=ordering.places(field.arguments.get("before"), order, other, self.parameters.add),
        )
        with self._few.each_of(size if isinstance(size, int) else SIZE_OF_A_LIST):
            made = page.lateral(item, _PageWriter(self, outer, (*path, field.key)))
        return made.correlate(*outer).lateral(self.name("l")) if outer else made.subquery(self.name("l"))

    def _bound(self, field: Field, rows: FromClause, related: RelatedRows) -> None:
        """Have a request refused that would compare too many rows of a list."""
        some: Select[Any] = select(literal_column("1")).select_from(rows, *related.joined).where(*related.where)
        few = some.limit(literal_column(str(guards.MOST_COMPARED + 1))).subquery(self.name("compared"))
        count = select(func.count()).select_from(few).scalar_subquery()
        self.parameters.bounded.append((count, field.place))

    def _counts(self, item: Paged, row: Any, of: Wanted) -> tuple[FromClause, tuple[ColumnElement[bool], ...]] | None:
        """Where the rows of a whole list are counted already, and the conditions on these counts; None where not.

        That is for a list of all there is now: no filter and no moment asks for what the counts leave out.
        """
        field, entity = item.field, entity_of(item.node)
        arguments = BoundArguments(field.arguments, self.parameters)
        if entity.counts is None or row is not None or arguments.has("filter") or arguments.known_at() is not None:
            return None
        if not isinstance(field.mapping, mapping.Pages) or field.mapping.related is None:
            return None
        counts = rows_of(entity.counts).alias(self.name("counts"))
        related = field.mapping.related(row, counts, arguments)
        return counts, related.also(*self.real(field, item.node, counts, row, of.type)).where


def _is_among(rows: FromClause, ids: Select[Any] | ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition that a row has one of some ids, or the only one."""
    return rows.c.id.in_(ids) if isinstance(ids, Select) else rows.c.id == ids


class _PageWriter:
    """`service.reads.pages.Around` for one place in a statement."""

    def __init__(self, statement: Statement, outer: tuple[FromClause, ...], path: Path) -> None:
        self._statement = statement
        self._outer = outer
        self._path = path
        self.name = statement.name
        self.joined = statement.joined

    def json(
        self, wanted: Wanted, row: FromClause, keys: tuple[str, ...]
    ) -> tuple[ColumnElement[Any], list[FromClause]]:
        """The JSON of a row, and the laterals to join to it."""
        return self._statement.json(wanted, row, self._outer, (*self._path, *keys))

    def object(self, columns: Sequence[tuple[str, ColumnElement[Any]]], around: Sequence[FromClause]) -> FromClause:
        """A lateral with the JSON object of columns of the rows around it, as `j`."""
        return self._statement.lateral_object(columns, (*self._outer, *around))
