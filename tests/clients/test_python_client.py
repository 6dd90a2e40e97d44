"""ariadne-codegen makes a typed Python client of the worked queries, in an environment of its own, and it runs."""

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from service.config import settings
from tests.clients.projects import PLACE, ROOT
from tests.databases import Server
from tests.service.graphql.served import served

LOCK = Path(__file__).parent / "requirements.txt"
SETTINGS = """
[tool.ariadne-codegen]
schema_path = "{root}/schema/schema.graphql"
queries_path = "queries"
target_package_name = "tracker_client"
[tool.ariadne-codegen.scalars.Date]
type = "datetime.date"
[tool.ariadne-codegen.scalars.DateTime]
type = "datetime.datetime"
[tool.ariadne-codegen.scalars.OdsCode]
type = "str"
"""
RUN = """
import asyncio, datetime, json, sys
from tracker_client import Client

async def main():
    async with Client(url=sys.argv[1]) as client:
        answer = await client.orphan_practices(on=datetime.date(2025, 1, 31))
    print(json.dumps({"count": answer.practices.total_count, "first": answer.practices.nodes[0].name}))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def python() -> Path:
    """The Python of an environment with what the lock lists, and nothing else."""
    place = PLACE / "ariadne"
    program, marker = place / "bin" / "python", place / "requirements.txt"
    if not marker.exists() or marker.read_bytes() != LOCK.read_bytes():
        if uv := shutil.which("uv"):
            run(Path(), uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(place))
            install = [uv, "pip", "install", "--python", str(program)]
        else:
            run(Path(), sys.executable, "-m", "venv", "--clear", str(place))
            install = [str(program), "-m", "pip", "install", "--disable-pip-version-check"]
        run(Path(), *install, "--quiet", "--require-hashes", "-r", str(LOCK))
        shutil.copy(LOCK, marker)
    return program


def run(at: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=at, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


async def test_a_generated_client_asks_the_service(python: Path, tmp_path: Path, server: Server, seeded: str):
    (tmp_path / "pyproject.toml").write_text(SETTINGS.format(root=ROOT))
    (tmp_path / "queries").mkdir()
    for path in (ROOT / "service" / "recipes").glob("*.graphql"):
        shutil.copy(path, tmp_path / "queries")
    run(tmp_path, str(python.with_name("ariadne-codegen")))
    (tmp_path / "ask.py").write_text(RUN)
    async with server.copy(seeded) as url, served(settings({}, database_url=url)) as service:
        printed = await asyncio.to_thread(run, tmp_path, str(python), "ask.py", f"http://{service.host}/graphql")
    assert json.loads(printed) == {"count": 4, "first": "Old Road West Surgery"}
