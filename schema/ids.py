"""A row's key ⇄ the opaque id under which anybody can read it again."""

import base64
import binascii
import re

_ID = re.compile(r"([A-Z][A-Za-z]+):([1-9][0-9]{0,17})")


def kind(table: str) -> str:
    """What ids of a table's rows start with, before they are made opaque: `Organisation`."""
    return "".join(word.capitalize() for word in table.split("_"))


def parsed(text: str) -> tuple[str, int] | None:
    """The kind and the key that an id names, or None for anything that was not given here."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    match = _ID.fullmatch(plain)
    return (match[1], int(match[2])) if match else None


def key(text: str, of: str) -> int | None:
    """The key in an id of the kind `of`, or None."""
    parts = parsed(text)
    return parts[1] if parts and parts[0] == of else None


def made(of: str, at: int) -> str:
    """The id of a row."""
    return base64.urlsafe_b64encode(f"{of}:{at}".encode()).decode().rstrip("=")


def named(of: str, name: str) -> str:
    """The id of a thing that has no row yet: it names nothing when it is read again."""
    return base64.urlsafe_b64encode(f"{of}:{name}".encode()).decode().rstrip("=")
