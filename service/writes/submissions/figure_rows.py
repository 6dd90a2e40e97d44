"""Figures that are sent become rows: each statement writes all of them, so what follows by trigger happens once."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Insert, Text, Update, func, insert, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import REVISED_FIGURE, FigureRevisionRow, FigureRow, table
from service.writes.submissions.lookup_figures import bound, bound_rows
from service.writes.submissions.places import Place

# The columns of a figure, by their names.
Columns = dict[str, Any]
_figure, _revision = table(FigureRow), table(FigureRevisionRow)
_PLACE = ("metric_id", "organisation_id", "period_id")
# What stays as long as there is the figure.
_FOR_GOOD = (*_PLACE, "unit", "is_synthetic", "period_ends")
# What each revision may change.
_CHANGING = tuple(name for name in REVISED_FIGURE if name not in _FOR_GOOD)
# What a revision says that its figure does not.
_SAID = {"figure_id": BigInteger(), "reason": Text(), "published_by": Text(), "submission_id": BigInteger()}


async def revise(session: AsyncSession, revised: Mapping[int, Columns]) -> None:
    """Write the columns of figures, by their keys. Without a `source_id`, a figure keeps the one that it has."""
    if revised:
        rows = [{"id": at, **revised[at]} for at in sorted(revised)]
        await (await session.connection()).execute(_revise(), _arrays(("id", *_CHANGING), rows))


async def add(session: AsyncSession, new: Sequence[Columns]) -> dict[Place, int]:
    """Write new figures; the keys that they get, by their places."""
    if not new:
        return {}
    rows = await (await session.connection()).execute(_add(), _arrays((*_FOR_GOOD, *_CHANGING), new))
    return {Place(*place): at for at, *place in rows}


async def keep(session: AsyncSession, said: Sequence[Columns]) -> None:
    """Keep figures as they are now as their latest revisions. Each says what its figure does not."""
    if said:
        await (await session.connection()).execute(_keep(), _arrays(tuple(_SAID), said))


def _arrays(names: Iterable[str], rows: Sequence[Columns]) -> Columns:
    return bound({name: [row[name] for row in rows] for name in names})


# To write these statements takes longer than to run them, so they are written once.
@cache
def _revise() -> Update:
    given = _given("id", *_CHANGING)
    values = {name: given.c[name] for name in _CHANGING}
    values["source_id"] = func.coalesce(given.c.source_id, _figure.c.source_id)
    return update(_figure).where(_figure.c.id == given.c.id).values(values)


@cache
def _add() -> Any:
    names = (*_FOR_GOOD, *_CHANGING)
    made = insert(_figure).from_select(names, select(_given(*names)))
    return made.returning(_figure.c.id, *(_figure.c[name] for name in _PLACE))


@cache
def _keep() -> Insert:
    given = bound_rows(_SAID)
    figures = select(*given.c, *(_figure.c[name] for name in REVISED_FIGURE)).join_from(
        given, _figure, _figure.c.id == given.c.figure_id
    )
    return insert(_revision).from_select([*_SAID, *REVISED_FIGURE], figures)


def _given(*names: str) -> Any:
    """Rows that are bound to a statement, with columns of a figure."""
    return bound_rows({name: _figure.c[name].type for name in names})
