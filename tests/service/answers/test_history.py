"""Two processes read and write at random, and no answer is older than what anybody had seen or written before.

A thousand operations in an ordinary run. Ten thousand, and others:

    TRACKER_TEST_OPERATIONS=10000 TRACKER_TEST_SEED=7 .venv/bin/pytest tests/service/answers/test_history.py
"""

import asyncio
import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import httpx
import pytest

from tests.service.answers.clients import METRICS, PRACTICES, Client
from tests.service.answers.history import History, Read, Revision, Write
from tests.service.commands import Started, run, started

OPERATIONS = int(os.environ.get("TRACKER_TEST_OPERATIONS", "1000"))
SEED = int(os.environ.get("TRACKER_TEST_SEED", "1"))
REVISIONS = """query($metric: String!) { metric(code: $metric) {
    figures(organisations: ["QKS"], from: "2025-03-31", to: "2025-03-31") {
        nodes { revisions { revision value publishedAt } } } } }"""


def test_no_answer_of_two_processes_is_older_than_what_was_known_before(tmp_path: Path):
    data, history = tmp_path / "data", History()
    with started(data) as one, started(data, alone=False) as other:
        created = run("keys", "create", "--name", "Ada", "--role", "APPROVER", "--data", str(data))
        key = created.stdout.splitlines()[-1]
        clients = [
            Client(number, (one.address, other.address), key, history, Random(f"{SEED} {number}"))
            for number in range(len(PRACTICES))
        ]
        asyncio.run(work(clients))
        revisions = {metric: revisions_of(one, metric) for metric in METRICS}
    assert [fault for client in clients for fault in client.faults] == []
    assert list(itertools.islice(history.faults(revisions), 3)) == []
    kept = sum('desc="kept"' in read.how for read in history.reads)
    unchanged = sum(" 304 " in read.how for read in history.reads)
    print(f"{len(history.writes)} writes, {len(history.reads)} reads: {kept} kept, {unchanged} unchanged")
    # The test is about answers that are kept: many were, through both processes.
    assert kept > OPERATIONS / 10
    assert unchanged > OPERATIONS / 50


async def work(clients: Sequence[Client]) -> None:
    """All clients at the same time, until they have done enough."""
    left = iter(range(OPERATIONS))

    async def until_done(client: Client) -> None:
        # The service closes what is idle for five seconds; a client that is about to use it then would hear nothing.
        async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(keepalive_expiry=1)) as http:
            for _ in left:
                await client.act(http)

    await asyncio.gather(*(until_done(client) for client in clients))


def revisions_of(service: Started, metric: str) -> Sequence[Revision]:
    """The revisions of a cell, in their order."""
    nodes = service.ask(REVISIONS, metric=metric)["data"]["metric"]["figures"]["nodes"]
    listed = sorted((each for node in nodes for each in node["revisions"]), key=lambda each: each["revision"])
    return [Revision(each["value"], each["publishedAt"]) for each in listed]


# ── What the check finds ──────────────────────────────────────────────────────────────────────────────────────────

ORDER: Mapping[str, Sequence[Revision]] = {"a": [Revision(1, "10"), Revision(3, "30")], "b": [Revision(2, "20")]}
WRITTEN = [Write(0, 1, 2, "a", 1, 1), Write(0, 3, 4, "b", 2, 2), Write(1, 5, 6, "a", 3, 3)]


def read(began: float, ended: float, version: int | None = None, /, **values: float | None) -> Read:
    return Read(2, began, ended, values, version, "")


def faults(*reads: Read, writes: Sequence[Write] = WRITTEN) -> list[str]:
    return [each.partition(":")[0] for each in History(list(writes), list(reads)).faults(ORDER)]


def test_a_history_of_one_copy_has_no_fault():
    assert (
        faults(read(0, 1, a=None, b=None), read(2, 4, 1, a=1, b=None), read(5, 6, a=1, b=2), read(7, 8, 3, a=3, b=2))
        == []
    )


@pytest.mark.parametrize(
    ("reads", "fault"),
    [
        ([read(2.5, 3, a=None)], "stale"),
        ([read(7, 8, a=1)], "stale"),
        ([read(5, 5.5, a=3), read(5.6, 5.9, a=1)], "stale"),
        ([read(1, 9, a=3, b=None)], "mixed"),
        ([read(1, 9, a=7)], "a value that nobody wrote"),
        ([read(7, 8, 2, a=3)], "backwards from 3"),
        ([read(1, 2, 9, a=1), read(3, 4, 8, a=1)], "backwards from 9"),
    ],
)
def test_what_one_copy_rules_out_is_found(reads: list[Read], fault: str):
    assert fault in faults(*reads)


def test_a_lost_write_is_found():
    lost = Write(3, 1, 2, "a", 9, 1)
    assert faults(writes=[*WRITTEN, lost]) == ["a write that is lost"]
    assert faults(writes=[*WRITTEN, replace(WRITTEN[0])]) == []
    assert faults(writes=WRITTEN[1:]) == ["a revision that nobody wrote"]
