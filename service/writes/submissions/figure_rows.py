"""Figures that are sent become rows: each statement writes all of them, so what follows by trigger happens once."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Table, Text, func, insert, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import REVISED_FIGURE, FigureRevisionRow, FigureRow, table
from service.writes.submissions.lookup_figures import array_rows
from service.writes.submissions.places import Place

# The columns of a figure, by their names.
Columns = dict[str, Any]
_figure, _revision = table(FigureRow), table(FigureRevisionRow)
_PLACE = ("metric_id", "organisation_id", "period_id")
# What stays as long as there is the figure.
_FOR_GOOD = (*_PLACE, "unit", "is_synthetic", "period_ends")
# What a revision says besides what its figure says.
_SAID = {"figure_id": BigInteger(), "reason": Text(), "published_by": Text(), "submission_id": BigInteger()}


async def revise(session: AsyncSession, revised: Mapping[int, Columns]) -> None:
    """Write the columns of figures, by their keys. Without a `source_id`, a figure keeps the one that it has."""
    if not revised:
        return
    names = [name for name in REVISED_FIGURE if name not in _FOR_GOOD]
    given = _given(_figure, ["id", *names], [{"id": at, **revised[at]} for at in sorted(revised)])
    values = {name: given.c[name] for name in names}
    values["source_id"] = func.coalesce(given.c.source_id, _figure.c.source_id)
    await session.exec(update(_figure).where(_figure.c.id == given.c.id).values(values))


async def add(session: AsyncSession, new: Sequence[Columns]) -> dict[Place, int]:
    """Write new figures; the keys that they get, by their places."""
    if not new:
        return {}
    names = [*_FOR_GOOD, *(name for name in REVISED_FIGURE if name not in _FOR_GOOD)]
    given = _given(_figure, names, new)
    made = insert(_figure).from_select(names, select(given))
    rows = await session.exec(made.returning(_figure.c.id, *(_figure.c[name] for name in _PLACE)))
    return {Place(*place): at for at, *place in rows}


async def keep(session: AsyncSession, said: Collection[tuple[int, str | None, str, int | None]]) -> None:
    """Keep figures as they are now as their latest revisions.

    Each is said as the key of its figure, the reason, who published it, and the key of the submission.
    """
    if not said:
        return
    columns = zip(*said, strict=True)
    given = array_rows([*zip(columns, _SAID.values(), strict=True)], *_SAID)
    figures = select(*given.c, *(_figure.c[name] for name in REVISED_FIGURE)).join_from(
        given, _figure, _figure.c.id == given.c.figure_id
    )
    await session.exec(insert(_revision).from_select([*_SAID, *REVISED_FIGURE], figures))


def _given(of: Table, names: Sequence[str], rows: Sequence[Columns]) -> Any:
    """Rows that are sent, with columns of a table."""
    columns: list[Column[Any]] = [of.c[name] for name in names]
    return array_rows([([row[each.name] for row in rows], each.type) for each in columns], *names)
