"""What is worth knowing about the request in hand, noted where it is known and written once, at its end."""

from contextvars import ContextVar

_notes: ContextVar[dict[str, object] | None] = ContextVar("notes", default=None)


def begin() -> dict[str, object]:
    """The notes of a new request: everything noted in its task from now on."""
    notes: dict[str, object] = {}
    _notes.set(notes)
    return notes


def note(**known: object) -> None:
    """Add to the notes of the request in hand; without one, nothing happens."""
    notes = _notes.get()
    if notes is not None:
        notes.update(known)


def add(name: str, amount: float) -> None:
    """Add an amount to a sum among the notes."""
    notes = _notes.get()
    if notes is not None:
        before = notes.get(name)
        notes[name] = round(amount + before if isinstance(before, int | float) else amount, 1)


def noted(name: str) -> object:
    """What is noted under a name; None without a note."""
    return (_notes.get() or {}).get(name)
