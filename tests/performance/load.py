"""A request becomes latencies: some keep-alive connections repeat it in a closed loop, until time or number is up.

It is run in a process of its own, and is cheap: of each response it reads the status and the length, no more.
"""

import asyncio
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field

import orjson

from tests.performance.loop import new_event_loop

HOST = "127.0.0.1"
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
    """What came of a load: how long it took in all, and each request in milliseconds, in order of size."""

    seconds: float
    milliseconds: list[float]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.milliseconds) / self.seconds

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

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._ask()

    def _ask(self) -> None:
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
            self.course.milliseconds.append((time.perf_counter() - self.sent) * 1000)
            self._ask()

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
    started = time.perf_counter()
    course = Course(load.request, started + load.seconds, load.most)
    callers = [
        (await loop.create_connection(lambda: Caller(course), HOST, load.port))[1] for _ in range(load.connections)
    ]
    await asyncio.gather(*(caller.finished for caller in callers))
    return Latencies(time.perf_counter() - started, sorted(course.milliseconds))


def latencies(load: Load) -> Latencies:
    """The latencies of a load, from a process of its own."""
    command = [sys.executable, "-m", __name__]
    done = subprocess.run(command, input=orjson.dumps(load), stdout=subprocess.PIPE, check=True)
    return Latencies(**orjson.loads(done.stdout))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        sys.stdout.buffer.write(orjson.dumps(runner.run(called(Load(**orjson.loads(sys.stdin.buffer.read()))))))
