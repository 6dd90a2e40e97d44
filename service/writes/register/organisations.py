"""Organisations open, change their name, close, and move; each from a day on."""

import datetime as dt
from collections.abc import Iterator

from sqlmodel import col, select

from schema.commands.register import (
    CloseOrganisationInput,
    MoveMemberInput,
    SaveOrganisationInput,
)
from schema.enumerations import OrganisationKind
from schema.london import day_of
from schema.periods import long_date
from schema.tables import OrganisationPastRow, OrganisationRow, key
from service.viewer import EVERYWHERE
from service.writes.command import Work
from service.writes.naming import organisations_named
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped
from service.writes.register import memberships
from service.writes.register.affected import Change
from service.writes.register.begin import DAY, begin, kind_of, named


async def save_organisation(work: Work, request: SaveOrganisationInput) -> Outcome:
    """Open an organisation, or give one another name or postcode from a day on. Problems: `register/…`."""
    at, problems = await begin(work, request, {"on": request.on}, name=request.name, postcode=request.postcode)
    if stripped(request.name) is None:
        problems.append(problem("register/malformed", "An organisation needs a name.", "name"))
    known = (await organisations_named(work.session, {request.code})).get(request.code)
    if known is None:
        return await _open(work, request, problems, at)
    [organisation] = await named(work, problems, request.on, code=request.code)
    return await _rename(work, request, organisation, at)


async def _open(work: Work, request: SaveOrganisationInput, problems: list[Problem], at: dt.datetime) -> Outcome:
    problems += _unfit(work, request)
    groups = [] if request.group is None else await named(work, problems, request.on, group=request.group)
    if problems or request.kind is None:
        raise Refused(*problems)
    change = Change(work, at, request.on)
    await change.touch(groups=groups)
    organisation = OrganisationRow(
        code=request.code,
        kind=request.kind,
        name=stripped(request.name) or "",
        postcode=stripped(request.postcode),
        opened_on=request.on,
    )
    work.session.add(organisation)
    await work.session.flush()
    for group in groups:
        await memberships.join(work.session, organisation, group, request.on, "group")
    return await change.done(request, organisation)


def _unfit(work: Work, request: SaveOrganisationInput) -> Iterator[Problem]:
    if request.kind is None:
        yield problem("register/malformed", f"{request.code} is new. Give its kind.", "kind")
    elif request.kind == OrganisationKind.REGION:
        if work.by.scope != EVERYWHERE:
            message = "Only an administrator for every organisation can open a region."
            yield problem("register/malformed", message, "kind")
        if request.group is not None:
            yield problem("register/malformed", "A region is in no group.", "group")
    elif request.group is None:
        yield problem("register/malformed", f"{request.code} is new. Say which group it is in.", "group")


async def _rename(
    work: Work, request: SaveOrganisationInput, organisation: OrganisationRow, at: dt.datetime
) -> Outcome:
    name, postcode = stripped(request.name) or "", stripped(request.postcode) or organisation.postcode
    if problems := [*_fixed(request, organisation), *await _too_early(work, request, organisation, day_of(at))]:
        raise Refused(*problems)
    change = Change(work, at, request.on, regroups=False)
    await change.touch(organisation)
    if (name, postcode) == (organisation.name, organisation.postcode):
        message = f"{organisation.name} has this name and postcode already."
        raise Refused(problem("register/unchanged", message, "name"))
    past = OrganisationPastRow(
        organisation_id=key(organisation),
        until=request.on - DAY,
        name=organisation.name,
        postcode=organisation.postcode,
    )
    organisation.name, organisation.postcode = name, postcode
    work.session.add_all([past, organisation])
    return await change.done(request, organisation)


def _fixed(request: SaveOrganisationInput, organisation: OrganisationRow) -> Iterator[Problem]:
    if request.kind is not None and request.kind != organisation.kind:
        message = f"{organisation.name} is {kind_of(organisation)}. That cannot change."
        yield problem("register/fixed", message, "kind")
    if request.group is not None:
        yield problem(
            "register/fixed", f"{organisation.name} is on record. To change its group is another command.", "group"
        )


async def _too_early(
    work: Work, request: SaveOrganisationInput, organisation: OrganisationRow, today: dt.date
) -> list[Problem]:
    """The problem of a name that starts after today, or not after the name before it."""
    if request.on > today:
        message = f"A name can start today at the latest, not on {long_date(request.on)}."
        return [problem("register/malformed", message, "on")]
    latest = await work.session.exec(
        select(col(OrganisationPastRow.until))
        .where(OrganisationPastRow.organisation_id == organisation.id)
        .order_by(col(OrganisationPastRow.until).desc())
    )
    last: dt.date | None = latest.first()
    days = (organisation.opened_on, None if last is None else last + DAY)
    first = max((day for day in days if day is not None), default=None)
    if first is not None and request.on <= first:
        message = f"{organisation.name} has its name since {long_date(first)}."
        return [problem("register/later-change", message, "on")]
    return []


async def close_organisation(work: Work, request: CloseOrganisationInput) -> Outcome:
    """Close an organisation, or dissolve a network: its members then are in another group. Problems: `register/…`."""
    at, problems = await begin(work, request, {"closedOn": request.closed_on})
    codes = {"organisation": request.organisation} | (
        {} if request.members_to is None else {"membersTo": request.members_to}
    )
    organisation, *groups = await named(work, problems, request.closed_on, **codes)
    change = Change(work, at, request.closed_on + DAY)
    moved = await close(change, organisation, groups[0] if groups else None, paths=("organisation", "membersTo"))
    return await change.done(request, organisation, *moved)


async def close(
    change: Change, organisation: OrganisationRow, members_to: OrganisationRow | None, *, paths: tuple[str, str]
) -> list[OrganisationRow]:
    """Close an organisation on the day before a change; the members that move come back.

    `paths` are the fields of the input that name the organisation and the group of its members.
    Refused: an organisation with a last day, and members that have nowhere to go.
    """
    session, last_day = change.work.session, change.since - DAY
    if organisation.closed_on is not None:
        message = f"{organisation.name} closes on {long_date(organisation.closed_on)} already."
        raise Refused(problem("register/closed", message, paths[0]))
    members = await memberships.members_after(session, organisation, last_day)
    if members and members_to is None:
        message = f"{organisation.name} has {len(members)} members after {long_date(last_day)}."
        raise Refused(problem("register/has-members", message, paths[1]))
    await change.touch(organisation, *members, groups=[] if members_to is None else [members_to])
    for member in members:
        if members_to is not None:
            await memberships.move(session, member, members_to, change.since, paths[1])
    await memberships.leave(session, organisation, last_day)
    organisation.closed_on = last_day
    session.add(organisation)
    await session.flush()
    return members


async def move_member(work: Work, request: MoveMemberInput) -> Outcome:
    """Move a member to another group from a day on. Problems: `register/…`."""
    at, problems = await begin(work, request, {"on": request.on})
    member, group = await named(work, problems, request.on, member=request.member, to=request.to)
    change = Change(work, at, request.on)
    await change.touch(member, groups=[group])
    await memberships.move(work.session, member, group, request.on, "to")
    return await change.done(request, member)
