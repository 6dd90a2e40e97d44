"""What people read, word for word."""

from typing import Any

import pytest

from schema.enumerations import MessageKind
from service.messages.texts import ALWAYS, PURPOSES, letter

HOME, STOP = "https://tracker.example", "https://tracker.example/unsubscribe?x"
ASKED = {"organisation": "Ashford PCN", "code": "U12345", "quarter": "2024-25-Q4", "open": 3, "due": "2025-04-30"}
STEP = {"organisation": "Ashford PCN", "code": "U12345", "quarter": "2024-25-Q4", "by": "Ada Lovelace"}
TEXTS: dict[MessageKind, tuple[dict[str, Any], str, str]] = {
    MessageKind.INVITATION: (
        {"organisation": "Ashford PCN"},
        "You are invited to the primary care tracker",
        "You can now sign in to the primary care tracker, for Ashford PCN.\n\n"
        "The link below works once, for 7 days. Do not give it to anybody else.\n\nSign in:\nhttps://tracker.example/LINK",
    ),
    MessageKind.SIGN_IN: (
        {"minutes": 30},
        "Your link to sign in",
        "The link below signs you in. It works once, for 30 minutes.\n\n"
        "If you did not ask for it, you need not do anything.\n\nSign in:\nhttps://tracker.example/LINK",
    ),
    MessageKind.OPENS: (
        ASKED,
        "Q4 2024/25: your return is open",
        "You can now send the return of Ashford PCN for Q4 2024/25. 3 questions are open.\n\n"
        "Answer by 30 April 2025.\n\nAnswer here:\nhttps://tracker.example/quarters/2024-25-Q4/U12345",
    ),
    MessageKind.DUE_IN_A_WEEK: (
        ASKED,
        "Q4 2024/25: your return is due by 30 April 2025",
        "The return of Ashford PCN for Q4 2024/25 is due by 30 April 2025. 3 questions are open.\n\n"
        "Answer here:\nhttps://tracker.example/quarters/2024-25-Q4/U12345",
    ),
    MessageKind.DUE_TOMORROW: (
        {**ASKED, "open": 1},
        "Q4 2024/25: your return is due tomorrow",
        "The return of Ashford PCN for Q4 2024/25 is due tomorrow, 30 April 2025. 1 question is open.\n\n"
        "Answer here:\nhttps://tracker.example/quarters/2024-25-Q4/U12345",
    ),
    MessageKind.OVERDUE: (
        ASKED,
        "Q4 2024/25: your return is late",
        "The return of Ashford PCN for Q4 2024/25 was due by 30 April 2025. 3 questions are open.\n\n"
        "Send it now. If you cannot, tell whoever collects it.\n\n"
        "Answer here:\nhttps://tracker.example/quarters/2024-25-Q4/U12345",
    ),
    MessageKind.REMINDER: (
        {**ASKED, "due": None},
        "Q4 2024/25: we are waiting for your return",
        "We do not have the whole return of Ashford PCN for Q4 2024/25 yet. 3 questions are open.\n\n"
        "Answer here:\nhttps://tracker.example/quarters/2024-25-Q4/U12345",
    ),
    MessageKind.RETURNED: (
        {**STEP, "reason": "Is this the count of 31 March?"},
        "Q4 2024/25: your return needs a change",
        "Ada Lovelace has returned the figures of Ashford PCN for Q4 2024/25, and says:\n\n"
        "“Is this the count of 31 March?”\n\nChange them, and send them again.\n\n"
        "Answer here:\nhttps://tracker.example/quarters/2024-25-Q4/U12345",
    ),
    MessageKind.WAITING: (
        {"count": 7, "organisations": ["Ashford PCN", "Canterbury PCN"]},
        "7 returns wait for approval",
        "7 returns wait for approval: Ashford PCN, Canterbury PCN, and 5 more.\n\n"
        "Look at them:\nhttps://tracker.example/approvals",
    ),
    MessageKind.PUBLISHED: (
        STEP,
        "Q4 2024/25: your figures are published",
        "Ada Lovelace has published the figures of Ashford PCN for Q4 2024/25.\n\n"
        "See them:\nhttps://tracker.example/organisations/U12345",
    ),
    MessageKind.CORRECTED: (
        {**STEP, "note": "Two practices were counted twice."},
        "Q4 2024/25: published figures were corrected",
        "Ada Lovelace has corrected figures of Ashford PCN for Q4 2024/25.\n\n"
        "The note for readers says: “Two practices were counted twice.”\n\n"
        "See them:\nhttps://tracker.example/organisations/U12345",
    ),
}


def test_every_kind_has_its_text_here_and_all_but_links_can_be_stopped():
    assert set(TEXTS) == set(MessageKind)
    assert set(PURPOSES) == set(MessageKind) - ALWAYS


@pytest.mark.parametrize("kind", MessageKind)
def test_a_message_says_this(kind):
    facts, subject, text = TEXTS[kind]
    link = f"{HOME}/LINK" if kind in ALWAYS else None
    made = letter(kind, facts, to="kim@nhs.example", name="Kim", home=HOME, unsubscribe=STOP, link=link)
    end = f"Primary care tracker\n{HOME}"
    stop = "" if kind in ALWAYS else f"\n\nTo get no more messages of this kind, open:\n{STOP}"
    assert made.subject == subject
    assert made.body == f"Hello Kim\n\n{text}\n\n{end}{stop}\n"
    assert made.unsubscribe == (None if kind in ALWAYS else STOP)


def test_one_return_waits_and_a_reminder_may_have_a_day():
    one = letter(
        MessageKind.WAITING,
        {"count": 1, "organisations": ["Ashford PCN"]},
        to="a@b.example",
        name="Ada",
        home=HOME,
        unsubscribe=STOP,
    )
    assert (one.subject, "1 return waits for approval: Ashford PCN.\n" in one.body) == (
        "1 return waits for approval",
        True,
    )
    due = letter(MessageKind.REMINDER, ASKED, to="a@b.example", name="Ada", home=HOME, unsubscribe=STOP)
    assert "\n\nIt is due by 30 April 2025.\n\n" in due.body
