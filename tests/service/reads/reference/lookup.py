"""What a field says: the function that is declared for it, or else the column of its name."""

from collections.abc import Callable
from typing import Any

from tests.service.reads.reference.tables import OF_KIND, Row, Tables

Arguments = dict[str, Any]
Says = Callable[[Tables, Row, Arguments], Any]

# By type and field; `Organisation.…` is for organisations of any kind, and `*.…` for rows of any type.
FIELDS: dict[str, Says] = {}


def said(tables: Tables, kind: str, name: str, row: Row, arguments: Arguments) -> Any:
    """What a field of a row of a type says."""
    of_any_organisation = f"Organisation.{name}" if kind in OF_KIND.values() else ""
    says = FIELDS.get(f"{kind}.{name}") or FIELDS.get(of_any_organisation) or FIELDS.get(f"*.{name}")
    return says(tables, row, arguments) if says else row[name]


def day(tables: Tables, arguments: Arguments, name: str = "on") -> Any:
    """The day that an argument gives, or today."""
    return tables.today if arguments.get(name) is None else arguments[name]


def until(tables: Tables, arguments: Arguments) -> Any:
    """The last day on which periods may end: that of an argument, or the date above."""
    return tables.moment.on if arguments.get("to") is None else arguments["to"]
