"""Organisations become one, or one becomes several, from a day on; their successors stay on record."""

from schema.commands.register import MergeOrganisationsInput, SplitOrganisationInput
from schema.periods import long_date
from schema.tables import OrganisationRow, SuccessionRow, key
from service.writes.command import Work
from service.writes.outcome import Outcome, Refused, problem
from service.writes.register import memberships
from service.writes.register.affected import Change
from service.writes.register.begin import DAY, begin, kind_of, named
from service.writes.register.organisations import close


async def merge_organisations(work: Work, request: MergeOrganisationsInput) -> Outcome:
    """Make one organisation of several: all but one close on the day before. Problems: `register/…`."""
    at, problems = await begin(work, request, {"on": request.on})
    closing = list(dict.fromkeys(request.organisations))
    if not closing or request.into in closing:
        message = "Name the organisations that close, and another one that is left."
        problems.append(problem("register/malformed", message, "organisations"))
    [into] = await named(work, problems, request.on, into=request.into)
    merged = [(await named(work, [], request.on - DAY, organisations=code))[0] for code in closing]
    change = Change(work, at, request.on)
    await change.touch(into)
    touched = [into]
    for organisation in merged:
        _check_kind(organisation, into, "organisations")
        moved = await close(change, organisation, into, paths=("organisations", "into"))
        work.session.add(SuccessionRow(predecessor_id=key(organisation), successor_id=key(into), starts=request.on))
        touched += [organisation, *moved]
    return await change.done(request, *touched)


async def split_organisation(work: Work, request: SplitOrganisationInput) -> Outcome:
    """Make several organisations of one, which closes on the day before or stays. Problems: `register/…`."""
    at, problems = await begin(work, request, {"on": request.on})
    codes = [part.organisation for part in request.into]
    if not codes or len(set(codes)) < len(codes) or request.organisation in codes:
        message = "Name the organisations that the parts become: others than the one that splits, each once."
        problems.append(problem("register/malformed", message, "into"))
    [organisation] = await named(work, problems, request.on - DAY, organisation=request.organisation)
    change = Change(work, at, request.on)
    await change.touch(organisation)
    members = {each.code for each in await memberships.members_after(work.session, organisation, request.on - DAY)}
    touched = [organisation]
    for part in request.into:
        [successor] = await named(work, [], request.on, into=part.organisation)
        _check_kind(organisation, successor, "into")
        await change.touch(successor)
        touched.append(successor)
        for code in part.members or ():
            [member] = await named(work, [], request.on, into=code)
            await change.touch(member)
            if member.code not in members:
                message = f"{member.name} is not a member of {organisation.name} on {long_date(request.on)}."
                raise Refused(problem("register/not-a-member", message, "into"))
            members.remove(member.code)
            await memberships.move(work.session, member, successor, request.on, "into")
            touched.append(member)
        work.session.add(
            SuccessionRow(predecessor_id=key(organisation), successor_id=key(successor), starts=request.on)
        )
    if request.closes is not False:
        await close(change, organisation, None, paths=("organisation", "into"))
    return await change.done(request, *touched)


def _check_kind(one: OrganisationRow, other: OrganisationRow, path: str) -> None:
    if one.kind != other.kind:
        message = f"{one.name} is {kind_of(one)}, and {other.name} is {kind_of(other)}."
        raise Refused(problem("register/wrong-kind", message, path))
