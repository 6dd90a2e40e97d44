"""Figures that follow from a publication or a withdrawal are calculated and published with it.

The latest revision of a figure counts, whether somebody sent it or it was calculated. So a figure that was sent by hand
counts until what it is calculated from gives something new.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.enumerations import FigureOrigin, FigureStatus, Qualifier
from schema.tables import FigureRevisionRow, FigureRow, key
from service.writes.submissions import derived_figures as stored
from service.writes.submissions.derived_cells import Derived, following, themselves
from service.writes.submissions.derived_values import Made, values
from service.writes.submissions.places import Place, value_shown
from service.writes.submissions.revisions import Publication

# No metric is calculated from itself, over however many steps: this many would be a chain of as many metrics.
_MOST_STEPS = 50


@dataclass(frozen=True)
class Derivation:
    """The cells that follow from some others, step by step: each step rests on the one before.

    `sent` are cells that somebody sends: what they sent counts. `lost` are cells whose sent figures are withdrawn: what
    can be calculated takes their places.
    """

    steps: tuple[tuple[Derived, ...], ...]
    sent: Set[Place]
    lost: Set[Place]

    @property
    def series(self) -> set[tuple[int, int]]:
        """The metrics and organisations whose figures may change."""
        return {(each.place.metric, each.place.organisation) for step in self.steps for each in step}


async def derivation(
    session: AsyncSession,
    changed: Iterable[Place],
    *,
    sent: Iterable[Place] = (),
    lost: Iterable[Place] = (),
    first: Iterable[Derived] = (),
) -> Derivation:
    """What follows from figures that change: from members' those of their groups, from these their changes, and on.

    `first` are calculated cells that change although no figure does: their groups have other members.
    """
    found = {each.place: (0, each) for each in [*await themselves(session, lost), *first]}
    places = {*changed, *(each.place for each in first)}
    for number in range(1, _MOST_STEPS):
        if not places:
            break
        following_these = await following(session, places)
        # What follows from figures of several steps is calculated after the last of them.
        found |= {each.place: (number, each) for each in following_these}
        places = {each.place for each in following_these}
    numbers = sorted({number for number, _ in found.values()})
    steps = tuple(tuple(each for at, each in found.values() if at == number) for number in numbers)
    return Derivation(steps, frozenset(sent), frozenset(lost))


async def publish_derived(session: AsyncSession, derived: Derivation, publication: Publication) -> list[dict[str, Any]]:
    """Publish what is calculated and new, step by step; what comes back says it as an audit event records it."""
    details = []
    for step in derived.steps:
        if asked := [each for each in step if each.place not in derived.sent]:
            made = await values(session, asked)
            details += await _publish(session, [each.place for each in asked], made, derived.lost, publication)
    return details


async def _publish(
    session: AsyncSession,
    places: list[Place],
    made: Mapping[Place, Made],
    lost: Set[Place],
    publication: Publication,
) -> list[dict[str, Any]]:
    current, calculated = await stored.current(session, places), await stored.calculated(session, places)
    due = [
        place
        for place in sorted(set(places))
        if _is_due(current.get(place), calculated.get(place), made.get(place), is_lost=place in lost)
    ]
    if not due:
        return []
    before = {place: value_shown(current.get(place)) for place in due}
    figures = await stored.write(session, {place: made.get(place) for place in due}, current, publication)
    named = await stored.codes(session, due)
    return [
        named[place]
        | {"figure": ids.made("Figure", key(figure))}
        | {"before": before[place], "after": value_shown(figure), "restsOn": figure.rests_on, "of": figure.of}
        for place, figure in figures.items()
    ]


def _is_due(
    figure: FigureRow | None, calculated: FigureRevisionRow | None, made: Made | None, *, is_lost: bool
) -> bool:
    """Whether a calculated figure is published, or withdrawn because it cannot be calculated any more."""
    stands = figure is not None and figure.status != FigureStatus.WITHDRAWN
    if made is None:
        return stands and figure is not None and figure.origin == FigureOrigin.DERIVED
    if calculated is None or calculated.status == FigureStatus.WITHDRAWN:
        return not (figure is not None and stands and _says(figure, made))
    # Also where somebody has sent the same: what is calculated has changed since, so it counts again.
    return stored.numbers(calculated) != made.numbers or (is_lost and not stands)


def _says(figure: FigureRow, made: Made) -> bool:
    """Whether a figure says already what was calculated: of one that was sent, the numbers alone."""
    if figure.origin == FigureOrigin.DERIVED:
        return stored.numbers(figure) == made.numbers
    return figure.qualifier == Qualifier.EXACT and stored.numbers(figure)[:3] == made.numbers[:3]
