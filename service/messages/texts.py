"""The facts of a message become what somebody reads: a subject, and a text with a link."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from schema.enumerations import MessageKind
from schema.periods import long_date, parsed

Facts = Mapping[str, Any]
# What somebody has asked for themselves, and cannot do without.
ALWAYS = frozenset({MessageKind.INVITATION, MessageKind.SIGN_IN})
SERVICE = "Primary care tracker"


@dataclass(frozen=True)
class Letter:
    """What is sent to one address. `unsubscribe` is the address that ends messages of its kind."""

    to: str
    subject: str
    body: str
    unsubscribe: str | None = None
    # The same for each attempt to send it, and for nothing else.
    key: str = ""


@dataclass(frozen=True)
class _Words:
    subject: str
    paragraphs: tuple[str, ...]
    # What the link is for, and where it leads below the address of the service.
    link: tuple[str, str]


def letter(
    kind: MessageKind, facts: Facts, *, to: str, name: str, home: str, unsubscribe: str, link: str | None = None
) -> Letter:
    """A message as it is sent. `link` is one that signs its reader in, where the message is for that."""
    words = _WORDS[kind](facts)
    purpose, path = words.link
    paragraphs = [f"Hello {name}", *words.paragraphs, f"{purpose}:\n{link or home + path}"]
    if kind in ALWAYS:
        return Letter(to, words.subject, "\n\n".join([*paragraphs, f"{SERVICE}\n{home}"]) + "\n")
    stop = f"To stop these messages, open:\n{unsubscribe}"
    return Letter(to, words.subject, "\n\n".join([*paragraphs, f"{SERVICE}\n{home}", stop]) + "\n", unsubscribe)


def _invitation(facts: Facts) -> _Words:
    where = facts.get("organisation") or "every organisation"
    return _Words(
        f"You are invited to the {SERVICE.lower()}",
        (
            f"You can now sign in to the {SERVICE.lower()}, for {where}.",
            "You can use the link below once, within 7 days. Do not share it.",
        ),
        ("Sign in", "/sign-in"),
    )


def _sign_in(facts: Facts) -> _Words:
    return _Words(
        "Your link to sign in",
        (
            f"The link below signs you in. You can use it once, within {facts['minutes']} minutes.",
            "If you did not ask for it, you can ignore this message.",
        ),
        ("Sign in", "/sign-in"),
    )


def _opens(facts: Facts) -> _Words:
    return _asking(
        facts,
        f"{_quarter(facts)}: your return is open",
        f"The {_quarter(facts)} return for {facts['organisation']} is now open. {_questions(facts)}",
        f"Answer by {_day(facts)}." if facts.get("due") else "",
    )


def _due_in_a_week(facts: Facts) -> _Words:
    return _asking(
        facts,
        f"{_quarter(facts)}: your return is due by {_day(facts)}",
        f"The {_quarter(facts)} return for {facts['organisation']} is due by {_day(facts)}. {_questions(facts)}",
    )


def _due_tomorrow(facts: Facts) -> _Words:
    return _asking(
        facts,
        f"{_quarter(facts)}: your return is due tomorrow",
        f"The {_quarter(facts)} return for {facts['organisation']} is due tomorrow, {_day(facts)}. {_questions(facts)}",
    )


def _overdue(facts: Facts) -> _Words:
    return _asking(
        facts,
        f"{_quarter(facts)}: your return is late",
        f"The {_quarter(facts)} return for {facts['organisation']} was due by {_day(facts)}. {_questions(facts)}",
        "Send it as soon as you can. If you cannot, tell the primary care team.",
    )


def _deadline_moved(facts: Facts) -> _Words:
    before = long_date(dt.date.fromisoformat(facts["before"]))
    return _asking(
        facts,
        f"{_quarter(facts)}: your return is now due by {_day(facts)}",
        f"The {_quarter(facts)} return for {facts['organisation']} is now due by {_day(facts)}. "
        f"It was due by {before}. {_questions(facts)}",
    )


def _reminder(facts: Facts) -> _Words:
    # Days as ISO 8601 writes them are in the order of time.
    is_late = facts.get("due") and facts["due"] < facts.get("asked_on", "")
    due = f"It {'was' if is_late else 'is'} due by {_day(facts)}." if facts.get("due") else ""
    return _asking(
        facts,
        f"{_quarter(facts)}: we are waiting for your return",
        f"We do not have all the answers from {facts['organisation']} for {_quarter(facts)} yet. {_questions(facts)}",
        due,
    )


def _returned(facts: Facts) -> _Words:
    return _asking(
        facts,
        f"{_quarter(facts)}: your return needs a change",
        f"{facts['by']} has returned the {_quarter(facts)} figures for {facts['organisation']}, with this comment:",
        f"“{facts['reason']}”",
        "\n".join(facts.get("comments") or ()),
        "Change the figures and send them again.",
    )


def _waiting(facts: Facts) -> _Words:
    count = facts["count"]
    what = "1 return is waiting" if count == 1 else f"{count:,} returns are waiting"
    listed = ", ".join(facts["organisations"])
    # An organisation can have several, and is named once.
    more = facts.get("others", 0)
    more_words = f", and {more:,} more" if more else ""
    sentence = f"{what} for approval: {listed}{more_words}."
    return _Words(f"{what} for approval", (sentence,), ("See them", "/approvals"))


def _published(facts: Facts) -> _Words:
    return _Words(
        f"{_quarter(facts)}: your figures are published",
        (f"{facts['by']} has published the {_quarter(facts)} figures for {facts['organisation']}.",),
        ("See them", f"/organisations/{facts['code']}"),
    )


def _corrected(facts: Facts) -> _Words:
    note = (f"The note for readers says: “{facts['note']}”",) if facts.get("note") else ()
    return _Words(
        f"{_quarter(facts)}: published figures were corrected",
        (f"{facts['by']} has corrected some of the {_quarter(facts)} figures for {facts['organisation']}.", *note),
        ("See them", f"/organisations/{facts['code']}"),
    )


_WORDS: Mapping[MessageKind, Callable[[Facts], _Words]] = {
    MessageKind.INVITATION: _invitation,
    MessageKind.SIGN_IN: _sign_in,
    MessageKind.OPENS: _opens,
    MessageKind.DUE_IN_A_WEEK: _due_in_a_week,
    MessageKind.DUE_TOMORROW: _due_tomorrow,
    MessageKind.OVERDUE: _overdue,
    MessageKind.DEADLINE_MOVED: _deadline_moved,
    MessageKind.REMINDER: _reminder,
    MessageKind.RETURNED: _returned,
    MessageKind.WAITING: _waiting,
    MessageKind.PUBLISHED: _published,
    MessageKind.CORRECTED: _corrected,
}
# What each kind is, for whoever wants no more of it.
PURPOSES: Mapping[MessageKind, str] = {
    MessageKind.OPENS: "when a quarter opens",
    MessageKind.DUE_IN_A_WEEK: "7 days before a return is due",
    MessageKind.DUE_TOMORROW: "on the day before a return is due",
    MessageKind.OVERDUE: "when a return is late",
    MessageKind.DEADLINE_MOVED: "when the day by which a return is due moves",
    MessageKind.REMINDER: "when somebody reminds you of a return",
    MessageKind.RETURNED: "when your figures are returned",
    MessageKind.WAITING: "when returns are waiting for approval",
    MessageKind.PUBLISHED: "when your figures are published",
    MessageKind.CORRECTED: "when published figures are corrected",
}


def _asking(facts: Facts, subject: str, *paragraphs: str) -> _Words:
    """A message that asks for a return, with the link to it."""
    path = f"/quarters/{facts['quarter']}/{facts['code']}"
    return _Words(subject, tuple(filter(None, paragraphs)), ("Answer here", path))


def _quarter(facts: Facts) -> str:
    return parsed(facts["quarter"]).label


def _day(facts: Facts) -> str:
    return long_date(dt.date.fromisoformat(facts["due"]))


def _questions(facts: Facts) -> str:
    count = facts["open"]
    return "1 question is unanswered." if count == 1 else f"{count:,} questions are unanswered."
