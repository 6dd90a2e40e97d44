"""What many tests share: one PostgreSQL for the run, a seeded database, and parts of the service that use it."""

import asyncio
import datetime as dt
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path

import httpx
import hypothesis
import pytest

from schema.enumerations import Role
from schema.london import day_of
from service import migrations
from service.config import settings
from service.database import Database, connected
from service.embedded import EmbeddedPostgres
from service.importers import seeds
from service.importers.sandbox import load_sandbox
from service.judging.touched import Judging
from service.reads.reader import Reader
from service.viewer import Viewer
from tests.databases import Server
from tests.places import quick_place
from tests.rounds import left_out
from tests.serving import serving

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")

# A busy machine may take longer than a client without a key may wait for. Tests of that limit set their own.
os.environ.setdefault("TRACKER_ANONYMOUS_STATEMENT_TIMEOUT_MS", "60000")

MIGRATED = "migrated"
SEEDED = "seeded"
SANDBOX = "sandbox"


# What starts processes of its own takes both cores: with `--dist loadgroup` one such test runs at a time.
STARTS_PROCESSES = (
    "tests/browser/",
    "tests/clients/",
    "tests/service/answers/test_history.py",
    "tests/service/embedded/",
    "tests/service/graphql/test_workers.py",
    "tests/service/sheets/test_commands.py",
    "tests/service/test_attacks.py",
    "tests/service/test_healing.py",
    "tests/service/test_start.py",
    "tests/service/test_options.py",
    "tests/service/test_cli.py",
    "tests/service/writes/test_kill.py",
    "tests/test_readme.py",
    "tests/typing/",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run be a short one."""
    parser.addoption("--short", action="store_true", help="Run some cases of the longest tables: see tests/rounds.py.")


# First: otherwise xdist reads the groups before they are there, since it comes before what a conftest has to do.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests that start processes in one group, and leave out what a short round does not run."""
    if config.getoption("--short"):
        without = left_out(item.nodeid for item in items)
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in without])
        items[:] = [item for item in items if item.nodeid not in without]
    for item in items:
        if item.nodeid.startswith(STARTS_PROCESSES):
            item.add_marker(pytest.mark.xdist_group("processes"))


@pytest.fixture(scope="session", autouse=True)
def planned() -> Iterator[None]:
    """Plans are kept for the run, not for each application of it: they depend on the schema and the day alone.

    To plan the same documents for each test took a fifth of the time of those that read.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.answers.executor.Reader", cache(Reader))
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL whose data need not survive, so it does not wait for the disk.

    `TRACKER_TEST_POSTGRES` names the data directory of one that runs already, whose templates are used again.
    """
    running = os.environ.get("TRACKER_TEST_POSTGRES")
    with (
        nullcontext(Path(running)) if running else quick_place(tmp_path_factory.mktemp("postgres")) as data,
        EmbeddedPostgres(data, settings={"fsync": "off", "max_connections": "100"}) as embedded,
    ):
        yield Server(embedded)


async def judged(database: Database) -> None:
    """Judge what waits in a template, so that not every service of a copy does it again."""
    judging = Judging(database)
    await judging.complete(day_of(dt.datetime.now(dt.UTC)))
    await judging.complete_figures()


@pytest.fixture(scope="session")
def migrated(server: Server) -> str:
    """The name of a template database with the tables and no rows."""
    if asyncio.run(server.create(MIGRATED)):
        migrations.migrate(server.url(MIGRATED))
    return MIGRATED


@pytest.fixture(scope="session")
def seeded(server: Server, migrated: str) -> str:
    """The name of a template database with the seeds."""

    async def seed() -> None:
        if not await server.create(SEEDED, migrated):
            return
        async with connected(settings(database_url=server.url(SEEDED))) as database:
            async with database.command() as session:
                await seeds.load(session)
            await judged(database)

    asyncio.run(seed())
    return SEEDED


@pytest.fixture(scope="session")
def sandbox(server: Server, seeded: str) -> str:
    """The name of a template database with the seeds and three years of a sandbox, over which documents are worked."""

    async def add() -> None:
        if not await server.create(SANDBOX, seeded):
            return
        async with connected(settings(database_url=server.url(SANDBOX))) as database:
            async with database.command() as session:
                await load_sandbox(session, practices=None, quarters=12, metrics=12, progress=False)
            await judged(database)

    asyncio.run(add())
    return SANDBOX


@pytest.fixture
async def empty_database(server: Server, migrated: str) -> AsyncIterator[str]:
    """The URL of a database with the tables and no rows, for one test."""
    async with server.copy(migrated) as url:
        yield url


@pytest.fixture
async def writable(server: Server, seeded: str) -> AsyncIterator[Database]:
    """A seeded database for one test alone."""
    async with server.copy(seeded) as url, connected(settings(database_url=url)) as database:
        yield database


@pytest.fixture(scope="session")
async def database(server: Server, seeded: str) -> AsyncIterator[Database]:
    """A seeded database that tests only read."""
    async with server.copy(seeded) as url, connected(settings(database_url=url)) as database:
        yield database


@pytest.fixture(scope="session")
async def client(server: Server, seeded: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole service, in this process, over the seeds; tests only read."""
    async with server.copy(seeded) as url, serving(settings(database_url=url)) as client:
        yield client


@pytest.fixture
def approver() -> Viewer:
    return Viewer("Ada", Role.APPROVER)
