"""The one-call path: a quarter's figures become a submission, and go as far as the caller's role allows."""

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import SubmissionAction
from schema.lifecycle import DECIDERS
from service.database import Database
from service.viewer import Viewer
from service.writes.command import Outcome, Refused, once, problem
from service.writes.submissions.desk import problems_of
from service.writes.submissions.drafts import begun, filled, headed
from service.writes.submissions.steps import taken
from service.writes.trust import audit
from service.writes.trust.permissions import allowed


async def update(
    database: Database, given: Mapping[str, Any], *, by: Viewer | None, second_person_always: bool = False
) -> dict[str, Any]:
    """Record a quarter's figures, all or none; what comes back is an `Outcome` as plain data.

    A SUBMITTER's are SUBMITTED. Those of an APPROVER or an ADMINISTRATOR are PUBLISHED, without a second person, unless
    the settings ask for one always. Refusals: `UNAUTHENTICATED`, `FORBIDDEN`.
    """
    viewer = allowed(by, "updateQuarterlyFigures")

    async def work(session: AsyncSession) -> Outcome:
        if not given["figures"]:
            raise Refused(problem("validation/no-figures", "The update has no figures.", "figures"))
        publishes = viewer.role in DECIDERS and not second_person_always
        if publishes:
            await audit.turn(session)
        heading = await headed(session, given, by=viewer)
        desk = await begun(session, given, heading, by=viewer)
        looked = await filled(desk, heading.rows)
        if wrong := problems_of(looked.findings):
            raise Refused(*wrong)
        await taken(desk, SubmissionAction.SUBMIT, looked=looked)
        if not publishes:
            return Outcome(submission_id=desk.submission.id)
        return await taken(desk, SubmissionAction.PUBLISH, looked=looked, in_one_call=True)

    rehearsed = bool(given.get("validateOnly"))
    return await once(database, "updateQuarterlyFigures", given, work, by=viewer, rehearsed=rehearsed)
