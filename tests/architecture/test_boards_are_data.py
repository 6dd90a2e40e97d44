"""The code names no board and no metric: a second board needs rows, and no line of code."""

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from service.importers.seed_files import seeds_in

ROOT = Path(__file__).parents[2]
SEEDS = seeds_in(files("seeds"))
CODES = {row["code"] for row in SEEDS.metrics} | {row["code"] for row in SEEDS.organisations}
# Metric codes that are words of GraphQL, of SQL or of the register too.
WORDS = {"practices", "primary_care_networks"}
# Migrations are history.
MODULES = [
    path for folder in ("service", "schema") for path in (ROOT / folder).rglob("*.py") if "versions" not in path.parts
]


def strings(path: Path) -> Iterator[str]:
    """The strings of a module but its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_names_no_board_and_no_metric(path):
    assert CODES & set(strings(path)) <= WORDS
