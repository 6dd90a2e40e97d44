"""A request becomes latencies: some keep-alive connections repeat it in a closed loop, until time or number is up.

It is run in a process of its own, and is cheap: of each response it reads the status and the length, no more.
"""

import asyncio
import functools
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field

import orjson

from tests.performance.loop import new_event_loop

HOST = "127.0.0.1"
# Seconds that an answer may still take when a load is over. Then it counts as one that took so long.
PATIENCE = 5.0
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Load:
    """What is sent where, by how many connections; each ends the request in hand when `seconds` are over."""

    port: int
    path: str
    body: str
    connections: int
    seconds: float
    most: int

    @property
    def request(self) -> bytes:
        """The bytes of the request."""
        head = f"POST {self.path} HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/json\r\naccept: */*\r\n"
        body = self.body.encode()
        return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


@dataclass(frozen=True)
class Latencies:
    """What came of a load: how long it took in all, and each request in milliseconds, in order of size.

    `unanswered` of them are those that were stopped. `worked` are the seconds that this end of the connections worked.
    """

    seconds: float
    milliseconds: list[float]
    unanswered: int = 0
    worked: float = 0.0

    @property
    def answered(self) -> int:
        """How many requests were answered."""
        return len(self.milliseconds) - self.unanswered

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds

    @property
    def share_worked(self) -> float:
        """The share of the time that this end worked: near 1 it is what limits the rate."""
        return self.worked / self.seconds

    def at(self, percent: int) -> float:
        """The latency that so many percent of the requests did not exceed."""
        return self.milliseconds[min(len(self.milliseconds) - 1, len(self.milliseconds) * percent // 100)]


@dataclass
class Course:
    """What the connections of a load share: when to stop, what was measured, the length that every response has."""

    request: bytes
    until: float
    most: int
    milliseconds: list[float] = field(default_factory=list)
    length: int | None = None

    def is_over(self) -> bool:
        return time.perf_counter() >= self.until or len(self.milliseconds) >= self.most


class Caller(asyncio.Protocol):
    """One connection."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.finished = asyncio.get_running_loop().create_future()
        # When the request in hand was sent.
        self.sent: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._ask()

    def _ask(self) -> None:
        self.sent = None
        if self.course.is_over():
            self.finished.set_result(None)
            self.transport.close()
            return
        self.head, self.left = b"", -1
        self.sent = time.perf_counter()
        self.transport.write(self.course.request)

    def data_received(self, data: bytes) -> None:
        if self.left >= 0:
            self.left -= len(data)
        else:
            self.head += data
            head, end, body = self.head.partition(b"\r\n\r\n")
            if not end:
                return
            self.left = self._length(head) - len(body)
        if self.left == 0:
            self.course.milliseconds.append(self.waited)
            self._ask()

    @property
    def waited(self) -> float:
        """The milliseconds since the request in hand was sent; 0 with none."""
        return 0.0 if self.sent is None else (time.perf_counter() - self.sent) * 1000

    def stop(self) -> int:
        """End, whether or not an answer is still to come; the number of answers that are."""
        if self.finished.done() or self.sent is None:
            return 0
        self.course.milliseconds.append(self.waited)
        self.finished.set_result(None)
        self.transport.abort()
        return 1

    def _length(self, head: bytes) -> int:
        found = _LENGTH.search(head)
        length = int(found[1]) if found else -1
        self.course.length = self.course.length or length
        if not head.startswith(b"HTTP/1.1 200") or length != self.course.length:
            self.transport.abort()
            raise ValueError(f"another response than before: {head.decode()}")
        return length

    def connection_lost(self, reason: Exception | None) -> None:
        if not self.finished.done():
            self.finished.set_exception(reason or ConnectionError("the connection ended within a response"))


async def called(load: Load) -> Latencies:
    """The latencies of a load, from this process."""
    loop = asyncio.get_running_loop()
    started, worked = time.perf_counter(), time.process_time()
    course = Course(load.request, started + load.seconds, load.most)
    callers = [
        (await loop.create_connection(lambda: Caller(course), HOST, load.port))[1] for _ in range(load.connections)
    ]
    await asyncio.wait([caller.finished for caller in callers], timeout=load.seconds + PATIENCE)
    unanswered = sum(caller.stop() for caller in callers)
    for caller in callers:
        caller.finished.result()
    took = time.perf_counter() - started
    return Latencies(took, sorted(course.milliseconds), unanswered, time.process_time() - worked)


def latencies(load: Load) -> Latencies:
    """The latencies of a load, from a process of its own."""
    process = _process()
    if process.stdin is None or process.stdout is None:
        raise TypeError("it is written to and read from")
    process.stdin.write(orjson.dumps(load) + b"\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise ValueError("a request was not answered as the first one was: see above")
    return Latencies(**orjson.loads(answer))


@functools.cache
def _process() -> "subprocess.Popen[bytes]":
    """The process that asks, for as long as this one runs: it ends when nothing can come any more."""
    return subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _answer_loads() -> None:
    """Each line that comes is a load, each line that goes its latencies."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        for line in sys.stdin.buffer:
            sys.stdout.buffer.write(orjson.dumps(runner.run(called(Load(**orjson.loads(line))))) + b"\n")
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    _answer_loads()
