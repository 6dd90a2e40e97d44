"""Threads take work in fair turns: nobody's many wait in front of another's first."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from schema.errors import Refusal
from service import turns
from service.turns import CLIENT, Turns


class Work:
    """Work that is done in an order, the first when it is let go on."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.turns = Turns(threads)
        self.done: list[str] = []
        self.go_on = threading.Event()

    def begin(self, client: str, name: str, size: int = 0) -> "asyncio.Future[str]":
        """Begin some work of a client."""

        def work() -> str:
            self.go_on.wait(10)
            self.done.append(name)
            return name

        CLIENT.set(client)
        return self.turns.begin(work, size=size)


@pytest.fixture
def work() -> Iterator[Work]:
    with ThreadPoolExecutor(2) as threads:
        work = Work(threads)
        yield work
        work.go_on.set()


async def test_the_first_of_one_client_is_done_before_the_many_of_another(work: Work):
    many = [work.begin("many", f"many {number}") for number in range(5)]
    one = [work.begin("one", "one"), work.begin("one", "its second")]
    work.go_on.set()
    await asyncio.gather(*many, *one)
    assert work.done == ["many 0", "one", "many 1", "its second", "many 2", "many 3", "many 4"]


async def test_what_is_smaller_is_done_before_what_is_larger_of_others(work: Work):
    every = [work.begin(f"client {size}", str(size), size) for size in (9, 30, 5, 20)]
    work.go_on.set()
    await asyncio.gather(*every)
    assert work.done == ["9", "5", "20", "30"]


async def test_what_nobody_wants_any_more_is_left_out(work: Work):
    first, second, third = [work.begin("a client", name) for name in ("first", "second", "third")]
    assert [work.turns.has_started(each) for each in (first, second, third)] == [True, False, False]
    second.cancel()
    work.go_on.set()
    await asyncio.gather(first, third)
    assert work.done == ["first", "third"]


async def test_what_waits_for_long_is_refused(work: Work, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(turns, "MOST_SECONDS_TO_WAIT", 0.05)
    first, second = [work.begin("a client", name) for name in ("first", "second")]
    with pytest.raises(Refusal) as refused:
        await second
    assert refused.value.code == "page/busy"
    work.go_on.set()
    # What has started is not refused, however long it takes.
    assert await first == "first"
    assert await work.begin("a client", "third") == "third"
    assert work.done == ["first", "third"]


async def test_work_that_fails_is_followed_by_the_next(work: Work):
    def fail() -> None:
        raise ValueError("not now")

    failing, next_one = work.turns.begin(fail, size=0), work.begin("a client", "next")
    work.go_on.set()
    with pytest.raises(ValueError, match="not now"):
        await failing
    assert await next_one == "next"
