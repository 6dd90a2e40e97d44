"""The command `tracker`, run as a user runs it: in processes of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

TRACKER = Path(sys.executable).with_name("tracker")
PATIENCE = 90  # seconds


def environment(**more: str) -> dict[str, str]:
    """This process's environment without settings of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "DATABASE_"))}
    return kept | more


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command, to its end."""
    return subprocess.run(
        [TRACKER, *arguments], capture_output=True, text=True, timeout=PATIENCE, env=environment(**more), check=False
    )


@dataclass
class Started:
    """A service that was started, and answers."""

    process: subprocess.Popen[str]
    address: str
    output: list[str]

    def ask(self, query: str, key: str | None = None, **variables: object) -> Any:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        sent = {"query": query, "variables": variables}
        answer: Any = httpx.post(f"{self.address}/graphql", json=sent, headers=headers, timeout=20).json()
        return answer

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        return self.process.wait(PATIENCE)


def _unmeasured(variables: dict[str, str]) -> dict[str, str]:
    """An environment in which coverage is not measured.

    uvicorn replaces a worker that does not answer for five seconds, and a measured worker takes that long to start.
    """
    return {name: value for name, value in variables.items() if not name.startswith("COVERAGE_")}


@contextmanager
def started(data: Path, *arguments: str, alone: bool = True) -> Iterator[Started]:
    """`tracker start` on any free port; whatever it started is gone after the block, or the test fails.

    `alone`: nobody else uses the data, so that its database is gone too.
    """
    variables = environment(PYTHONUNBUFFERED="1")
    process = subprocess.Popen(
        [TRACKER, "start", "--port", "0", "--data", str(data), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=_unmeasured(variables) if "--workers" in arguments else variables,
        start_new_session=True,
    )
    try:
        yield _answering(process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
        left = left_of(data if alone else None, process.pid)
        for each in left:
            each.kill()
        if process.stdout:
            process.stdout.close()
        process.wait()
    assert left == []


def _answering(process: subprocess.Popen[str]) -> Started:
    output: list[str] = []
    if process.stdout is None:
        raise TypeError("its output is read")
    for line in process.stdout:
        output.append(line)
        if "/graphql" in line:
            address = line.split()[-1].removesuffix("/graphql")
        if "To write" in line:
            break
    if is_ready(address):
        return Started(process, address, output)
    raise TimeoutError("".join(output))


def is_ready(address: str) -> bool:
    """Whether the service at an address becomes ready in time."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{address}/readyz", timeout=5).status_code == 200:
                return True
        time.sleep(0.05)
    return False


def left_of(data: Path | None, session: int) -> list[psutil.Process]:
    """The processes of a data directory, or of a start's session, that are still there after a while."""
    deadline = time.monotonic() + PATIENCE
    while True:
        left = [process for process in psutil.process_iter() if _belongs(process, data, session)]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.1)


def _belongs(process: psutil.Process, data: Path | None, session: int) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE or process.pid == session:
            return False
        of_data = data is not None and any(str(data) in part for part in process.cmdline())
        return os.getsid(process.pid) == session or of_data
    except (psutil.Error, ProcessLookupError):
        return False
