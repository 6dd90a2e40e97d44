"""The status of every target on a date, computed once for each state of the published data, and bound to plans.

A status takes medians and process limits, which SQL would not say readably. So that lists can be filtered, counted and
paged by it in their one statement, all statuses are kept in the process, under the data version that they were read at.
The statement that uses them returns the version it saw itself. If that is another one, they are computed again.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import asyncpg
import orjson
from sqlalchemy import Date, DateTime, Select, Text, bindparam, cast, literal_column, select
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from schema.computed_inputs.record import json_list, reader
from schema.computed_inputs.targets import ProgressInputs
from schema.enumerations import TargetStatus
from schema.sql.figures import figures_known_at
from schema.sql.progress import progress_inputs, targets_known_at
from schema.tables import DataVersionRow, FigureRow, TargetRow, table
from service.cache import Cache
from service.computed.progress import is_inherited_on, progress, progress_of_members

_figure = table(FigureRow)
_target = table(TargetRow)
_version = table(DataVersionRow)
_read = reader(ProgressInputs)
_DIALECT = dialect()  # type: ignore[no-untyped-call]
# A page of the past may ask for any day; few are asked for at a time.
_MOST_MOMENTS = 64

Moment = tuple[dt.date, dt.datetime | None]

# The keys of targets, and the status of each.
Statuses = tuple[Sequence[int], Sequence[str]]
NO_STATUSES: Statuses = ((), ())


class Standings:
    """Keeps the statuses of all targets for a few moments, as of one data version."""

    def __init__(self) -> None:
        self._version: int | None = None
        self._moments: dict[Moment, Statuses] = {}

    @property
    def version(self) -> int | None:
        """The data version that what is kept was read at."""
        return self._version

    def forget(self) -> None:
        """Forget the statuses, so that they are computed again."""
        self._version, self._moments = None, {}

    async def at(self, pool: "asyncpg.Pool[Any]", day: dt.date, known_at: dt.datetime | None) -> Statuses:
        """The keys of all targets, and the status of each on a day, by what is known now or was known at an instant."""
        moment = (day, known_at)
        if moment not in self._moments:
            row: Any = await pool.fetchrow(*_bound(day, known_at))
            version, inputs = row
            if version != self._version or len(self._moments) >= _MOST_MOMENTS:
                self._version, self._moments = version, {}
            self._moments[moment] = _statuses(orjson.loads(inputs))
        return self._moments[moment]


# By the pool's id, with the pool, so that no other can take the id; a process has one or two.
_KEPT: "Cache[int, tuple[asyncpg.Pool[Any], Standings]]" = Cache(8)


def standings_of(pool: "asyncpg.Pool[Any]") -> Standings:
    """What is kept for the database behind a pool."""
    return _KEPT.kept(id(pool), lambda: (pool, Standings()))[1]


def with_version(statement: Any) -> Select[Any]:
    """A statement of one text, with the data version that it saw before the text."""
    version = select(cast(_version.c.version, Text)).scalar_subquery()
    return select(version.concat(literal_column("' '")).concat(statement.scalar_subquery()))


def _statuses(rows: Sequence[Any]) -> Statuses:
    """The keys of targets, and the status of each, from their inputs."""
    read = [_read(inputs) for inputs in rows]
    found = {each.judged.id: progress(each).status for each in read if each.judged.applies_to is None}
    members: dict[int | None, list[TargetStatus]] = defaultdict(list)
    for each in read:
        if is_inherited_on(each):
            members[each.judged.inherited_from].append(found[each.judged.id])
    for each in read:
        if each.judged.applies_to is not None:
            found[each.judged.id] = progress_of_members(each, members[each.judged.id]).status
    return list(found), [each.value for each in found.values()]


def _compiled(*, is_of_the_past: bool) -> Any:
    """One statement: the version, and what every target is judged by on a day."""
    day = cast(bindparam("day", type_=Text()), Date)
    known_at = cast(bindparam("known_at", type_=Text()), DateTime(timezone=True))
    targets, figures = (
        (targets_known_at(known_at), figures_known_at(known_at)) if is_of_the_past else (_target, _figure)
    )
    target = targets.alias("target")
    then = known_at if is_of_the_past else None
    inputs = json_list(select(progress_inputs(target, day, figures, then, has_members=False)).select_from(target))
    return select(_version.c.version, cast(inputs, Text)).compile(dialect=_DIALECT)


_NOW, _THEN = _compiled(is_of_the_past=False), _compiled(is_of_the_past=True)


def _bound(day: dt.date, known_at: dt.datetime | None) -> list[Any]:
    """The text of the statement for a moment, and its parameters."""
    compiled = _NOW if known_at is None else _THEN
    given = {**compiled.params, "day": day.isoformat(), "known_at": known_at and known_at.isoformat()}
    return [compiled.string, *(given[name] for name in compiled.positiontup)]
