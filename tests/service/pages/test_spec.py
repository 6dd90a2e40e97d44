"""The examples of tests/spec/correcting.md hold."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Server
from tests.service.pages.office import Desk, opened
from tests.service.pages.test_approvals import words
from tests.service.pages.test_figures import CALLS, PATH
from tests.service.writes.submitting import published
from tests.spec.reading import table

PAGE = (Path(__file__).parents[2] / "spec" / "correcting.md").read_text(encoding="utf-8")
_EXAMPLE = re.compile(
    r"^## (?P<name>.*)\n\nWhen the head fills in:\n\n(?P<typed>(?:\|.*\n)+)\n"
    r"Then the page says:\n\n(?P<then>(?:\|.*\n)+)",
    re.MULTILINE,
)
EXAMPLES = [found.groupdict() for found in _EXAMPLE.finditer(PAGE)]


@pytest.fixture(scope="module")
async def head(server: Server, seeded: str) -> AsyncIterator[Desk]:
    async with opened(server, seeded) as office:
        await published(office.database, CALLS)
        async with office.desk("Hedda", "Approve") as desk:
            yield desk


def test_every_example_is_read():
    assert len(EXAMPLES) == PAGE.count("\n## ")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
async def test_the_example_holds(head: Desk, example):
    labels = re.findall(r'<label class="nhsuk-label" for="(\w+)">([^<]*)</label>', await head.page(PATH))
    names = {words: name for name, words in labels}
    typed: dict[str, Any] = {names[row["field"]]: row["typed"] for row in table(example["typed"])}
    shown = words((await head.send(PATH, **typed, do="correct")).text)
    for row in table(example["then"]):
        assert row["words"] in shown
