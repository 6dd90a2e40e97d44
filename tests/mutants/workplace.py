"""A copy of the project in which faults are planted, with a PostgreSQL that lives as long as the copy."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from service.embedded import EmbeddedPostgres
from tests.mutants.operators import Mutant

NOT_COPIED = (".git", ".venv", ".data", ".mutants", "__pycache__", ".*_cache", "*.egg-info")
# A fault may make a test wait for ever.
SECONDS = 120
# What makes the databases that other tests start from is tested on databases of its own.
MAKES_TEMPLATES = ("service/migrations/", "service/importers/", "schema/tables/", "service/embedded/", "seeds/")


@dataclass(frozen=True)
class Workplace:
    """A copy of the project, and the data directory of its PostgreSQL."""

    folder: Path
    postgres: Path

    def notices(self, mutant: Mutant, tests: Sequence[str]) -> bool:
        """Whether any of the tests fails while a fault is planted."""
        file = self.folder / mutant.path
        source = file.read_bytes()
        file.write_bytes(mutant.planted(source))
        try:
            return not self.passes(tests, shared=not str(mutant.path).startswith(MAKES_TEMPLATES))
        finally:
            file.write_bytes(source)

    def passes(self, tests: Sequence[str], *, shared: bool) -> bool:
        """Whether some tests pass; `shared` lets them use the PostgreSQL of the workplace."""
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        if shared:
            environment["TRACKER_TEST_POSTGRES"] = str(self.postgres)
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=no", *tests]
        try:
            ended = subprocess.run(
                command, cwd=self.folder, env=environment, capture_output=True, check=False, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return False
        return ended.returncode == 0


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
            if not place.passes(["tests/service/test_viewer.py"], shared=True):
                raise RuntimeError("the tests fail without any fault")
            yield place
