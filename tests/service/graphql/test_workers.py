"""Subscriptions of a service with two workers, started as a user starts it."""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.service.commands import PATIENCE, Started, run, started

FOREVER = "subscription { figuresPublished { value } }"
UPDATE = """
    mutation {
      updateQuarterlyFigures(input: {
        quarter: "2024-25-Q4", organisation: "QKS"
        figures: [{metric: "call_back_percent", organisation: "QKS", numerator: 163, denominator: 177}]
      }) { created }
    }
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def service(data: Path) -> Iterator[Started]:
    with started(data, "--workers", "2") as service:
        yield service


def subscribe(stack: ExitStack, service: Started) -> ClientConnection:
    address = service.address.replace("http", "ws") + "/graphql"
    subprotocols: Any = ["graphql-transport-ws"]
    socket = stack.enter_context(connect(address, subprotocols=subprotocols, compression=None))
    socket.send('{"type": "connection_init"}')
    assert json.loads(socket.recv(PATIENCE)) == {"type": "connection_ack"}
    socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": FOREVER}}))
    return socket


def serving(service: Started) -> list[psutil.Process]:
    """The workers that hold a connection of ours."""
    port = int(service.address.rsplit(":", 1)[1])
    workers = psutil.Process(service.process.pid).children(recursive=True)
    return [
        worker
        for worker in workers
        if any(
            each.status == psutil.CONN_ESTABLISHED and each.laddr.port == port for each in worker.net_connections("tcp")
        )
    ]


def test_a_publication_through_one_worker_reaches_the_subscribers_of_both(service, data):
    key = run("keys", "create", "--name", "Ada", "--role", "APPROVER", "--data", str(data)).stdout.splitlines()[-1]
    with ExitStack() as stack:
        sockets = [subscribe(stack, service)]
        while len(sockets) < 200 and len(serving(service)) < 2:
            sockets.append(subscribe(stack, service))
        assert len(serving(service)) == 2
        # A subscription is active some milliseconds after the request; the protocol has no message for that.
        time.sleep(0.5)
        assert service.ask(UPDATE, key)["data"]["updateQuarterlyFigures"]["created"] == 1
        answers = [json.loads(socket.recv(PATIENCE))["payload"]["data"] for socket in sockets]
    assert [each["figuresPublished"]["value"] for each in answers] == [92.09] * len(sockets)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_open_streams_and_sockets_do_not_keep_a_service_from_stopping(data, workers):
    with started(data, "--workers", workers) as quiet:
        began = time.monotonic()
        assert quiet.stop(signal.SIGTERM) == 0
        without_streams = time.monotonic() - began
    with started(data, "--workers", workers) as service, ExitStack() as stack:
        subscribe(stack, service)
        address, headers = f"{service.address}/graphql", {"Accept": "text/event-stream"}
        stack.enter_context(httpx.stream("POST", address, json={"query": FOREVER}, headers=headers, timeout=PATIENCE))
        time.sleep(0.5)
        began = time.monotonic()
        assert service.stop(signal.SIGTERM) == 0
        assert time.monotonic() - began < without_streams + 5
