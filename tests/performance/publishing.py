"""Readers of statuses while figures are published, one publication a second, and without: ours alone, in turns.

The service and the publisher share one process, so what readers lose is what the publication itself takes as well.
"""

import asyncio
import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import httpx

from schema.enumerations import Role
from tests.performance.load import HOST, Latencies, Load, latencies
from tests.performance.peers import OURS
from tests.performance.rounds import MOST_REQUESTS, SECONDS_TO_WARM, Effort
from tests.performance.shapes import Shape
from tests.service.graphql.api_keys import key_at

# The claims: how many percent fewer answers readers get, and how many milliseconds longer the last of them waits.
MOST_LOST, MOST_LONGER = 20, 100

STATUSES = Shape(
    9,
    "the targets of a practice with their status, while figures are published",
    '{ practice(code: "G82117") { targets(includeSynthetic: true) { status value } } }',
)
_UPDATE = """
    mutation Update($input: UpdateQuarterlyFiguresInput!) {
      updateQuarterlyFigures(input: $input) { created updated problems { code severity } }
    }
"""


def while_publishing(url: str, port: int, effort: Effort) -> Iterator[str]:
    """The lines of the report: rates and longest waits, the median of all rounds, then the two claims."""
    key = asyncio.run(key_at(url, "Benchmark", Role.APPROVER))
    _read(port, effort, SECONDS_TO_WARM)
    lost, longer = [], []
    for _ in range(effort.rounds):
        quiet = _read(port, effort, effort.seconds)
        with _publishing(port, key):
            busy = _read(port, effort, effort.seconds)
        lost.append(100 * (1 - busy.rate / quiet.rate))
        longer.append(busy.milliseconds[-1] - quiet.milliseconds[-1])
        yield (
            f"{STATUSES.number}. {STATUSES.rows}: {busy.rate:,.0f} of {quiet.rate:,.0f} answers a second, "
            f"at most {busy.milliseconds[-1]:.0f} of {quiet.milliseconds[-1]:.0f} ms"
        )
    less, later = median(lost), median(longer)
    yield f"During publications readers get {less:.0f} % less (at most {MOST_LOST}): {_met(less <= MOST_LOST)}."
    yield f"The last of them waits {later:.0f} ms longer (at most {MOST_LONGER}): {_met(later <= MOST_LONGER)}."


def _met(holds: bool) -> str:
    return "met" if holds else "missed"


def _read(port: int, effort: Effort, seconds: float) -> Latencies:
    body = STATUSES.body.decode()
    return latencies(Load(port, OURS.path(STATUSES), body, effort.connections, seconds, MOST_REQUESTS))


@contextmanager
def _publishing(port: int, key: str) -> Iterator[None]:
    """For the block: one figure a second is published, another one each time."""
    ended = threading.Event()
    thread = threading.Thread(target=_publish, args=(port, key, ended))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


_VALUES = itertools.count()


def _publish(port: int, key: str, ended: threading.Event) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"http://{HOST}:{port}", headers=headers, timeout=60) as client:
        while not ended.is_set():
            began, value = time.perf_counter(), next(_VALUES) % 20
            figure = {"metric": "call_back_percent", "organisation": "QKS", "value": 60 + value, "reason": "Measured."}
            given = {"quarter": "2024-25-Q4", "organisation": "QKS", "figures": [figure]}
            answer = client.post("/graphql", json={"query": _UPDATE, "variables": {"input": given}}).json()
            outcome = answer["data"]["updateQuarterlyFigures"]
            if outcome["created"] + outcome["updated"] != 1:
                raise ValueError(f"nothing was published: {answer}")
            ended.wait(max(0.0, 1 - (time.perf_counter() - began)))
