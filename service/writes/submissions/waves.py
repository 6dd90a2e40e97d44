"""Submissions that are published together become waves: those of one wave know nothing of each other."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import select

from schema.tables import AncestryRow, SubmissionEntryRow, key
from service.writes.naming import IDS, among
from service.writes.submissions.desk import Desk

Organisations = frozenset[int]


async def waves(desks: Sequence[Desk]) -> list[list[Desk]]:
    """The submissions in waves, each of one quarter.

    What a submission is checked against, and what is calculated from it, are figures of its organisations, of their
    members and of their groups. Two submissions that share one of these are in the order in which they were given.
    """
    organisations = await _organisations(desks)
    groups = await _groups(desks, {each for of in organisations.values() for each in of})
    levels = in_order([organisations[key(desk.submission)] for desk in desks], groups)
    made: dict[tuple[int, str], list[Desk]] = defaultdict(list)
    for desk, level in zip(desks, levels, strict=True):
        made[level, desk.submission.quarter].append(desk)
    return [made[place] for place in sorted(made)]


def in_order(submissions: Iterable[Organisations], groups: Mapping[int, Organisations]) -> list[int]:
    """The wave of each submission, from 0: after all earlier ones that share an organisation, a member or a group."""
    own: dict[int, int] = {}
    below: dict[int, int] = {}
    levels = []
    for organisations in submissions:
        above = {group for each in organisations for group in groups.get(each, ())}
        earlier = [own.get(each, -1) for each in organisations | above] + [
            below.get(each, -1) for each in organisations
        ]
        level = 1 + max(earlier, default=-1)
        own |= {each: max(level, own.get(each, -1)) for each in organisations}
        below |= {each: max(level, below.get(each, -1)) for each in above}
        levels.append(level)
    return levels


async def _organisations(desks: Sequence[Desk]) -> Mapping[int, Organisations]:
    """The organisations of the figures of each submission and of the version that it amends."""
    versions: Mapping[int, set[int]] = defaultdict(set)
    wanted = {at for desk in desks for at in (desk.submission.id, desk.submission.amends_id) if at is not None}
    rows = await desks[0].session.exec(
        select(SubmissionEntryRow.submission_id, SubmissionEntryRow.organisation_id)
        .where(among(SubmissionEntryRow.submission_id, wanted, IDS))
        .distinct()
    )
    for submission, organisation in rows:
        versions[submission].add(organisation or 0)
    return {
        key(each): frozenset(versions[key(each)] | versions[each.amends_id or 0])
        for each in (desk.submission for desk in desks)
    }


async def _groups(desks: Sequence[Desk], organisations: set[int]) -> Mapping[int, Organisations]:
    """All groups that each organisation was ever in."""
    groups: Mapping[int, set[int]] = defaultdict(set)
    rows = await desks[0].session.exec(
        select(AncestryRow.member_id, AncestryRow.ancestor_id)
        .where(among(AncestryRow.member_id, organisations, IDS), AncestryRow.member_id != AncestryRow.ancestor_id)
        .distinct()
    )
    for member, group in rows:
        groups[member].add(group)
    return {member: frozenset(each) for member, each in groups.items()}
