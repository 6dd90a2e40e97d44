"""Rows by the ids under which they can be read again."""

import base64
import re

from tests.service.reads.reference.tables import OF_KIND, Row, Tables

_TABLES = ("organisation", "theme", "metric", "period", "figure", "target", "submission", "audit_event")
TABLE_OF_ID = {"".join(word.capitalize() for word in name.split("_")): name for name in _TABLES}


def identity(row: Row) -> str:
    """The id under which a row can be read again."""
    kind = "Organisation" if row["__typename"] in OF_KIND.values() else row["__typename"]
    return base64.urlsafe_b64encode(f"{kind}:{row['id']}".encode()).decode().rstrip("=")


def node(tables: Tables, text: str) -> Row | None:
    """The row that an id names, or None."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return None
    match = re.fullmatch("([A-Za-z]+):([0-9]+)", plain)
    return tables.one(TABLE_OF_ID[match[1]], int(match[2])) if match and match[1] in TABLE_OF_ID else None
