"""The statuses of members become the status of the target that they inherit: how many meet it, in one sentence."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from schema.enumerations import OrganisationKind, TargetStatus
from schema.enumerations.targets import NEAREST_FIRST
from service.statistics import sentences
from service.statistics.goals import Goal

_MET = {TargetStatus.MET, TargetStatus.MET_AT_RISK}
_UNKNOWN = {TargetStatus.NOT_ASSESSABLE, TargetStatus.NO_DATA}
# Those of which enough are needed come from the front.
_ORDERED = (*NEAREST_FIRST, TargetStatus.NOT_ASSESSABLE, TargetStatus.NO_DATA)


@dataclass(frozen=True)
class MemberCounts:
    """How many members inherit a target, meet it, have no figure, and how many have to meet it."""

    count: int
    met: int
    no_data: int
    needed: int


def counts_of(goal: Goal, statuses: Sequence[TargetStatus]) -> MemberCounts:
    """How many of the members meet a goal, by the status of each."""
    met = sum(each in _MET for each in statuses)
    no_data = sum(each is TargetStatus.NO_DATA for each in statuses)
    return MemberCounts(len(statuses), met, no_data, goal.needed_of(len(statuses)))


def status_of(goal: Goal, statuses: Sequence[TargetStatus], on: dt.date) -> TargetStatus:
    """The status of a goal for members on a day: that of the member who completes the number that must meet it.

    If 170 have to meet it, it is the status of the 170th, counted from the one nearest to the target. Where that one
    cannot be assessed, neither can the goal; after its due date it is MISSED. NO_DATA: no member has a figure.
    """
    counts = counts_of(goal, statuses)
    if counts.no_data == counts.count:
        return TargetStatus.NO_DATA
    ordered = sorted(statuses, key=_ORDERED.index)
    found = ordered[counts.needed - 1] if counts.needed <= counts.count else TargetStatus.NO_DATA
    if found not in _UNKNOWN:
        return found
    is_over = goal.due is not None and goal.due < on
    return TargetStatus.MISSED if is_over else TargetStatus.NOT_ASSESSABLE


def sentence(goal: Goal, counts: MemberCounts, kind: OrganisationKind, on: dt.date) -> str:
    """How many members meet a goal, how many have to, and what is missing."""
    if not counts.count:
        return f"No {kind.words} inherits {sentences.target(goal)}."
    verb = "meets" if counts.met == 1 else "meet"
    start = f"{counts.met} of {counts.count} {kind.many} {verb} {sentences.target(goal)}"
    if goal.members_needed is not None or goal.members_needed_percent is not None:
        start = f"{start}, and {counts.needed} must"
    missing = counts.needed - counts.met
    parts = ["met" if missing <= 0 else f"{missing} to go"]
    if counts.no_data:
        parts.append(f"{counts.no_data} {'has' if counts.no_data == 1 else 'have'} no figure")
    if missing > 0 and goal.due is not None and goal.due < on:
        parts.append("the date has passed")
    return f"{start}: {'; '.join(parts)}."
