"""What the files that we send are called, and which kinds they are."""

import re
import unicodedata

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
_LONGEST_PART = 60
# Kent and Medway: files of several areas lie next to each other in somebody's folder.
_AREA = "km"


def our_name(*parts: str) -> str:
    """The name of a file of ours, led by the area: km-return-2024-25-Q4-U47228."""
    return ascii_name("-".join((_AREA, *parts)))


def ascii_name(name: str) -> str:
    """A name that every file system and header can hold."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())


def slug(words: str) -> str:
    """Words as a part of a file's name: Practices with call back becomes practices-with-call-back."""
    return ascii_name(words).replace(".", "-").strip("-").lower()[:_LONGEST_PART].strip("-")
