"""The examples of tests/spec/people.md hold."""

import re
from pathlib import Path

import pytest

from service.database import Database
from service.importers.people import BadPeople, invite_people
from service.writes.register.people import list_people
from tests.service.people.inviting import ROOT
from tests.spec.reading import table

PAGE = Path(__file__).parents[2] / "spec" / "people.md"
_EXAMPLE = re.compile(
    r"^## (?P<name>.*)\n\nWhen an administrator invites:\n\n```csv\n(?P<file>[\s\S]*?)```\n\n"
    r"Then (?P<what>these|nobody).*:\n\n(?P<then>(?:\|.*\n)+)",
    re.MULTILINE,
)
EXAMPLES = [found.groupdict() for found in _EXAMPLE.finditer(PAGE.read_text(encoding="utf-8"))]


def test_every_example_is_read():
    assert len(EXAMPLES) == PAGE.read_text(encoding="utf-8").count("\n## ")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
async def test_the_example_holds(database: Database, example):
    said = ""
    try:
        await invite_people(database, example["file"].encode(), by=ROOT)
    except BadPeople as reason:
        said = str(reason)
    async with database.command() as session:
        people = await list_people(session)
    then = table(example["then"])
    if example["what"] == "these":
        found = [
            {"name": each.name, "role": each.role or "", "organisation": each.organisation or ""} for each in people
        ]
        assert (said, found) == ("", then)
        return
    assert people == []
    lines = dict(re.findall(r"^Line (\d+): (.*)$", said, re.MULTILINE))
    assert list(lines) == [row["line"] for row in then]
    for row in then:
        assert lines[row["line"]].startswith(row["what is wrong"])
