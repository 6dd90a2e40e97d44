"""Commands take the day on which they are given in London, which in summer begins an hour before that in UTC."""

import ast
import datetime as dt
from pathlib import Path

import pytest

import service
from service.writes.trust import audit
from tests.service.writes.submitting import ADA, ROOT, codes, give

# Half an hour after midnight in London, on the day after that in UTC.
LATE = dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)
FOLDER = Path(str(service.__file__)).parent / "writes"


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the commands stands still late in the evening."""

    async def now(_: object) -> dt.datetime:
        return LATE

    # A command reads the clock at its turn, or without one.
    monkeypatch.setattr(audit, "now", now)
    monkeypatch.setattr(audit, "turn", now)


async def test_a_name_can_start_on_the_day_that_has_started_in_london(writable, late):
    given = {"code": "G82002", "name": "Another name", "on": dt.date(2026, 7, 1), "reason": "A new name."}
    assert codes(await give(writable, "saveOrganisation", given, by=ROOT)) == []
    tomorrow = given | {"name": "A third name", "on": dt.date(2026, 7, 2)}
    assert codes(await give(writable, "saveOrganisation", tomorrow, by=ROOT)) == ["register/malformed"]


async def test_a_target_counts_from_the_day_that_has_started_in_london(writable, late):
    given = {
        "metric": "call_back_percent",
        "organisation": "QKS",
        "comparator": "AT_LEAST",
        "value": 95,
        "due": dt.date(2027, 3, 31),
        "reason": "Agreed.",
    }
    assert codes(await give(writable, "setTarget", given, by=ADA)) == []
    event = (
        "SELECT detail ->> 'counts_from' FROM audit_event WHERE action = 'target.set' ORDER BY position DESC LIMIT 1"
    )
    assert await writable.reading.fetchval(event) == "2026-07-01"
    text = "SELECT recorded_at FROM target_revision ORDER BY recorded_at DESC LIMIT 1"
    assert await writable.reading.fetchval(text) == LATE


def test_no_command_takes_the_day_of_an_instant_by_itself():
    """`schema.london.day_of` does. `.date()` gives the day of UTC."""
    found = [
        f"{path.name}, line {node.lineno}"
        for path in sorted(FOLDER.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and not node.args and getattr(node.func, "attr", "") == "date"
    ]
    assert found == []
