"""A submission as the table of states sees it: the inputs of its available actions."""

from dataclasses import dataclass

from schema.enumerations import SubmissionStatus


@dataclass(frozen=True)
class Person:
    """Somebody on record: two keys may have one name, and one person may have two keys."""

    name: str
    identity: str


@dataclass(frozen=True)
class ActionInputs:
    """Inputs of the available actions: `blocking` and `unexplained` count the findings that hold a submission back."""

    status: SubmissionStatus
    entries: int
    blocking: int
    unexplained: int
    submitter: Person | None
    writers: tuple[Person, ...]
    has_open_amendment: bool
