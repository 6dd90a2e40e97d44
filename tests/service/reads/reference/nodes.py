"""Rows by the ids under which they can be read again."""

import base64
import datetime as dt
import re

from tests.service.reads.reference.tables import OF_KIND, Moment, Row, Tables

_TABLES = ("organisation", "theme", "metric", "period", "figure", "target", "submission", "audit_event")
TABLE_OF_ID = {"".join(word.capitalize() for word in name.split("_")): name for name in _TABLES}


def identity(row: Row, moment: Moment = Moment()) -> str:  # noqa: B008  it never changes
    """The id under which a row can be read again, as of a moment. What is no row has the same at any moment."""
    kind = "Organisation" if row["__typename"] in OF_KIND.values() else row["__typename"]
    plain = f"{kind}:{row['id']}"
    if isinstance(row["id"], int) and moment.on is not None:
        plain += f"@{moment.on}"
    if isinstance(row["id"], int) and moment.known_at is not None:
        plain += f"~{moment.known_at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def dates(text: str) -> tuple[dt.date | None, dt.datetime | None]:
    """The date and the instant in an id."""
    found = re.search("(?:@([^~]+))?(?:~(.+))?$", _plain(text))
    day, instant = found.groups() if found else (None, None)
    return day and dt.date.fromisoformat(day), instant and dt.datetime.fromisoformat(instant)  # type: ignore[return-value]


def node(tables: Tables, text: str) -> Row | None:
    """The row that an id names, or None."""
    match = re.match("([A-Za-z]+):([0-9]+)(@|~|$)", _plain(text))
    return tables.one(TABLE_OF_ID[match[1]], int(match[2])) if match and match[1] in TABLE_OF_ID else None


def _plain(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return ""
