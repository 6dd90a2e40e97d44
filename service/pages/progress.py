"""How far an organisation's answers for a quarter have come, in one word for all of them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

# The counts of requests in each state, as GraphQL gives them.
COUNTS = "notStarted draft submitted returned published nilReturns exempt late"


class Progress(StrEnum):
    """How far a return has come. Whoever still has to do something comes first."""

    RETURNED = "returned"
    NOT_STARTED = "not-started"
    DRAFT = "draft"
    IN_PART = "in-part"
    SENT = "sent"
    PUBLISHED = "published"
    EXEMPT = "exempt"

    @property
    def words(self) -> str:
        """As the pages call it."""
        return _SHOWN[self][0]

    @property
    def is_owed(self) -> bool:
        """Whether the organisation still has to do something."""
        return self in {Progress.RETURNED, Progress.NOT_STARTED, Progress.DRAFT, Progress.IN_PART}

    @property
    def colour(self) -> str:
        """The class of its tag."""
        return _SHOWN[self][1]


_SHOWN = {
    Progress.RETURNED: ("Returned", "nhsuk-tag--orange"),
    Progress.NOT_STARTED: ("Not started", "nhsuk-tag--grey"),
    Progress.DRAFT: ("Draft", "nhsuk-tag--yellow"),
    Progress.IN_PART: ("In part", "nhsuk-tag--yellow"),
    Progress.SENT: ("Sent", "nhsuk-tag--blue"),
    Progress.PUBLISHED: ("Published", "nhsuk-tag--green"),
    Progress.EXEMPT: ("Exempt", "nhsuk-tag--white"),
}


def progress_of(counts: Mapping[str, Any]) -> Progress:
    """The progress of one organisation, by how many of its requests are in each state."""
    answered, asked = answered_of(counts), asked_of(counts)
    if asked == 0:
        return Progress.EXEMPT
    if counts["returned"]:
        return Progress.RETURNED
    if counts["draft"]:
        return Progress.DRAFT
    if counts["notStarted"] == asked:
        return Progress.NOT_STARTED
    if counts["notStarted"]:
        return Progress.IN_PART
    return Progress.PUBLISHED if answered == asked else Progress.SENT


def asked_of(counts: Mapping[str, Any]) -> int:
    """How many answers are asked for, without those that are exempt."""
    open_ = sum(int(counts[name]) for name in ("notStarted", "draft", "submitted", "returned"))
    return open_ + answered_of(counts)


def answered_of(counts: Mapping[str, Any]) -> int:
    """How many answers are published, also that there is nothing to report."""
    return int(counts["published"]) + int(counts["nilReturns"])
