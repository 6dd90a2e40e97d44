"""A cache keeps what was used most recently, and has a thing made once for all who ask for it."""

import asyncio
import threading
import time

import pytest

from service.cache import Cache


def test_what_was_used_longest_ago_makes_room():
    cache: Cache[str, str] = Cache(2)
    for key in ("a", "b", "a", "c"):
        cache.kept(key, lambda key=key: f"first {key}")  # type: ignore[misc]
    assert [cache.kept(key, lambda: "again") for key in ("a", "c", "b")] == ["first a", "first c", "again"]


def test_what_is_kept_weighs_no_more_than_the_most():
    cache: Cache[int, bytes] = Cache(1_000, len)
    for key in range(100):
        cache.kept(key, lambda: bytes(300))
    assert len(cache) == 3


def test_what_weighs_more_than_the_most_is_kept_alone():
    cache: Cache[str, bytes] = Cache(10, len)
    for key in ("small", "large"):
        cache.kept(key, lambda key=key: bytes(1 if key == "small" else 20))  # type: ignore[misc]
    assert len(cache) == 1


async def test_a_thread_makes_a_thing_once_for_all_who_ask_meanwhile():
    cache: Cache[str, str] = Cache(10)
    made_by = []

    def make() -> str:
        made_by.append(threading.current_thread())
        time.sleep(0.05)
        return "made"

    assert await asyncio.gather(*(cache.kept_by_thread("key", make) for _ in range(5))) == ["made"] * 5
    assert await cache.kept_by_thread("key", make) == "made"
    assert len(made_by) == 1
    assert made_by[0] is not threading.main_thread()


async def test_a_failure_reaches_all_who_ask_and_is_not_kept():
    cache: Cache[str, str] = Cache(10)

    def fail() -> str:
        raise ValueError("not now")

    assert [
        type(each)
        for each in await asyncio.gather(*(cache.kept_by_thread("key", fail) for _ in range(2)), return_exceptions=True)
    ] == [ValueError, ValueError]
    assert await cache.kept_by_thread("key", lambda: "made") == "made"


async def test_whoever_leaves_does_not_end_it_for_the_others():
    cache: Cache[str, str] = Cache(10)
    go_on = threading.Event()

    def make() -> str:
        go_on.wait(10)
        return "made"

    leaving, staying = [asyncio.create_task(cache.kept_by_thread("key", make)) for _ in range(2)]
    await asyncio.sleep(0)
    leaving.cancel()
    go_on.set()
    assert await staying == "made"
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_what_nobody_waits_for_is_not_started_and_can_be_asked_for_again():
    cache: Cache[str, str] = Cache(10)
    go_on, made = threading.Event(), list[str]()

    def make(name: str) -> str:
        go_on.wait(10)
        made.append(name)
        return name

    def ask(name: str) -> "asyncio.Task[str]":
        return asyncio.create_task(cache.kept_by_thread(name, lambda: make(name)))

    first, left, stayed, gone = ask("first"), ask("shared"), ask("shared"), ask("gone")
    await asyncio.sleep(0)
    for each in (left, gone):
        each.cancel()
    # Asked for at once: what was cancelled has not been put away yet.
    await asyncio.sleep(0)
    again = ask("gone")
    last = ask("last")
    await asyncio.sleep(0)
    last.cancel()
    go_on.set()
    assert [await each for each in (first, stayed, again)] == ["first", "shared", "gone"]
    assert await ask("end") == "end"
    assert sorted(made) == ["end", "first", "gone", "shared"]
