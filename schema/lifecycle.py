"""What can be done with a submission: one table of states and transitions, and the guards that it names.

Only a row of `TRANSITIONS` moves a submission. The commands and the field `availableActions` use this table, and a
trigger in the database holds the same pairs of states.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from schema.enumerations import Role, SubmissionAction, SubmissionStatus

_S, _A = SubmissionStatus, SubmissionAction
WRITERS = frozenset({Role.SUBMITTER, Role.APPROVER, Role.ADMINISTRATOR})
DECIDERS = frozenset({Role.APPROVER, Role.ADMINISTRATOR})
# The audit events that a submission's writers leave.
WRITING = ("submission.create", "submission.edit", "submission.amend")


@dataclass(frozen=True)
class Standing:
    """What the guards decide by: a submission, and the person who wants to act on it."""

    status: SubmissionStatus
    role: Role
    entries: int = 0
    # Findings that stop it: those that block, and those that still need a reason.
    blocking: int = 0
    unexplained: int = 0
    # Whether the actor submitted it, and whether they wrote some of its figures.
    is_submitter: bool = False
    is_writer: bool = False
    has_open_amendment: bool = False
    # Whether it is the one-call path, by a role that can publish.
    in_one_call: bool = False


# A guard says why something cannot be done, as a code of `schema.errors` and a sentence, or None.
Guard = Callable[[Standing], tuple[str, str] | None]


def not_empty(standing: Standing) -> tuple[str, str] | None:
    """It has at least one figure."""
    return None if standing.entries else ("submission/empty", "The submission has no figures.")


def sound(standing: Standing) -> tuple[str, str] | None:
    """Nothing blocks it, and whatever needs a reason has one."""
    if not standing.blocking and not standing.unexplained:
        return None
    counted = f"findings that block it: {standing.blocking}; findings that still need a reason: {standing.unexplained}"
    return "submission/open-findings", f"The submission cannot go on; {counted}."


def second_person(standing: Standing) -> tuple[str, str] | None:
    """You cannot approve what you submitted or helped to write, except in one call, where the settings allow it."""
    if standing.in_one_call:
        return None
    if standing.is_submitter:
        return "submission/second-person", "You submitted it, so you cannot approve it."
    if standing.is_writer:
        return "submission/second-person", "You wrote some of its figures, so you cannot approve it."
    return None


def own(standing: Standing) -> tuple[str, str] | None:
    """Only the person who submitted it can recall it, or an administrator."""
    if standing.is_submitter or standing.role is Role.ADMINISTRATOR:
        return None
    return "submission/not-yours", "Somebody else submitted it, so you cannot recall it."


def no_open_amendment(standing: Standing) -> tuple[str, str] | None:
    """No amendment of it is in progress."""
    if not standing.has_open_amendment:
        return None
    return "submission/amendment-open", "An amendment of it is in progress."


@dataclass(frozen=True)
class Transition:
    """One row: from a state, by an action, for roles, under guards, to a state."""

    origin: SubmissionStatus
    action: SubmissionAction
    roles: frozenset[Role]
    guards: tuple[Guard, ...]
    to: SubmissionStatus


TRANSITIONS = (
    Transition(_S.DRAFT, _A.EDIT, WRITERS, (), _S.DRAFT),
    Transition(_S.DRAFT, _A.VALIDATE, WRITERS, (), _S.DRAFT),
    Transition(_S.DRAFT, _A.SUBMIT, WRITERS, (not_empty, sound), _S.SUBMITTED),
    Transition(_S.DRAFT, _A.DISCARD, WRITERS, (), _S.DISCARDED),
    Transition(_S.SUBMITTED, _A.VALIDATE, WRITERS, (), _S.SUBMITTED),
    Transition(_S.SUBMITTED, _A.RECALL, WRITERS, (own,), _S.DRAFT),
    Transition(_S.SUBMITTED, _A.APPROVE, DECIDERS, (second_person, sound), _S.APPROVED),
    Transition(_S.SUBMITTED, _A.RETURN, DECIDERS, (), _S.RETURNED),
    # Who publishes what is only submitted approves it with the same step.
    Transition(_S.SUBMITTED, _A.PUBLISH, DECIDERS, (second_person, sound), _S.PUBLISHED),
    Transition(_S.RETURNED, _A.EDIT, WRITERS, (), _S.RETURNED),
    Transition(_S.RETURNED, _A.VALIDATE, WRITERS, (), _S.RETURNED),
    Transition(_S.RETURNED, _A.SUBMIT, WRITERS, (not_empty, sound), _S.SUBMITTED),
    Transition(_S.RETURNED, _A.DISCARD, WRITERS, (), _S.DISCARDED),
    Transition(_S.APPROVED, _A.VALIDATE, WRITERS, (), _S.APPROVED),
    Transition(_S.APPROVED, _A.RETURN, DECIDERS, (), _S.RETURNED),
    Transition(_S.APPROVED, _A.PUBLISH, DECIDERS, (sound,), _S.PUBLISHED),
    # The submission itself does not change: an amendment of it starts.
    Transition(_S.PUBLISHED, _A.AMEND, WRITERS, (no_open_amendment,), _S.PUBLISHED),
    Transition(_S.PUBLISHED, _A.WITHDRAW, DECIDERS, (no_open_amendment,), _S.WITHDRAWN),
)
# What becomes of the version that an amendment replaces, when the amendment is published.
AMENDED = (_S.PUBLISHED, _S.SUPERSEDED)
# What becomes of it when the amendment is withdrawn.
RESTORED = (_S.SUPERSEDED, _S.PUBLISHED)

MOVES = frozenset({(row.origin, row.to) for row in TRANSITIONS} | {AMENDED, RESTORED})
OPEN = (_S.DRAFT, _S.SUBMITTED, _S.RETURNED, _S.APPROVED)
_ROWS: Mapping[tuple[SubmissionStatus, SubmissionAction], Transition] = {
    (row.origin, row.action): row for row in TRANSITIONS
}


def may_not(role: Role, purpose: str) -> str:
    """The sentence that says that a role does not reach something: "As a reader, you cannot send figures."."""
    return f"As {Role(role).one}, you cannot {purpose}."


def obstacle(action: SubmissionAction, standing: Standing) -> tuple[str, str] | None:
    """Why this actor cannot take an action now, as a code and a sentence; None when they can."""
    roles = frozenset[Role]().union(*(row.roles for row in TRANSITIONS if row.action is action))
    if standing.role not in roles:
        return "FORBIDDEN", may_not(standing.role, f"{action.lower()} submissions")
    row = _ROWS.get((standing.status, action))
    if row is None:
        return "submission/status", _cannot(standing.status, action)
    return next((why_not for guard in row.guards if (why_not := guard(standing)) is not None), None)


def leads_to(action: SubmissionAction, status: SubmissionStatus) -> SubmissionStatus:
    """The state that an action leads to, from one in which the table has it."""
    return _ROWS[status, action].to


def _cannot(status: SubmissionStatus, action: SubmissionAction) -> str:
    origins = [row.origin for row in TRANSITIONS if row.action is action]
    listed = " or ".join(map(_in_words, origins))
    return f"You can {action.lower()} a submission that is {listed}; this one is {_in_words(status)}."


def _in_words(status: SubmissionStatus) -> str:
    return "a draft" if status is _S.DRAFT else status.lower()
