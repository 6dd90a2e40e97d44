import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.embedded import EmbeddedPostgres
from tests.service.embedded.processes import is_gone, serving, within


def left_behind(data: Path) -> list[list[str]]:
    """The command lines of the processes that still serve `data`, which are then killed."""
    if within(15, lambda: is_gone(data)):
        return []
    processes = serving(data)
    commands = [process.cmdline() for process in processes]
    for process in processes:
        process.kill()
    return commands or [["a process without the directory in its command line holds the lock"]]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    data = tmp_path_factory.mktemp("prepared")
    with EmbeddedPostgres(data):
        pass
    yield data
    shutil.rmtree(data)


@pytest.fixture
def data(prepared: Path) -> Iterator[Path]:
    """A data directory with a cluster in it, which no process serves before and after the test."""
    yield prepared
    assert left_behind(prepared) == []


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    """A data directory that does not exist yet; removed, with its processes, after the test."""
    directory = tmp_path / "data"
    yield directory
    if directory.exists():
        assert left_behind(directory) == []
        shutil.rmtree(directory)
