"""The status of a target on every day to come: as the method gives it on each day, one day at a time."""

import datetime as dt
from collections.abc import AsyncIterator
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

import orjson
import pytest

from schema.computed_inputs.record import reader
from schema.computed_inputs.targets import ProgressInputs
from service.computed.progress import progress
from service.computed.statuses import FOR_EVER, stretches
from service.database import Database
from service.judging.touched import Judging
from service.reads import standings
from tests.databases import Server
from tests.service.reads.corners import cornered

SINCE = dt.date(2023, 1, 1)
A_DAY = dt.timedelta(days=1)
_read = reader(ProgressInputs)


@pytest.fixture(scope="module")
async def corners(server: Server, seeded: str) -> AsyncIterator[Database]:
    """A database of its own: what is judged here is judged from an early day on."""
    async with cornered(server, seeded) as database:
        yield database


@pytest.fixture(scope="module")
async def inputs(corners: Database) -> list[ProgressInputs]:
    """What every target is judged by that is not counted from members."""
    sql, values = standings._bound(SINCE, None)
    rows = await corners.reading.fetch(sql, *values)
    return [each for _, text in rows if not (each := _read(orjson.loads(text))).judged.applies_to]


def said(of: Any) -> tuple[Any, ...]:
    """What is kept of a stretch, or of the progress on a day."""
    return of.status, of.gap, of.gap_percent


def _days(starts: list[dt.date], random: Random) -> set[dt.date]:
    """Days next to each turn, and others at random."""
    near = {start + A_DAY * away for start in starts for away in (-1, 0, 1)}
    return {day for day in near if day >= SINCE} | {SINCE + A_DAY * random.randrange(3_000) for _ in range(40)}


def test_a_stretch_has_the_status_of_each_of_its_days(inputs: list[ProgressInputs]) -> None:
    random, turns = Random(5), 0
    for each in inputs:
        found = stretches(each.judged, SINCE)
        turns += len(found) - 1
        for day in _days([stretch.starts for stretch in found], random):
            [status] = [said(stretch) for stretch in found if stretch.starts <= day <= stretch.ends]
            assert status == said(progress(ProgressInputs(each.judged, day))), (each.judged, day)
    assert turns > 100


def test_stretches_follow_each_other_for_ever_and_differ(inputs: list[ProgressInputs]) -> None:
    for each in inputs:
        found = stretches(each.judged, SINCE)
        assert (found[0].starts, found[-1].ends) == (SINCE, FOR_EVER)
        for one, next_one in pairwise(found):
            assert one.ends + A_DAY == next_one.starts
            assert said(one) != said(next_one)


async def test_what_is_kept_is_what_is_computed_on_any_day(corners: Database) -> None:
    """Also for a target that members inherit, on days on which other members do."""
    await Judging(corners).complete(SINCE)
    random = Random(7)
    for day in sorted(SINCE + A_DAY * random.randrange(1_500) for _ in range(12)):
        kept = await corners.reading.fetch(
            "SELECT target_id, status, gap, gap_percent FROM target_status WHERE $1 BETWEEN starts AND ends", day
        )
        computed = (await standings.Standings().at(corners.reading, day, None)).statuses
        numbers = ([None if each is None else Decimal(each) for each in texts] for texts in computed[2:])
        assert {tuple(each) for each in kept} == set(zip(*computed[:2], *numbers, strict=True))
