"""A row's key ⇄ the opaque id under which anybody can read it again: as it is now, or as of a date or an instant."""

import base64
import binascii
import datetime as dt
import re
from dataclasses import dataclass

_ID = re.compile(r"([A-Z][A-Za-z]+):([1-9][0-9]{0,17})(?:@([0-9-]{10}))?(?:~([0-9T:.-]{26})Z)?")


@dataclass(frozen=True)
class Id:
    """What an id names: a row, and as of when. Without a date and an instant it is the row as it is now."""

    kind: str
    key: int
    on: dt.date | None = None
    known_at: dt.datetime | None = None


def kind(table: str) -> str:
    """What ids of a table's rows start with, before they are made opaque: `Organisation`."""
    return "".join(word.capitalize() for word in table.split("_"))


def parsed(text: str) -> Id | None:
    """What an id names, or None for anything that was not given here."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        match = _ID.fullmatch(plain)
        return _named(*match.groups()) if match else None
    except (binascii.Error, ValueError):
        return None


def _named(of: str, key: str, on: str | None, known_at: str | None) -> Id:
    instant = None if known_at is None else dt.datetime.fromisoformat(known_at).replace(tzinfo=dt.UTC)
    return Id(of, int(key), None if on is None else dt.date.fromisoformat(on), instant)


def key(text: str, of: str) -> int | None:
    """The key in an id of the kind `of`, whatever its date, or None."""
    found = parsed(text)
    return found.key if found and found.kind == of else None


def dates(on: dt.date | None, known_at: dt.datetime | None) -> str:
    """What the id of a row as of a date or an instant ends with, before it is made opaque."""
    day = "" if on is None else f"@{on.isoformat()}"
    if known_at is None:
        return day
    return f"{day}~{known_at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def made(of: str, at: int) -> str:
    """The id of a row."""
    return _opaque(f"{of}:{at}")


def named(of: str, name: str) -> str:
    """The id of a thing that has no row yet: it names nothing when it is read again."""
    return _opaque(f"{of}:{name}")


def _opaque(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
