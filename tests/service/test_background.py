"""Work in the background ends with its block, and what it fails with hides nothing."""

import asyncio
import logging

import pytest

from service.background import in_background


async def test_work_goes_on_during_the_block_and_has_ended_after_it():
    seen = []

    async def work(name: str) -> None:
        try:
            seen.append(name)
            await asyncio.Event().wait()
        finally:
            seen.append(f"{name} ended")

    async with in_background(one=work("one"), two=work("two")):
        await asyncio.sleep(0)
        assert seen == ["one", "two"]
    assert sorted(seen[2:]) == ["one ended", "two ended"]


async def test_a_failure_is_in_the_log_and_the_block_s_own_error_is_raised(caplog):
    async def fail() -> None:
        raise LookupError("nothing there")

    async def block() -> None:
        async with in_background(failing=fail()):
            await asyncio.sleep(0)
            raise ValueError("of the block")

    with caplog.at_level(logging.ERROR, "tracker"), pytest.raises(ValueError, match="of the block"):
        await block()
    assert "Work in the background has failed." in caplog.text
    assert "nothing there" in caplog.text
