"""Which tests run which line, and how long each takes: from one run of the whole suite."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from coverage import CoverageData

# More tests than this rarely notice more, and take long.
MOST_TESTS = 100
# What makes the databases that other tests start from. It runs once for many tests, so the map names only the first.
MAKES_TEMPLATES = ("service/migrations/", "service/importers/", "schema/tables/", "service/embedded/", "seeds/")


@dataclass(frozen=True)
class CoverageMap:
    """The tests of each line: those in the folder of its package first, and among them the quickest.

    A test that failed without any fault shows nothing: it is left out.
    """

    data: CoverageData
    seconds: dict[str, float]
    failed: frozenset[str]
    root: Path

    def tests(self, path: Path, line: int) -> list[str]:
        """The tests that run a line; none for a line that no test runs.

        A line that runs when its module is imported belongs to no test: every test of the module may notice it.
        """
        by_line = self.data.contexts_by_lineno(str(self.root / path))
        contexts = {context for context in by_line.get(line, ()) if context}
        if line in by_line and not contexts:
            contexts = {context for each in by_line.values() for context in each if context}
        tests = {context.rpartition("|")[0] for context in contexts}
        near = "/".join(("tests", *path.parts[:2], ""))
        if str(path).startswith(MAKES_TEMPLATES):
            tests |= {test for test in self.seconds if test.startswith(near)}
        tests -= self.failed
        ordered = sorted(tests, key=lambda test: (not test.startswith(near), self.seconds.get(test, 1.0), test))
        return ordered[:MOST_TESTS]


def read_or_make(folder: Path, root: Path) -> CoverageMap:
    """The map in a folder, made by running the whole suite when there is none."""
    folder.mkdir(exist_ok=True)
    coverage, timings = folder / "coverage", folder / "tests.json"
    if not timings.exists():
        print("Running the whole suite once, to see which test runs which line …", flush=True)
        _run_suite(coverage, timings, root)
    data = CoverageData(str(coverage))
    data.read()
    tests = json.loads(timings.read_text())
    for name in tests["failed"]:
        print(f"Left out, because it failed without any fault: {name}", flush=True)
    return CoverageMap(data, tests["seconds"], frozenset(tests["failed"]), root)


def _run_suite(coverage: Path, timings: Path, root: Path) -> None:
    report = coverage.with_suffix(".xml")
    options = ["-n", "2", "-q", "--cov", "--cov-context=test", "--cov-report=", f"--junit-xml={report}"]
    environment = {**os.environ, "COVERAGE_FILE": str(coverage)}
    ended = subprocess.run([sys.executable, "-m", "pytest", *options], cwd=root, env=environment, check=False)
    if ended.returncode not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        raise RuntimeError("the suite did not run to its end")
    timings.write_text(json.dumps(_timings(report)))


def _timings(report: Path) -> dict[str, Any]:
    """The seconds of each test, and the tests that failed."""
    cases = {
        f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}": case
        for case in ElementTree.parse(report).iter("testcase")
    }
    return {
        "seconds": {name: float(case.get("time", 1)) for name, case in cases.items()},
        "failed": [name for name, case in cases.items() if {part.tag for part in case} & {"failure", "error"}],
    }
