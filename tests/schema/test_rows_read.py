"""Statements that only read take their tables from `rows_of`, whose aliases are quick to make."""

from importlib import import_module
from pathlib import Path

import pytest

import schema.sql
import service.reads
from schema.tables import MetricRow, rows_of, table

READING = [
    f"{package.__name__}.{path.stem}"
    for package in (schema.sql, service.reads)
    for path in Path(package.__path__[0]).glob("*.py")
]


@pytest.mark.parametrize("name", READING)
def test_what_reads_takes_its_tables_from_rows_of(name: str):
    assert getattr(import_module(name), "table", None) is not table


def test_rows_have_the_columns_of_their_table():
    stored, read = table(MetricRow), rows_of(MetricRow)
    assert [(each.name, each.type, bool(each.unique)) for each in stored.c] == [
        (each.name, each.type, each.unique) for each in read.c
    ]
