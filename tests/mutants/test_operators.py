"""Faults are planted where they should be, and nowhere else."""

from pathlib import Path

import pytest

from tests.mutants.operators import mutants

SOURCE = """
import os


def f(a: int, b: int = 3) -> int:
    {}
"""


def planted(tmp_path: Path, line: str) -> set[str]:
    """The line with each of its faults."""
    path = tmp_path / "module.py"
    path.write_text(SOURCE.format(line))
    source = path.read_bytes()
    faulty = [each.planted(source).decode().splitlines()[5].strip() for each in mutants(Path("module.py"), tmp_path)]
    return set(faulty) - {line}


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ("return a < b", {"return a <= b"}),
        ("return a and b", {"return (a or b)", "return (a)"}),
        ("return not a", {"return (a)"}),
        ("return a + b", {"return (a - b)"}),
        ('return "a" + b', set()),
        ("return 1", {"return 2"}),
        ("return True", {"return False"}),
        ("return a if b else a.b", {"return (a)", "return (a.b)"}),
        ("return max(a, b)", {"return min(a, b)"}),
        ("print(a)", {"pass"}),
        ("a += b", {"a -= b"}),
        ("return a", {"return None"}),
        ("x: int = a", set()),
        ("return 0 <= a < b", {"return 0 < a < b", "return 1 <= a < b"}),
    ],
)
def test_a_line_has_these_faults(tmp_path, line, faults):
    assert planted(tmp_path, line) == faults


def test_a_fault_keeps_its_rank_when_the_code_around_it_moves(tmp_path):
    path = tmp_path / "module.py"
    ranks = []
    for before in ("", "x = a\n\n"):
        path.write_text(before + "y = b < c\n")
        ranks.append({each.rank for each in mutants(Path("module.py"), tmp_path)})
    assert ranks[0]
    assert ranks[0] <= ranks[1]
