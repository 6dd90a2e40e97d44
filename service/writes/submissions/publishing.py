"""Checked submissions are published together: figures, target moves, audit events, one version of the data."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schema.enumerations import SubmissionAction
from schema.periods import period_named
from schema.tables import FigureRow, PeriodRow, key
from service.writes.outcome import Outcome
from service.writes.submissions import target_moves
from service.writes.submissions.check import Check
from service.writes.submissions.derivation import derivation, publish_derived
from service.writes.submissions.desk import Desk
from service.writes.submissions.nil_returns import Answers, write_nil_returns
from service.writes.submissions.places import Place
from service.writes.submissions.results import rows_published
from service.writes.submissions.revisions import (
    Change,
    Publication,
    changes_of,
    recorded_periods,
    write_revisions,
    write_withdrawals,
)
from service.writes.submissions.validation.known import Series
from service.writes.submissions.versions import left_out_figures, supersede
from service.writes.trust import audit


@dataclass(frozen=True)
class Issue:
    """One submission that is published, with its changes and the figures that its version leaves out."""

    desk: Desk
    checked: Check
    changes: Sequence[Change]
    gone: Sequence[FigureRow]
    publication: Publication
    reason: str | None

    @property
    def series(self) -> set[Series]:
        """The series of its figures, and of those that it leaves out."""
        return {change.entry.series for change in self.changes} | {Place.of(each)[:2] for each in self.gone}

    @property
    def is_change(self) -> bool:
        """Whether it changes what is published."""
        return bool(self.gone) or any(change.is_change for change in self.changes)


async def publish_all(
    ready: Sequence[tuple[Desk, Check]], *, reason: str | None, public_note: str | None, in_one_call: bool = False
) -> list[Outcome]:
    """Publish the figures of some submissions of one quarter, whose series are apart; each supersedes what it amends.

    What is calculated from their figures is calculated once, from all of them.
    """
    issues = await _issues(ready, reason, public_note)
    session, at = ready[0][0].session, ready[0][0].at
    periods = await recorded_periods(session, set(_periods(issues)))
    places = [
        (Place(*change.entry.series, key(periods[change.entry.period.code])), change)
        for issue in issues
        for change in issue.changes
    ]
    gone = [(row, issue.publication, issue.reason or "No longer reported.") for issue in issues for row in issue.gone]
    changed = [place for place, change in places if change.is_change]
    # A row that changes nothing does not keep what is calculated from following its source.
    sent = [place for place, change in places if change.is_change or change.entry.is_nil_return]
    lost = [Place.of(row) for row, *_ in gone]
    follows = await derivation(session, [*changed, *lost], sent=sent, lost=lost)
    series = follows.series.union(*(issue.series for issue in issues))
    before = await target_moves.statuses(session, series, on=at)
    published = [(change, issue.publication) for issue in issues for change in issue.changes]
    figure_ids = await write_revisions(session, published, periods)
    await write_nil_returns(session, [_answers(issue, periods) for issue in issues], at=at)
    await write_withdrawals(session, gone)
    # What is calculated is on record with the last submission that changes something: only then is it all there.
    last = next((issue for issue in reversed(issues) if issue.is_change), issues[-1])
    derived = await publish_derived(session, follows, last.publication)
    superseded = await supersede([issue.desk for issue in issues])
    moves = _by_issue(issues, last, await target_moves.moved_of(session, before, series, on=at))
    outcomes, events = [], []
    ids = iter(figure_ids)
    for issue in issues:
        outcome = _outcome(issue, [next(ids) for _ in issue.changes])
        more: dict[str, Any] = {"derived": derived} if derived and issue is last else {}
        events.append(
            _published(issue, outcome, in_one_call=in_one_call, **more, targets=moves[key(issue.desk.submission)])
        )
        outcomes.append(outcome)
    await ready[0][0].work.write([*superseded, *events])
    return outcomes


async def _issues(ready: Sequence[tuple[Desk, Check]], reason: str | None, note: str | None) -> list[Issue]:
    gone = await left_out_figures([desk for desk, _ in ready])
    issues = []
    for desk, checked in ready:
        submission = desk.submission
        publication = Publication(submission, desk.quarter, desk.by, desk.at, note or submission.public_note)
        changes = changes_of(checked.entries, checked.known)
        left_out = gone.get(key(submission), [])
        issues.append(Issue(desk, checked, changes, left_out, publication, reason or submission.reason))
    return issues


def _periods(issues: Iterable[Issue]) -> Iterable[Any]:
    """The periods of all entries, and of the rows that are skipped."""
    for issue in issues:
        yield from (change.entry.period for change in issue.changes)
        skipped = (period_named(issue.checked.rows[at].period) for at in issue.checked.left_out)
        yield from (period for period in skipped if period is not None)


def _answers(issue: Issue, periods: Mapping[str, PeriodRow]) -> Answers:
    """What an issue says about its cells. About those whose rows are skipped it says nothing."""
    known, rows = issue.checked.known, (issue.checked.rows[at] for at in issue.checked.left_out)
    skipped = {
        Place(key(known.metrics[row.metric]), key(known.organisations[row.organisation]), key(periods[row.period]))
        for row in rows
        if row.metric in known.metrics and row.organisation in known.organisations and row.period in periods
    }
    entries = {
        Place(*change.entry.series, key(periods[change.entry.period.code])): change.entry for change in issue.changes
    }
    return Answers(issue.desk.submission, entries, frozenset(skipped))


def _by_issue(
    issues: Sequence[Issue], last: Issue, moved: Iterable[tuple[Series, dict[str, Any]]]
) -> Mapping[int, list[dict[str, Any]]]:
    """The targets that moved, for the event of the submission with their figures; calculated ones for the last."""
    owners = {series: key(issue.desk.submission) for issue in issues for series in issue.series}
    moves: Mapping[int, list[dict[str, Any]]] = defaultdict(list)
    for series, move in moved:
        moves[owners.get(series, key(last.desk.submission))].append(move)
    return moves


def _published(issue: Issue, outcome: Outcome, *, in_one_call: bool, **detail: Any) -> audit.Event:
    """Take a submission to PUBLISHED; its event comes back."""
    desk, submission = issue.desk, issue.desk.submission
    submission.published_by_id, submission.published_at = desk.actor_id, desk.at
    submission.public_note = issue.publication.public_note
    names = {name: f"{name}_code" for name in ("metric", "organisation", "period")}
    skipped = [
        {"row": each["row"]}
        | {name: each[column] for name, column in names.items()}
        | {"codes": [problem["code"] for problem in each["problems"]]}
        for each in outcome.row_results
        if each["row"] in issue.checked.left_out
    ]
    return desk.moved(
        SubmissionAction.PUBLISH,
        reason=issue.reason,
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        inOneCall=in_one_call,
        changes=[change.detail for change in issue.changes if change.is_change],
        **({"skipped": skipped} if skipped else {}),
        **detail,
    )


def _outcome(issue: Issue, figure_ids: Sequence[int | None]) -> Outcome:
    changes = issue.changes
    new = [change.published is None for change in changes if change.is_change]
    return Outcome(
        figure_ids=[each for each in figure_ids if each is not None],
        rows={"submission": issue.desk.submission.id},
        row_results=rows_published(issue.checked, changes, figure_ids),
        created=sum(new),
        updated=len(new) - sum(new) + len(issue.gone),
        unchanged=len(changes) - len(new),
        skipped=len(issue.checked.left_out),
    )
