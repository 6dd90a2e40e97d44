"""What a published submission published is withdrawn: what it replaced stands again."""

from schema.enumerations import SubmissionAction
from schema.tables import key
from service.writes.submissions.desk import Desk
from service.writes.submissions.nil_returns import withdraw_nil_returns
from service.writes.submissions.restorations import restorations_without, write_restorations
from service.writes.submissions.revisions import Publication
from service.writes.submissions.versions import restore_amended


async def withdraw(desk: Desk, *, reason: str, public_note: str | None) -> None:
    """Withdraw what a submission published: the figures, nil returns and version that it replaced stand again."""
    restorations = await restorations_without(desk.session, key(desk.submission))
    publication = Publication(desk.submission, desk.quarter, desk.by, desk.at, public_note)
    restored = await write_restorations(desk.session, restorations, publication, reason=reason)
    await withdraw_nil_returns(desk.session, desk.submission)
    desk.decide(reason)
    desk.submission.public_note = public_note or desk.submission.public_note
    event = desk.moved(SubmissionAction.WITHDRAW, reason=reason, figures=len(restorations), **restored)
    await desk.work.write([event, *await restore_amended(desk, reason)])
