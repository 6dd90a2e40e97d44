"""A connection becomes a page: keyset conditions, a limit, and the parts of the connection that were asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    cast,
    exists,
    false,
    func,
    literal_column,
    not_,
    null,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.elements import UnaryExpression

from schema.mapping import RelatedRows
from service.reads.ordering import Ordering
from service.reads.plan import Paged, Part, Wanted


class Around(Protocol):
    """What a page needs of the statement around it."""

    def json(
        self, wanted: Wanted, row: FromClause, keys: tuple[str, ...]
    ) -> tuple[ColumnElement[Any], list[FromClause]]:
        """The JSON of a row, and the laterals to join to it. `keys` lead from the connection to its place."""

    def object(self, columns: Sequence[tuple[str, ColumnElement[Any]]], around: Sequence[FromClause]) -> FromClause:
        """A lateral with the JSON object of columns of the rows around it, as `j`."""

    def joined(self, row: FromClause, laterals: Sequence[FromClause]) -> FromClause:
        """A row joined with the laterals that refer to it."""

    def name(self, stem: str) -> str:
        """A new alias."""


@dataclass(frozen=True)
class Page:
    """One page of one list: which rows, in which order, from where, and how many."""

    rows: FromClause
    related: RelatedRows
    order: Ordering
    size: ColumnElement[int]
    backward: bool
    # The rows around the page: every subquery of it may refer to them, and none may list them again.
    outer: tuple[FromClause, ...]
    after: tuple[ColumnElement[Any], ...] = ()
    before: tuple[ColumnElement[Any], ...] = ()
    # Where all rows of the list are counted already, and which of these counts to add up.
    counts: tuple[FromClause, tuple[ColumnElement[bool], ...]] | None = None

    def lateral(self, item: Paged, write: Around) -> Select[Any]:
        """A subquery with one row of one column `j`: the connection."""
        base = self._base(write.name(item.field.name))
        only_nodes = all(part.name in {"nodes", "totalCount", "__typename"} for part in item.parts)
        page = self._cut(base, extra=not only_nodes).correlate(*self.outer).subquery(write.name("page"))
        each, columns = self._each(item.parts, page, write, numbered=not only_nodes)
        rows = each.subquery(write.name("each"))
        shown = None if only_nodes else rows.c.place <= self.size
        gathered: dict[str, ColumnElement[Any]] = {}
        for at, part in enumerate(item.parts):
            gathered.update(self._gathered(f"c{at}", part, rows, columns, shown, base))
        whole = select(*(value.label(name) for name, value in gathered.items()))
        if columns or "pageInfo" in {part.name for part in item.parts}:
            # The count makes one row of it even when only the total is gathered for an empty page.
            whole = whole.add_columns(func.count().label("count")).select_from(rows)
        return self._object(item.parts, whole.subquery(write.name("whole")), write)

    def _object(self, parts: Sequence[Part], whole: FromClause, write: Around) -> Select[Any]:
        """The connection's object, of what was gathered."""
        columns: list[tuple[str, ColumnElement[Any]]] = []
        source: Any = whole
        around: list[FromClause] = [whole]
        for at, part in enumerate(parts):
            if part.name == "pageInfo":
                info = write.object([(inner.key, whole.c[f"c{at}{inner.name}"]) for inner in part.parts], [whole])
                source = source.join(info, true())
                around.append(info)
                columns.append((part.key, info.c.j))
            else:
                columns.append((part.key, whole.c[f"c{at}"]))
        body = write.object(columns, around)
        return select(body.c.j).select_from(source.join(body, true()))

    def _base(self, name: str) -> Callable[[], tuple[FromClause, tuple[Any, ...]]]:
        """The rows of the whole list and their conditions; called once for each subquery that needs them."""
        series = self.related.newest_of
        if series is None:
            return lambda: (self.rows, self.related.where)
        # One look into an index for each series: to sort all figures for the newest grows with the years.
        newest = (
            select(self.rows)
            .where(*self.related.where, *(self.rows.c[agrees.name] == agrees for agrees in series.c))
            .order_by(self.rows.c.period_ends.desc(), self.rows.c.id.desc())
            .limit(literal_column("1"))
            .correlate(series, *self.outer)
            .lateral(name)
        )
        rows = select(newest).select_from(series.join(newest, true())).correlate(*self.outer).subquery(name)
        return lambda: (rows, ())

    def _cut(self, base: Any, *, extra: bool) -> Select[Any]:
        rows, where = base()
        cut = select(rows).where(*where).order_by(*self.order.by(rows, backward=self.backward))
        if self.after:
            cut = cut.where(self.order.follows(rows, self.after, before=False))
        if self.before:
            cut = cut.where(self.order.follows(rows, self.before, before=True))
        return cut.limit(self.size + literal_column("1") if extra else self.size)

    def _each(
        self, parts: Sequence[Part], page: FromClause, write: Around, *, numbered: bool
    ) -> tuple[Select[Any], dict[str, str]]:
        """The rows of the page with the JSON that parts ask of each, in the order in which they are shown."""
        made: list[ColumnElement[Any]] = []
        columns: dict[str, str] = {}
        source: FromClause = page
        # What is not numbered has no edges, so nothing of it asks for a cursor.
        cursor: ColumnElement[Any] = self.order.cursor(page) if numbered else null()
        for at, part in enumerate(parts):
            if part.wanted is not None:
                value, laterals = write.json(part.wanted, page, (part.key,))
            elif part.name == "edges":
                value, laterals = self._edge(part, page, cursor, write)
            else:
                continue
            source = write.joined(source, laterals)
            columns[part.key] = f"j{at}"
            made.append(value.label(f"j{at}"))
        if numbered:
            place = func.row_number().over(order_by=self.order.by(page, backward=self.backward))
            made += [cursor.label("cursor"), place.label("place")]
        if not made:
            made = [literal_column("1").label("one")]
        return select(*made).select_from(source).order_by(*self.order.by(page)), columns

    def _edge(
        self, part: Part, page: FromClause, cursor: ColumnElement[Any], write: Around
    ) -> tuple[ColumnElement[Any], list[FromClause]]:
        columns: list[tuple[str, ColumnElement[Any]]] = []
        laterals: list[FromClause] = []
        for inner in part.parts:
            if inner.wanted is not None:
                value, further = write.json(inner.wanted, page, (part.key, inner.key))
                laterals += further
                columns.append((inner.key, value))
            elif inner.name == "cursor":
                columns.append((inner.key, cursor))
            else:
                columns.append((inner.key, _text(inner.type_name)))
        edge = write.object(columns, [page, *laterals])
        return edge.c.j, [*laterals, edge]

    def _gathered(
        self,
        name: str,
        part: Part,
        rows: FromClause,
        columns: dict[str, str],
        shown: Any,
        base: Any,
    ) -> dict[str, ColumnElement[Any]]:
        """The columns of a part of the whole page, by name."""
        if part.name == "__typename":
            return {name: _text(part.type_name)}
        if part.name == "totalCount":
            source, where = self.counts or base()
            number = func.count() if self.counts is None else _sum(source.c.figures)
            total: Select[Any] = select(number).select_from(source).where(*where)
            return {name: total.correlate(*self.outer).scalar_subquery()}
        if part.name == "pageInfo":
            facts = self._info(rows, shown, base)
            return {name + inner.name: facts[inner.name]() for inner in part.parts}
        value = rows.c[columns[part.key]]
        gathered = func.json_agg(value if shown is None else aggregate_order_by(value, self._shown_order(rows)))
        listed = gathered if shown is None else gathered.filter(shown)
        return {name: func.coalesce(listed, literal_column("'[]'::json"))}

    def _info(self, rows: FromClause, shown: Any, base: Any) -> dict[str, Callable[[], ColumnElement[Any]]]:
        def more() -> ColumnElement[bool]:
            return func.coalesce(func.bool_or(not_(shown)), false())

        cursors_shown = func.array_agg(aggregate_order_by(rows.c.cursor, self._shown_order(rows))).filter(shown)
        last = func.array_length(cursors_shown, literal_column("1"))
        return {
            "hasNextPage": (lambda: self._beyond_cursor(self.before, base, before=True)) if self.backward else more,
            "hasPreviousPage": more if self.backward else lambda: self._beyond_cursor(self.after, base, before=False),
            "startCursor": lambda: cursors_shown[literal_column("1")],
            "endCursor": lambda: cursors_shown[last],
            "__typename": lambda: _text("PageInfo"),
        }

    def _shown_order(self, rows: FromClause) -> UnaryExpression[Any]:
        return rows.c.place.desc() if self.backward else rows.c.place.asc()

    def _beyond_cursor(self, places: Any, base: Any, *, before: bool) -> ColumnElement[bool]:
        """Whether the list goes on at the other side of the cursor that the page starts from."""
        if not places:
            return false()
        rows, where = base()
        # What compares with a null is neither after nor not after: only what certainly follows is left out.
        there = self.order.follows(rows, places, before=before).is_not(true())
        beyond: Select[Any] = select(literal_column("1")).select_from(rows).where(*where, there)
        return exists(beyond.correlate(*self.outer))


def _sum(counts: ColumnElement[Any]) -> ColumnElement[int]:
    return func.coalesce(cast(func.sum(counts), BigInteger), literal_column("0"))


def _text(text: str) -> ColumnElement[str]:
    """A name of the schema as a constant: letters, digits and underscores."""
    return literal_column(f"'{text}'::text")
