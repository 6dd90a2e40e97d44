"""What the strict type check accepts and refuses at the seams that every new piece of code uses."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASES = sorted((Path(__file__).parent / "cases").glob("*.py.txt"))
_ERROR = re.compile(r"case\.py:(\d+): error: .*\[([a-z-]+)\]$", re.MULTILINE)
_EXPECTED = re.compile(r"# error: \[([a-z-]+)\]$", re.MULTILINE)


def errors(source: str, folder: Path) -> list[tuple[int, str]]:
    """The lines and codes of the errors that mypy finds in a module."""
    module = folder / "case.py"
    module.write_text(source)
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--no-pretty", "--hide-error-context", str(module)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return [
        (int(line), code)
        for line, code in re.findall(r"case\.py:(\d+): error: .*\[([a-z-]+)\]$", printed, re.MULTILINE)
    ]


def expected(source: str) -> list[tuple[int, str]]:
    """The lines that say which error they must have."""
    lines = enumerate(source.splitlines(), start=1)
    return [(number, match[1]) for number, line in lines if (match := _EXPECTED.search(line))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.removesuffix(".py.txt"))
def test_a_case_has_the_errors_that_it_names_and_no_others(case, tmp_path):
    source = case.read_text()
    assert errors(source, tmp_path) == expected(source)


def test_there_are_cases_that_must_not_check():
    assert any(expected(case.read_text()) for case in CASES)
