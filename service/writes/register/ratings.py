"""Practices are given the ratings of the Care Quality Commission, each with its date."""

import datetime as dt

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.commands.register import RateOrganisationInput
from schema.enumerations import OrganisationKind
from schema.london import day_of
from schema.periods import long_date
from schema.tables import CqcRatingRow, OrganisationRow, key
from service.writes.command import Work
from service.writes.outcome import Outcome, Refused, problem, stripped
from service.writes.register.affected import Change
from service.writes.register.begin import begin, kind_of, named
from service.writes.sources import source_cited

SOURCE = "Care Quality Commission"


async def rate_organisation(work: Work, request: RateOrganisationInput) -> Outcome:
    """Record the rating of a practice on a date, correct it, or remove it. Problems: `register/…`."""
    at, problems = await begin(work, request, {"ratedOn": request.rated_on}, source=request.source)
    if request.rated_on > day_of(at):
        message = f"A rating can be of today at the latest, not of {long_date(request.rated_on)}."
        problems.append(problem("register/malformed", message, "ratedOn"))
    [practice] = await named(work, problems, request.rated_on, organisation=request.organisation)
    if practice.kind != OrganisationKind.PRACTICE:
        message = f"{practice.name} is {kind_of(practice)}; ratings are of practices."
        raise Refused(problem("register/wrong-kind", message, "organisation"))
    change = Change(work, at, request.rated_on, regroups=False)
    await change.touch(practice)
    await _rate(work.session, practice, request)
    return await change.done(request, practice)


async def _rate(session: AsyncSession, practice: OrganisationRow, request: RateOrganisationInput) -> None:
    row = await _rating(session, practice, request.rated_on)
    before = None if row is None else row.rating
    if request.rating == before:
        what = "no rating" if before is None else f"the rating {before}"
        message = f"{practice.name} has {what} of {long_date(request.rated_on)} already."
        raise Refused(problem("register/unchanged", message, "rating"))
    if request.rating is None:
        await session.delete(row)
        return
    row = row or CqcRatingRow(
        organisation_id=key(practice), rating=request.rating, rated_on=request.rated_on, source_id=0
    )
    row.rating = request.rating
    row.source_id = await source_cited(session, stripped(request.source) or SOURCE)
    session.add(row)


async def _rating(session: AsyncSession, practice: OrganisationRow, on: dt.date) -> CqcRatingRow | None:
    rows = await session.exec(
        select(CqcRatingRow).where(CqcRatingRow.organisation_id == practice.id, CqcRatingRow.rated_on == on)
    )
    return rows.first()
