"""A copy of the client projects with their packages, in a folder of the checkout that git ignores."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from service.assets import node

ROOT = Path(__file__).parents[2]
# Each worker of a parallel run has its own: what one installs and builds, no other takes away.
PLACE = ROOT / ".clients" / os.environ.get("PYTEST_XDIST_WORKER", "alone")


def prepared(name: str) -> Path:
    """A project, copied to where its packages are installed, with the schema and the files that it reads."""
    source, place = ROOT / name, PLACE / name
    node.install(source, place)
    for path in source.iterdir():
        if path.is_dir():
            shutil.rmtree(place / path.name, ignore_errors=True)
            shutil.copytree(path, place / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif path.name not in node.LISTS:
            shutil.copy(path, place)
    for folder in ("docs/clients", "schema", "service/recipes"):
        # What has been renamed is not there twice.
        shutil.rmtree(PLACE / folder, ignore_errors=True)
        (PLACE / folder).mkdir(parents=True)
        for path in (ROOT / folder).glob("*.*"):
            shutil.copy(path, PLACE / folder)
    return place


def run(project: Path, program: str, *arguments: str, at: Path | None = None) -> str:
    """What a program of a project prints, to its end; a failure shows all of it."""
    return _done([node.program(), str(project / "node_modules" / ".bin" / program), *arguments], at or project)


def run_script(project: Path, script: str) -> str:
    """What a script of a project prints."""
    return _done([node.program(), script], project)


def built(name: str) -> Path:
    """The folder with the page that a project builds."""
    place = prepared(name)
    _done([*node.npm(), "run", "build"], place)
    return place / "dist"


def _done(command: list[str], at: Path) -> str:
    path = f"{Path(node.program()).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=at, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout
