"""Which tests run which line, and how long each takes: from one run of the whole suite."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from coverage import CoverageData

# More tests than this rarely notice more, and take long.
MOST_TESTS = 40


@dataclass(frozen=True)
class CoverageMap:
    """The tests of each line, quickest first."""

    data: CoverageData
    seconds: dict[str, float]
    root: Path

    def tests(self, path: Path, line: int) -> list[str]:
        """The tests that run a line; none for a line that no test runs.

        A line that runs when its module is imported belongs to no test: every test of the module may notice it.
        """
        by_line = self.data.contexts_by_lineno(str(self.root / path))
        contexts = {context for context in by_line.get(line, ()) if context}
        if line in by_line and not contexts:
            contexts = {context for each in by_line.values() for context in each if context}
        tests = {context.partition("|")[0] for context in contexts}
        return sorted(tests, key=lambda test: (self.seconds.get(test, 1.0), test))[:MOST_TESTS]


def read_or_make(folder: Path, root: Path) -> CoverageMap:
    """The map in a folder, made by running the whole suite when there is none."""
    folder.mkdir(exist_ok=True)
    coverage, timings = folder / "coverage", folder / "seconds.json"
    if not timings.exists():
        print("Running the whole suite once, to see which test runs which line …", flush=True)
        _run_suite(coverage, timings, root)
    data = CoverageData(str(coverage))
    data.read()
    return CoverageMap(data, json.loads(timings.read_text()), root)


def _run_suite(coverage: Path, timings: Path, root: Path) -> None:
    report = coverage.with_suffix(".xml")
    options = ["-n", "2", "-q", "--cov", "--cov-context=test", "--cov-report=", f"--junit-xml={report}"]
    environment = {**os.environ, "COVERAGE_FILE": str(coverage)}
    subprocess.run([sys.executable, "-m", "pytest", *options], cwd=root, env=environment, check=True)
    timings.write_text(json.dumps(_seconds(report)))


def _seconds(report: Path) -> dict[str, float]:
    cases = ElementTree.parse(report).iter("testcase")
    names = {f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}": case for case in cases}
    return {name: float(case.get("time", 1)) for name, case in names.items()}
