"""Doubts are looked for again when figures have changed, in a small share of the time."""

import asyncio
from typing import Any, cast

import pytest

from service.quality import noticing


@pytest.mark.parametrize(("took", "pause"), [(0, 2), (0.1, 2), (0.5, 5), (1.2, 12), (100, 60)])
def test_the_longer_a_look_takes_the_longer_nothing_is_looked_for(took: float, pause: float):
    assert noticing.pause_after(took) == pytest.approx(pause)


class Changing:
    """A database whose figures change all the time, or never."""

    def __init__(self, step: int) -> None:
        self.version, self.step = 0, step
        self.primary = self.reserved = cast("Any", self)

    async def fetchval(self, _: str) -> int:
        self.version += self.step
        return self.version


@pytest.mark.parametrize(("step", "most", "fails"), [(1, 3, False), (0, 1, False), (0, 3, True)])
async def test_looking_takes_a_share_of_the_time_while_figures_change_or_a_look_fails(
    monkeypatch: pytest.MonkeyPatch, step: int, most: int, fails: bool
):
    looks = 0

    async def look(_: object) -> None:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0.05)
        if fails:
            raise TimeoutError

    monkeypatch.setattr(noticing, "SECONDS_BETWEEN_LOOKS", 0.01)
    monkeypatch.setattr(noticing, "note", look)
    database: Any = Changing(step)
    async with noticing.noticing(database):
        await asyncio.sleep(1.2)
    assert 1 <= looks <= most
