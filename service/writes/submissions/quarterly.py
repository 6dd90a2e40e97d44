"""The one-call path: a quarter's figures become a submission, and go as far as the caller's role allows."""

import datetime as dt
from dataclasses import replace

from schema.commands.submissions import UpdateQuarterlyFiguresInput
from schema.enumerations import OnConflict, SubmissionAction
from schema.lifecycle import DECIDERS
from service.writes.command import Work
from service.writes.outcome import Outcome, Refused, problem
from service.writes.submissions.check import Check, without_left_out
from service.writes.submissions.desk import Desk
from service.writes.submissions.drafts import check_first_figures, create_draft, save_first_figures
from service.writes.submissions.heading import read_heading
from service.writes.submissions.results import rows_of_sent
from service.writes.submissions.standings import as_problems, problems_of
from service.writes.submissions.steps import Manner, take_step


async def check_update(
    work: Work, request: UpdateQuarterlyFiguresInput, *, at: dt.datetime | None = None
) -> tuple[Desk, Check]:
    """A new draft without figures, and the check of the figures that were sent for it: all that `update` finds.

    `at` is the instant of its turn. Refused: what `read_heading` and `check` refuse.
    """
    heading = await read_heading(work, request, at=at, reason=request.reason, publicNote=request.public_note)
    desk = await create_draft(work, heading, reason=request.reason, public_note=request.public_note)
    return desk, await check_first_figures(desk, heading.rows, skips=request.on_conflict == OnConflict.SKIP)


async def update(work: Work, request: UpdateQuarterlyFiguresInput) -> Outcome:
    """Save a quarter's figures, all or none, and submit them. With `onConflict: SKIP`, those that can go on.

    Those of an APPROVER or an ADMINISTRATOR are published too, without a second person, unless the settings always ask
    for one.
    """
    if not request.figures:
        raise Refused(problem("validation/no-figures", "The update has no figures.", "figures"))
    publishes = work.by.role in DECIDERS and not work.second_person_always
    desk, sent = await check_update(work, request, at=await work.turn() if publishes else None)
    information = [finding for finding in sent.findings if finding.is_information]
    listed = as_problems(information) if request.include_information else []
    if problems := problems_of(sent.holding):
        raise Refused(*problems, *listed)
    checked = without_left_out(desk, sent)
    await save_first_figures(desk, checked, left_out=[sent.rows[at] for at in sorted(sent.left_out)])
    outcome = await take_step(desk, SubmissionAction.SUBMIT, Manner(), checked=checked)
    if publishes:
        outcome = await take_step(desk, SubmissionAction.PUBLISH, Manner(in_one_call=True), checked=checked)
    return replace(
        outcome,
        problems=listed,
        information_count=len(information),
        row_results=rows_of_sent(sent, outcome.row_results),
        skipped=len(sent.left_out),
    )
