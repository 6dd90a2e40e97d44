"""Two workers are attacked while somebody reads: each attack is refused cheaply, and whoever reads goes on.

A hundred attacks in an ordinary run. A thousand, and others:

    TRACKER_TEST_ATTACKS=1000 TRACKER_TEST_SEED=7 .venv/bin/pytest -s tests/service/test_attacks.py
"""

import os
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
import psutil
import pytest
from graphql import get_introspection_query, parse, print_ast

from service.quality.noticing import SECONDS_BETWEEN_LOOKS
from tests.service.attacks import Attack, attacks
from tests.service.commands import Started, started
from tests.service.embedded.processes import postmaster

ATTACKS = int(os.environ.get("TRACKER_TEST_ATTACKS", "100"))
SEED = int(os.environ.get("TRACKER_TEST_SEED", "1"))
REFUSALS = {"plan/too-costly", "document/too-large", "document/too-deep", "document/syntax", "document/invalid"}
# Of the processor, not of the clock: on a busy machine a refusal may wait for its turn. Half of each kind take less
# than the first. What two busy cores have in common makes some take longer, but none longer than the second.
USUAL_SECONDS_OF_A_REFUSAL, MOST_SECONDS_OF_A_REFUSAL = 0.1, 0.4
# What the yardstick takes when nothing else runs. A busy machine makes everything slower, by as much as it.
SECONDS_OF_THE_YARDSTICK = 0.0025
# Whoever measures which lines run makes each of them slower.
MEASURED = 5 if any(name.startswith("COVERAGE_") for name in os.environ) else 1
MOST_BYTES_OF_A_WORKER = 300_000_000
MOST_BYTES_OF_A_BACKEND = 100_000_000
# Nothing that is refused may hold a worker up for so long, however busy the machine is.
LONGEST_WAIT = 5.0
READING = '{ practice(code: "G82002") { name primaryCareNetwork { name } figures(first: 5) { nodes { value } } } }'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Started, Path]]:
    data = tmp_path_factory.mktemp("attacked") / "data"
    with started(data, "--workers", "2") as service:
        yield service, data


@dataclass
class Reader:
    """Somebody who reads the same again and again, and notes how long each answer took."""

    address: str
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read during the block."""
        stop = threading.Event()
        thread = threading.Thread(target=self._read, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(60)

    def _read(self, stop: threading.Event) -> None:
        with httpx.Client(timeout=60) as http:
            while not stop.is_set():
                # Another question each time, so that no answer is one that was kept.
                document = READING.replace("first: 5", f"first: {5 + len(self.seconds) % 400}")
                for path, sent in (("/livez", None), ("/graphql", {"query": document})):
                    began = time.perf_counter()
                    answer = http.post(self.address + path, json=sent) if sent else http.get(self.address + path)
                    self.seconds.append(time.perf_counter() - began)
                    if answer.status_code != 200 or b'"errors"' in answer.content:
                        self.faults.append(answer.text[:200])
                time.sleep(0.01)


def workers(service: Started) -> list[psutil.Process]:
    """The two processes that answer."""
    children = psutil.Process(service.process.pid).children()
    return [each for each in children if "spawn_main" in " ".join(each.cmdline())]


def used(processes: Sequence[psutil.Process]) -> float:
    """The seconds of the processor that some processes have used."""
    return sum(each.cpu_times().user + each.cpu_times().system for each in processes)


def yardstick() -> float:
    """The seconds of the processor that a known document takes now, in this process, to be parsed and printed."""
    began = time.process_time()
    assert print_ast(parse(get_introspection_query())).startswith("query IntrospectionQuery")
    return time.process_time() - began


def refusal(http: httpx.Client, address: str, attack: Attack) -> str | None:
    """What is wrong with the answer to an attack; None for a refusal."""
    answer = http.post(f"{address}/graphql", content=attack.body, headers={"Content-Type": "application/json"})
    codes = {each["extensions"]["code"] for each in answer.json().get("errors", [])}
    return (
        None
        if codes and codes <= REFUSALS
        else f"{attack.kind}, number {attack.number}: {answer.status_code} {answer.text[:200]}"
    )


def wait_until_quiet(answering) -> None:
    """Let workers finish what each does by itself after its start: it looks for what does not add up."""
    time.sleep(2 * SECONDS_BETWEEN_LOOKS)
    for _ in range(30):
        before = used(answering)
        time.sleep(1)
        if used(answering) - before < 0.05:
            return


def test_each_attack_is_refused_for_little_of_the_processor(service):
    running, _ = service
    answering, seconds, yardsticks = workers(running), defaultdict(list), []
    assert len(answering) == 2
    with httpx.Client(timeout=60) as http:
        # What a worker does once, at the first request of all, is not the price of an attack.
        for attack in attacks(Random(SEED), 20):
            assert refusal(http, running.address, attack) is None
        wait_until_quiet(answering)
        for attack in attacks(Random(SEED + 1), ATTACKS):
            before = used(answering)
            assert refusal(http, running.address, attack) is None
            seconds[attack.kind].append(used(answering) - before)
            yardsticks.append(yardstick())
    usual = {kind: statistics.median(each) for kind, each in seconds.items()}
    longest = {kind: max(each) for kind, each in seconds.items()}
    pace = MEASURED * max(1, statistics.median(yardsticks) / SECONDS_OF_THE_YARDSTICK)
    print(f"seconds of the processor, half of each kind: {usual}, all: {longest}, the machine {pace:.1f} × as slow")
    assert {kind: each for kind, each in usual.items() if each > pace * USUAL_SECONDS_OF_A_REFUSAL} == {}
    assert {kind: each for kind, each in longest.items() if each > pace * MOST_SECONDS_OF_A_REFUSAL} == {}


def test_whoever_reads_goes_on_and_memory_stays_within_bounds(service):
    running, data = service
    calm, attacked = Reader(running.address), Reader(running.address)
    with calm.reading():
        time.sleep(3)
    with attacked.reading(), ThreadPoolExecutor(4) as pool, httpx.Client(timeout=60) as http:
        wrong = [*pool.map(lambda each: refusal(http, running.address, each), attacks(Random(SEED + 2), 2 * ATTACKS))]
    late = [statistics.quantiles(each.seconds, n=100)[98] for each in (calm, attacked)]
    longest = max(attacked.seconds)
    print(f"99 % within {late[0]:.3f} s when it is calm, {late[1]:.3f} s during attacks; longest {longest:.3f} s")
    assert [each for each in wrong if each] == []
    assert calm.faults == attacked.faults == []
    assert longest < LONGEST_WAIT
    memory = [each.memory_full_info().uss for each in workers(running)]
    backends = [each.memory_full_info().uss for each in psutil.Process(postmaster(data / "postgres")).children()]
    print(f"workers {memory}, backends {max(backends)}")
    assert len(memory) == 2
    assert max(memory) < MOST_BYTES_OF_A_WORKER
    assert max(backends) < MOST_BYTES_OF_A_BACKEND
