"""The steps of the migrations, by their revisions."""

from pathlib import Path

from service.migrations import __file__ as migrations

STEPS = sorted(each.stem[:4] for each in (Path(migrations).parent / "versions").glob("0*.py"))


def down_to(revision: str) -> str:
    """How far down a revision is from the latest, as `tracker migrate --to` takes it."""
    return f"-{len(STEPS) - 1 - STEPS.index(revision)}"
