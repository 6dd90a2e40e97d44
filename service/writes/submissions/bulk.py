"""Many submissions are approved and published in one command: each has its own outcome."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func
from sqlmodel import select

from schema.commands.bulk import PublishSubmissionsInput
from schema.enumerations import OnConflict, PublishOutcome, SubmissionAction
from schema.tables import SubmissionEntryRow, key
from service.writes.command import Work
from service.writes.limits import MOST_FIGURES, MOST_SUBMISSIONS
from service.writes.naming import IDS, among
from service.writes.outcome import Outcome, Problem, Refused, as_data, problem, stripped, unusable_texts
from service.writes.submissions.desk import Desk, lock_submissions
from service.writes.submissions.steps import Manner, Ready, prepare, take
from service.writes.submissions.waves import waves
from service.writes.trust import audit

_PUBLISH = SubmissionAction.PUBLISH
# What became of each submission: what was done with it, or why it was refused.
_Done = Outcome | list[Problem]


async def publish_submissions(work: Work, request: PublishSubmissionsInput) -> Outcome:
    """Publish submissions, and approve those that wait for approval. One that is refused does not hold up the others.

    Where all are refused, or one is and the caller asks for all or nothing, nothing is done.
    """
    if problems := list(_wrong(request)):
        raise Refused(*problems)
    await work.turn()
    wanted = [(each.id, each.expected_version) for each in request.submissions]
    locked = await lock_submissions(work, wanted)
    desks = [each for each in locked if isinstance(each, Desk)]
    await _refuse_too_many(work, desks)
    manner = Manner(stripped(request.reason), stripped(request.public_note), request.on_conflict == OnConflict.SKIP)
    done: dict[int, _Done] = {}
    for wave in await waves(desks) if desks else ():
        done |= await _publish(wave, manner)
    outcome = _outcome(request, locked, done)
    if not any(isinstance(each, Outcome) for each in done.values()):
        raise Refused(outcome=outcome)
    if request.all_or_nothing and (len(desks) < len(locked) or any(isinstance(each, list) for each in done.values())):
        raise Refused(outcome=_held_back(outcome))
    return outcome


def _wrong(request: PublishSubmissionsInput) -> Iterator[Problem]:
    yield from unusable_texts({"reason": request.reason, "publicNote": request.public_note})
    asked = len(request.submissions)
    if not asked:
        yield problem("submission/none", "The command names no submissions.", "submissions")
    if asked > MOST_SUBMISSIONS:
        message = f"There are {asked:,} submissions; you can publish at most {MOST_SUBMISSIONS} in one command."
        yield problem("submission/too-many", message, "submissions")
    seen: dict[str, int] = {}
    for at, each in enumerate(request.submissions):
        if (first := seen.setdefault(each.id, at)) != at:
            message = f"Submissions {first} and {at} of the list are the same one."
            yield problem("submission/twice", message, "submissions", str(at), "id")


async def _refuse_too_many(work: Work, desks: Sequence[Desk]) -> None:
    keys = {key(desk.submission) for desk in desks}
    counted = select(func.count()).where(among(SubmissionEntryRow.submission_id, keys, IDS))
    if (figures := (await work.session.exec(counted)).one()) > MOST_FIGURES:
        message = f"The submissions have {figures:,} figures; you can publish at most {MOST_FIGURES:,} in one command."
        raise Refused(problem("submission/too-many", message, "submissions"))


async def _publish(wave: Sequence[Desk], manner: Manner) -> Mapping[int, _Done]:
    """Publish the submissions of one wave; the others are refused, each for its own reasons."""
    # What is published later has a later instant.
    at = await audit.now(wave[0].session)
    desks = [replace(desk, at=at) for desk in wave]
    prepared = await prepare(desks, _PUBLISH, manner)
    ready = [each for each in prepared if isinstance(each, Ready)]
    published = iter(await take(_PUBLISH, ready, manner) if ready else ())
    return {
        key(desk.submission): next(published) if isinstance(each, Ready) else each
        for desk, each in zip(desks, prepared, strict=True)
    }


def _outcome(request: PublishSubmissionsInput, locked: Sequence[Desk | Problem], done: Mapping[int, _Done]) -> Outcome:
    each_done = [done[key(each.submission)] if isinstance(each, Desk) else [each] for each in locked]
    published = [each for each in each_done if isinstance(each, Outcome)]
    return Outcome(
        results=[_result(at, request.submissions[at].id, locked[at], each) for at, each in enumerate(each_done)],
        counts={"published": len(published), "refused": len(each_done) - len(published)},
        created=sum(each.created for each in published),
        updated=sum(each.updated for each in published),
        unchanged=sum(each.unchanged for each in published),
        skipped=sum(each.skipped for each in published),
    )


def _result(at: int, asked: str, locked: Desk | Problem, done: _Done) -> dict[str, Any]:
    """What became of one submission, as the type `SubmissionResult`."""
    problems = done if isinstance(done, list) else []
    return {
        "id": asked,
        "submission_id": locked.submission.id if isinstance(locked, Desk) else None,
        "outcome": PublishOutcome.REFUSED if problems else PublishOutcome.PUBLISHED,
        "problems": [as_data(_of_submission(each, at)) for each in problems],
        "row_results": done.row_results if isinstance(done, Outcome) else [],
    }


def _of_submission(each: Problem, at: int) -> Problem:
    """A problem of a step, as one of a submission in a list."""
    start, *rest = each.path
    return replace(each, path=[start, "submissions", str(at), *rest])


def _held_back(outcome: Outcome) -> Outcome:
    """The outcome of a command that did nothing because it could not do everything."""
    results = [
        {**each, "outcome": PublishOutcome.HELD_BACK, "row_results": []}
        if each["outcome"] is PublishOutcome.PUBLISHED
        else each
        for each in outcome.results
    ]
    refused = outcome.counts["refused"]
    message = f"{refused} of {len(results)} submissions were refused, and you asked for all or nothing."
    held = problem("submission/all-or-nothing", message, "allOrNothing")
    return Outcome(problems=[held], results=results, counts={"published": 0, "refused": refused})
