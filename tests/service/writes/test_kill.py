"""The service or its PostgreSQL is killed with -9 at a random moment of any command: never half a submission.

Twenty rounds in an ordinary run. Fifty, and others:

    TRACKER_TEST_KILLS=50 TRACKER_TEST_SEED=7 .venv/bin/pytest tests/service/writes/test_kill.py
"""

import asyncio
import os
import random
import signal
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

from service.embedded import EmbeddedPostgres
from tests.service.commands import Started, left_of, run, started
from tests.service.embedded.processes import postmaster
from tests.service.writes.killing import Writer, broken

KILLS = int(os.environ.get("TRACKER_TEST_KILLS", "20"))
SEED = int(os.environ.get("TRACKER_TEST_SEED", "1"))
WRITERS = 3


def test_a_kill_at_any_moment_leaves_no_half_submission_and_loses_no_answer(tmp_path: Path):
    data, chance, answered = tmp_path / "data", random.Random(SEED), 0
    with ExitStack() as opened:
        service = opened.enter_context(started(data))
        keys = [made_key(data, name, role) for name, role in (("Bob", "SUBMITTER"), ("Ada", "APPROVER"))]
        for number in range(KILLS):
            writers = [
                Writer(service.address, keys[0], keys[1], random.Random(f"{SEED} {number} {at}"))
                for at in range(WRITERS)
            ]
            cut_off(service, data, writers, chance)
            if service.process.poll() is not None:
                left_of(data, service.process.pid)
                service = opened.enter_context(started(data))
            answers_again(service)
            for writer in writers:
                writer.address = service.address
                writer.again()
            with EmbeddedPostgres(data / "postgres") as server:
                assert asyncio.run(broken(server.dsn())) == [], f"round {number}"
            assert [writer.faults for writer in writers] == [[]] * WRITERS
            answered += sum(writer.answered for writer in writers)
    # Most rounds cut somebody off who had started; on a busy machine they do little before.
    assert answered > KILLS


def made_key(data: Path, name: str, role: str) -> str:
    return run("keys", "create", "--name", name, "--role", role, "--data", str(data)).stdout.splitlines()[-1]


def cut_off(service: Started, data: Path, writers: list[Writer], chance: random.Random) -> None:
    """Let the writers work for a while, and kill the service or the database in the middle of it."""
    threads = [threading.Thread(target=writer.work) for writer in writers]
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(0.3, 1.5))
    victim = service.process.pid if chance.random() < 0.5 else postmaster(data / "postgres")
    os.kill(victim, signal.SIGKILL)
    for writer in writers:
        writer.stop.set()
    for thread in threads:
        thread.join(60)
    if victim == service.process.pid:
        service.process.wait(20)


def answers_again(service: Started) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{service.address}/readyz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the service does not answer again")
