"""A copy of the project in which faults are planted, with a PostgreSQL that lives as long as the copy."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from service.embedded import EmbeddedPostgres
from tests.mutants.coverage_map import MAKES_TEMPLATES
from tests.mutants.operators import Mutant

NOT_COPIED = (".git", ".venv", ".data", ".mutants", "__pycache__", ".*_cache", "*.egg-info")
# Most faults are noticed by the quickest tests of their line.
FIRST_TESTS = 40
# A fault may make a test wait for ever.
SECONDS = 240


class Outcome(Enum):
    """What the tests said about a fault. One that makes them wait for ever is noticed; so is one on a busy machine."""

    NOTICED = "noticed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"


@dataclass(frozen=True)
class Workplace:
    """A copy of the project, and the data directory of its PostgreSQL."""

    folder: Path
    postgres: Path

    def outcome(self, mutant: Mutant, tests: Sequence[str]) -> Outcome:
        """What some tests say while a fault is planted: the first of them, and the others if those notice nothing."""
        for some in (tests[:FIRST_TESTS], tests[FIRST_TESTS:]):
            if some and (outcome := self._outcome(mutant, some)) is not Outcome.SURVIVED:
                return outcome
        return Outcome.SURVIVED

    def _outcome(self, mutant: Mutant, tests: Sequence[str]) -> Outcome:
        file = self.folder / mutant.path
        source = file.read_bytes()
        file.write_bytes(mutant.planted(source))
        try:
            code = self.run(tests, shared=not str(mutant.path).startswith(MAKES_TEMPLATES))
        finally:
            file.write_bytes(source)
        # pytest ends so when a fault stops it from importing the tests; and when a test has another name by now.
        if code == pytest.ExitCode.USAGE_ERROR and self.run(["--collect-only", *tests]) != pytest.ExitCode.OK:
            raise RuntimeError("a test of the coverage map is not there any more: delete .mutants, and start again")
        return Outcome.TIMED_OUT if code is None else Outcome.NOTICED if code else Outcome.SURVIVED

    def run(self, tests: Sequence[str], *, shared: bool = True) -> int | None:
        """Run some tests until one fails: pytest's exit code, or None when it took too long.

        `shared` lets them use the PostgreSQL of the workplace.
        """
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        if shared:
            environment["TRACKER_TEST_POSTGRES"] = str(self.postgres)
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=no", *tests]
        try:
            ended = subprocess.run(
                command, cwd=self.folder, env=environment, capture_output=True, check=False, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return None
        return ended.returncode


@contextmanager
def workplace(root: Path) -> Iterator[Workplace]:
    """A workplace for the block."""
    with TemporaryDirectory(prefix="tracker-mutants-") as name:
        folder = Path(name) / "project"
        shutil.copytree(root, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
        postgres = Path(name) / "postgres"
        with EmbeddedPostgres(postgres, settings={"fsync": "off", "max_connections": "100"}):
            place = Workplace(folder, postgres)
            # Before the first fault: this makes the templates that the tests start from.
            if place.run(["tests/service/test_viewer.py"]) != pytest.ExitCode.OK:
                raise RuntimeError("the tests fail without any fault")
            yield place
