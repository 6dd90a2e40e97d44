"""The types are classes and descriptions: a reader of the schema meets no SQL in them."""

import ast
from collections.abc import Iterator
from pathlib import Path

SCHEMA = Path(__file__).parents[2] / "schema"


def declarations() -> Iterator[tuple[str, ast.Module]]:
    """The modules that a client of the schema reads, by name."""
    files = [
        *(SCHEMA / "types").glob("*.py"),
        *(SCHEMA / "queries").glob("*.py"),
        *(SCHEMA / f"{root}.py" for root in ("query", "mutation", "subscription")),
    ]
    for file in files:
        yield file.name, ast.parse(file.read_text())


def test_types_import_no_sql():
    imported = [
        (name, node.module)
        for name, module in declarations()
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("sqlalchemy", "sqlmodel"))
    ]
    assert imported == []


def test_a_lambda_of_a_type_is_one_short_line():
    lambdas = [
        (name, node.lineno)
        for name, module in declarations()
        for node in ast.walk(module)
        if isinstance(node, ast.Lambda) and len(ast.unparse(node)) > 80
    ]
    assert lambdas == []
