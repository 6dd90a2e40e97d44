"""How long files take, printed: `python -m tests.performance.sheets`.

An upload of 700 rows and its saving as a draft; a check of 184 organisations by 20 measures; and the refusal of hostile
files. Each is done five times in a process that is settled as the service is, over the seeds in a database of its own.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from schema.errors import Refusal
from service import migrations
from service.config import settings
from service.database import Database, connected
from service.embedded import EmbeddedPostgres
from service.importers import seeds
from service.serving import settle
from service.sheets.checking import Said, check_file
from service.sheets.opening import opened
from service.sheets.taking import Choice, Form, Take, take_file
from tests.databases import Server
from tests.service.sheets.files import workbook
from tests.service.sheets.test_hostile import HOSTILE
from tests.service.writes.submitting import ROOT, give

TIMES = 5
ROWS, ORGANISATIONS, MEASURES = 700, 184, 20
QUARTER = "2024-25-Q4"
_MOST_SECONDS = {"rows": 2.0, "grid": 1.0, "hostile": 0.15}
_PRACTICES = "SELECT code FROM organisation WHERE kind = 'PRACTICE' AND NOT is_synthetic ORDER BY code LIMIT $1"


async def main(url: str) -> None:
    """Measure everything over a database."""
    async with connected(settings({}, database_url=url)) as database:
        measures = [await _measure(database, number) for number in range(MEASURES)]
        found = await database.reading.fetch(_PRACTICES, ORGANISATIONS)
        codes = [row["code"] for row in found]
        lines: list[list[Any]] = [["Organisation", "Measure", "Value"]]
        lines += [[codes[at % len(codes)], measures[at // len(codes)], 1 + at % 97] for at in range(ROWS)]
        rows = workbook({"Returns": lines})
        # A workbook of the tests has ten columns at most.
        lines = [["Organisation", *measures], *([code, *range(1, MEASURES + 1)] for code in codes)]
        grid = "\n".join(",".join(map(str, line)) for line in lines).encode()
        said = Said(QUARTER, "QKS")
        settle()

        async def upload() -> None:
            checked = await check_file(database, rows, said, by=ROOT)
            taken = await take_file(database, checked, Choice(Take.ALL, Form.DRAFT), by=ROOT)
            assert taken.submission is not None, taken.problems

        await _print(f"An upload of {ROWS} rows, checked and saved", _MOST_SECONDS["rows"], upload)
        await _print(
            f"A check of {len(codes)} organisations by {MEASURES} measures",
            _MOST_SECONDS["grid"],
            lambda: check_file(database, grid, said, by=ROOT),
        )
    slowest = {name: min(_refusing(content) for _ in range(TIMES)) for name, (content, _) in HOSTILE.items()}
    worst = max(slowest, key=lambda name: slowest[name])
    print(f"The slowest refusal, of {worst}: {slowest[worst]:.3f} s (goal {_MOST_SECONDS['hostile']} s)")


async def _measure(database: Database, number: int) -> str:
    """The code of a new measure that practices answer."""
    code = f"timed_{number}"
    given: dict[str, Any] = {
        "code": code,
        "name": f"Timed measure {number}",
        "description": "For a measurement.",
        "theme": await database.reading.fetchval("SELECT code FROM theme ORDER BY position LIMIT 1"),
        "unit": "COUNT",
        "direction": "NEUTRAL",
        "decimals": 0,
        "collectedFrom": ["PRACTICE"],
        "rollUp": "SUM",
    }
    answer = await give(database, "saveMetric", given, by=ROOT)
    assert answer["problems"] == [], answer["problems"]
    return code


async def _print(what: str, goal: float, work: Callable[[], Awaitable[object]]) -> None:
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - began)
    said = f"{what}: median {statistics.median(taken):.2f} s, {min(taken):.2f} to {max(taken):.2f} s (goal {goal} s)"
    print(said)


def _refusing(content: bytes) -> float:
    began = time.perf_counter()
    try:
        opened(content)
    except Refusal:
        return time.perf_counter() - began
    raise AssertionError("the file was not refused")


async def _seed(url: str) -> None:
    async with connected(settings({}, database_url=url)) as database, database.command() as session:
        await seeds.load(session)


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "data", settings={"fsync": "off"}) as embedded,
    ):
        server = Server(embedded)
        asyncio.run(server.create("sheets"))
        migrations.migrate(server.url("sheets"))
        asyncio.run(_seed(server.url("sheets")))
        asyncio.run(main(server.url("sheets")))
