"""Days in the fields of forms: as people write them, and as a field shows them again."""

import datetime as dt

from service.pages.acting import Fault, NotTaken, Sent
from service.sheets.cells import Cell
from service.sheets.written import read_period


def day_in(sent: Sent, name: str) -> str | None:
    """The day in a field, however it is written: 31/3/2025, 31 March 2025. None where none is.

    Raises `NotTaken` for anything else.
    """
    text = sent.text(name)
    if not text:
        return None
    code, _ = read_period(Cell(text))
    try:
        return dt.date.fromisoformat(code or "").isoformat()
    except ValueError as reason:
        raise NotTaken(Fault(name, f"“{text[:40]}” is not a date. Write it as 31/3/2025.")) from reason


def in_field(day: str | None) -> str:
    """A day as a field shows it: 31/3/2025."""
    if not day:
        return ""
    found = dt.date.fromisoformat(day)
    return f"{found.day}/{found.month}/{found.year}"
