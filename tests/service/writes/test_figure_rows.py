"""Figures are written by statements that the session does not know of."""

from sqlmodel import select

from schema.tables import REVISED_FIGURE, FigureRow, key
from service.writes.submissions import derived_figures, figure_rows
from service.writes.submissions.places import Place


async def test_what_is_calculated_is_compared_with_the_figures_as_they_have_just_been_written(writable):
    async with writable.rehearsal() as session:
        figure = (await session.exec(select(FigureRow).limit(1))).one()
        said = {name: getattr(figure, name) for name in REVISED_FIGURE}
        await figure_rows.revise(session, {key(figure): {**said, "revision": figure.revision + 1}})
        place = Place.of(figure)
        current = await derived_figures.current(session, [place])
        assert current[place].revision == said["revision"] + 1
