"""The one-call path: a quarter's figures become a submission, and go as far as the caller's role allows."""

from dataclasses import replace

from schema.commands.submissions import UpdateQuarterlyFiguresInput
from schema.enumerations import SubmissionAction
from schema.lifecycle import DECIDERS
from service.writes.command import Work
from service.writes.outcome import Outcome, Refused, problem
from service.writes.submissions.desk import as_problems, problems_of
from service.writes.submissions.drafts import create_draft, save_first_figures
from service.writes.submissions.heading import read_heading
from service.writes.submissions.steps import take_step


async def update(work: Work, request: UpdateQuarterlyFiguresInput) -> Outcome:
    """Save a quarter's figures, all or none, and submit them.

    Those of an APPROVER or an ADMINISTRATOR are published too, without a second person, unless the settings always ask
    for one.
    """
    if not request.figures:
        raise Refused(problem("validation/no-figures", "The update has no figures.", "figures"))
    publishes = work.by.role in DECIDERS and not work.second_person_always
    if publishes:
        await work.turn()
    heading = await read_heading(work, request, reason=request.reason, publicNote=request.public_note)
    desk = await create_draft(work, heading, reason=request.reason, public_note=request.public_note)
    checked = await save_first_figures(desk, heading.rows)
    information = [finding for finding in checked.findings if finding.is_information]
    listed = as_problems(information) if request.include_information else []
    if problems := problems_of(checked.findings):
        raise Refused(*problems, *listed)
    outcome = await take_step(desk, SubmissionAction.SUBMIT, checked=checked)
    if publishes:
        outcome = await take_step(desk, SubmissionAction.PUBLISH, checked=checked, in_one_call=True)
    return replace(outcome, problems=listed, information_count=len(information))
