"""`tracker start`, from the first start in an empty directory to every way of ending it."""

import re
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.service.commands import run, started

UPDATE = """
    mutation ($value: Float!, $key: String) {
      updateQuarterlyFigures(input: {
        quarter: "2024-25-Q4", organisation: "QKS", reason: "count", idempotencyKey: $key
        figures: [{metric: "call_back_percent", organisation: "QKS", value: $value}]
      }) { created updated problems { code } }
    }
"""
READ = """
    { metric(code: "call_back_percent") { figures(latestOnly: true) { nodes { value revision period { code } } } } }
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A data directory that has been started and seeded once, and a key for it."""
    data = tmp_path_factory.mktemp("prepared") / "data"
    with started(data) as service:
        assert any("figures" in line for line in service.output)
        created = run("keys", "create", "--name", "Ada", "--role", "APPROVER", "--data", str(data))
        key = created.stdout.splitlines()[-1]
    yield data, key
    shutil.rmtree(data)


@pytest.fixture
def data(prepared: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of the prepared directory, for one test."""
    shutil.copytree(prepared[0], tmp_path / "data", ignore=shutil.ignore_patterns("sock", "lock", "holder"))
    return tmp_path / "data"


@pytest.fixture
def key(prepared: tuple[Path, str]) -> str:
    return prepared[1]


def test_the_last_line_has_only_the_key(key):
    assert re.fullmatch(r"kmt_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", key)


def test_the_second_start_answers_and_does_not_seed_again(data):
    with started(data) as service:
        assert not any("Seeds" in line for line in service.output)
        answer = service.ask('{ practices { totalCount } primaryCareNetworks(on: "2025-01-31") { totalCount } }')
    assert answer == {"data": {"practices": {"totalCount": 175}, "primaryCareNetworks": {"totalCount": 43}}}


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_every_end_leaves_no_process_and_keeps_published_figures(data, key, end):
    with started(data) as service:
        assert service.ask(UPDATE, key, value=91.5)["data"]["updateQuarterlyFigures"]["created"] == 1
        assert service.stop(end) == (-end if end is signal.SIGKILL else 0)
    with started(data) as service:
        nodes = service.ask(READ)["data"]["metric"]["figures"]["nodes"]
    assert nodes == [{"value": 91.5, "revision": 1, "period": {"code": "2024-25-Q4"}}]


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_their_launcher(data, end):
    with started(data, "--workers", "2") as service:
        workers = psutil.Process(service.process.pid).children(recursive=True)
        assert len(workers) >= 3
        service.stop(end)


def test_the_service_comes_back_after_the_postmaster_was_killed(data, key):
    with started(data) as service:
        service.ask(UPDATE, key, value=91.5)
        pid = int((data / "postgres" / "pgdata" / "postmaster.pid").read_text().split()[0])
        psutil.Process(pid).kill()
        answers = []
        for _ in range(40):
            time.sleep(0.1)
            answers.append(service.ask(READ))
    assert answers[-1]["data"]["metric"]["figures"]["nodes"][0]["value"] == 91.5
    codes = {error["extensions"]["code"] for answer in answers for error in answer.get("errors", ())}
    assert codes <= {"database/unavailable", "database/timeout"}


def test_a_second_start_on_the_same_data_attaches(data, key):
    with started(data) as first, started(data, alone=False) as second:
        first.ask(UPDATE, key, value=91.5)
        assert second.ask(READ) == first.ask(READ)


def test_a_printed_link_leads_to_the_service_that_runs(data):
    invite = ("people", "invite", "ann@nhs.example", "--name", "Ann", "--role", "APPROVER", "--data", str(data))
    with started(data) as service:
        invited = run(*invite)
        [link] = re.findall(r"http://\S+", invited.stdout)
        assert link.startswith(f"{service.address}/")
        assert httpx.get(link).status_code == 200


def test_a_port_in_use_is_one_sentence_and_exit_code_1(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ended = run("start", "--port", str(other.getsockname()[1]), "--data", str(tmp_path / "data"))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert re.fullmatch(
        r"Error: The service cannot listen on 127\.0\.0\.1:\d+: Address already in use\.\n", ended.stderr
    )


def test_a_revoked_key_is_refused_within_five_seconds(data, key):
    with started(data) as service:
        assert "data" in service.ask(UPDATE, key, value=91.5)
        run("keys", "revoke", key.split("_")[1], "--data", str(data))
        for _ in range(50):
            time.sleep(0.1)
            answer = service.ask(UPDATE, key, value=92.5)
            if "errors" in answer:
                break
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_health_and_the_schema_are_served(data):
    with started(data) as service:
        assert httpx.get(f"{service.address}/livez").json() == {"status": "alive"}
        assert httpx.get(f"{service.address}/readyz").json()["status"] == "ready"
        assert "type Practice implements" in httpx.get(f"{service.address}/schema.graphql").text
