"""What people read, word for word, is in tests/spec/messages.md."""

import re
from pathlib import Path
from typing import Any

import pytest

from schema.enumerations import MessageKind
from service.messages.texts import ALWAYS, PURPOSES, Letter, letter
from tests.spec.reading import table

PAGE = Path(__file__).parents[2] / "spec" / "messages.md"
HOME = "https://tracker.example"
_EXAMPLE = re.compile(
    r"^Given `(?P<kind>\w+)`:\n\n(?P<facts>(?:\|.*\n)+)\n"
    r"Then Kim reads “(?P<subject>.*)”:\n\n```text\n(?P<text>[\s\S]*?)```",
    re.MULTILINE,
)
EXAMPLES = [found.groupdict() for found in _EXAMPLE.finditer(PAGE.read_text(encoding="utf-8"))]


def value(fact: str, written: str) -> Any:
    """A fact, as the page writes it."""
    if fact == "organisations":
        return written.split(", ")
    if fact == "comments":
        return [written]
    return int(written) if written.isdecimal() else written or None


def made(kind: MessageKind, facts: dict[str, Any]) -> Letter:
    link = f"{HOME}/LINK" if kind in ALWAYS else None
    return letter(kind, facts, to="kim@nhs.example", name="Kim", home=HOME, unsubscribe=f"{HOME}/STOP", link=link)


def test_every_kind_has_its_example_and_all_but_links_can_be_stopped():
    assert {each["kind"] for each in EXAMPLES} == set(MessageKind)
    assert set(PURPOSES) == set(MessageKind) - ALWAYS


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["kind"])
def test_a_message_says_what_the_page_says(example):
    kind = MessageKind(example["kind"])
    facts = {row["fact"]: value(row["fact"], row["value"]) for row in table(example["facts"])}
    sent = made(kind, facts)
    assert (sent.subject, sent.body) == (example["subject"], example["text"])
    assert sent.unsubscribe == (None if kind in ALWAYS else f"{HOME}/STOP")


def test_what_is_not_known_is_left_out():
    asked = {"organisation": "Ashford PCN", "code": "U12345", "quarter": "2024-25-Q4", "open": 1, "due": None}
    assert "due" not in made(MessageKind.REMINDER, asked).body
    assert "Answer by" not in made(MessageKind.OPENS, asked).body
    due = made(MessageKind.REMINDER, {**asked, "due": "2025-04-30"})
    assert "\n\nIt is due by 30 April 2025.\n\n" in due.body
    one = made(MessageKind.WAITING, {"count": 1, "organisations": ["Ashford PCN"]})
    assert one.subject == "1 return is waiting for approval"
    assert "\n1 return is waiting for approval: Ashford PCN.\n" in one.body
    step = {"organisation": "Ashford PCN", "code": "U12345", "quarter": "2024-25-Q4", "by": "Ada", "note": None}
    assert "note" not in made(MessageKind.CORRECTED, step).body
    assert "for every organisation" in made(MessageKind.INVITATION, {"organisation": None}).body
