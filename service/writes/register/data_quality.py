"""Doubts about published figures are kept as issues: the service finds them, and people say what becomes of them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from schema.commands.quality import NoteDataQualityInput, SaveDataQualityOutcomeInput
from schema.enumerations import DataQualityState
from schema.london import day_of
from schema.tables import DataQualityIssueRow, FigureRow, MetricRow, OrganisationRow, OutlineRow, PersonRow, key
from service.briefing.content import doubts_now
from service.writes.command import Work
from service.writes.naming import IDS, among, organisation_named
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped, unusable_texts
from service.writes.trust import audit

REOPEN, CORRECT = "data-quality.reopen", "data-quality.correct"
_State = DataQualityState
# What somebody has decided, so that it holds until the facts change.
SETTLED = frozenset({_State.EXPLAINED, _State.WILL_NOT_BE_FIXED})
# What an issue is about: the code of the doubt, and the keys of its metric and organisation.
_Subject = tuple[str, int, int]


@dataclass(frozen=True)
class _Found:
    """A doubt as it is now."""

    period_id: int
    message: str
    facts: str


async def save_outcome(work: Work, given: SaveDataQualityOutcomeInput) -> Outcome:
    """Say who looks into an issue, and what became of it. Problems: `data-quality/…`."""
    at = await work.turn()
    problems = list(unusable_texts({"comment": given.comment, "owner": given.owner, "reason": given.reason}))
    if problems:
        raise Refused(*problems)
    issue, organisation = await _issue_named(work, given, day_of(at))
    if given.expected_version is not None and given.expected_version != issue.version:
        message = f"It is version {issue.version}, and you read version {given.expected_version}."
        raise Refused(problem("data-quality/stale", message, "expectedVersion", current_version=issue.version))
    before = _decided(issue)
    if given.owner is not None:
        await _set_owner(work, issue, given.owner)
    issue.comment = stripped(given.comment) or issue.comment
    if wrong := _wrong(issue, given.state):
        raise Refused(wrong)
    issue.state = given.state or issue.state
    if (after := _decided(issue)) != before:
        issue.version, issue.written_at, issue.written_by = issue.version + 1, at, work.by.name
        work.session.add(issue)
        await work.session.flush()
        detail = {"code": issue.code, "before": before, "after": after}
        await work.record(
            f"{given.metric} {organisation.code}",
            at=at,
            detail=detail,
            reason=stripped(given.reason),
            organisation_id=key(organisation),
        )
    return Outcome(rows={"issue": key(issue)})


async def note_issues(work: Work, _: NoteDataQualityInput) -> Outcome:
    """Keep what does not add up now. An issue that is gone is corrected; one whose facts changed is open again.

    Nothing is locked while nothing has changed. `created` and `updated` count the issues.
    """
    at = await audit.now(work.session)
    found, known = await _found(work, day_of(at)), await _known(work)
    if all(_is_as_found(known.get(subject), found.get(subject)) for subject in found.keys() | known.keys()):
        return Outcome()
    at = await work.turn()
    found, known = await _found(work, day_of(at)), await _known(work)
    events: list[audit.Event] = []
    created = updated = 0
    for subject in sorted(found.keys() | known.keys()):
        issue, now = known.get(subject), found.get(subject)
        if _is_as_found(issue, now):
            continue
        created, updated = created + (issue is None), updated + (issue is not None)
        events += await _noted(work, subject, issue, now, at)
    await work.session.flush()
    if events:
        await work.write(events)
    return Outcome(created=created, updated=updated)


async def _issue_named(
    work: Work, given: SaveDataQualityOutcomeInput, on: dt.date
) -> tuple[DataQualityIssueRow, OrganisationRow]:
    """The issue of an input, locked, and its organisation. Refused: one that there is not, or that is out of scope."""
    organisation = await organisation_named(work.session, given.organisation, on, by=work.by)
    wanted = (
        select(DataQualityIssueRow)
        .join(MetricRow, col(MetricRow.id) == DataQualityIssueRow.metric_id)
        .where(
            DataQualityIssueRow.code == given.code.replace("\x00", ""),
            MetricRow.code == given.metric.replace("\x00", ""),
            DataQualityIssueRow.organisation_id == (None if organisation is None else key(organisation)),
        )
        .with_for_update(of=DataQualityIssueRow)
    )
    issue = (await work.session.exec(wanted)).first()
    if issue is None or organisation is None:
        message = "There is no such data quality issue of an organisation that you act for."
        raise Refused(problem("data-quality/unknown", message, "code"))
    return issue, organisation


async def _set_owner(work: Work, issue: DataQualityIssueRow, written: str) -> None:
    """Give an issue to a person on record that the viewer sees. Refused: `data-quality/unknown-owner`."""
    text = written.strip()
    if not text:
        issue.owner_id = issue.owner = None
        return
    people = (await work.session.exec(select(PersonRow).where(col(PersonRow.ended_at).is_(None)))).all()
    named = [each for each in people if str(each.id) == text or (each.email or "").lower() == text.lower()]
    named = named or [each for each in people if each.name.lower() == text.lower()]
    if len(named) != 1:
        message = f"Nobody on record for your organisations is called {text[:80]!r}."
        if named:
            message = f"{len(named)} people on record are called {text[:80]!r}."
        raise Refused(problem("data-quality/unknown-owner", message, "owner"))
    issue.owner_id, issue.owner = key(named[0]), named[0].name


def _wrong(issue: DataQualityIssueRow, state: DataQualityState | None) -> Problem | None:
    """Why an issue cannot have a state: what people say has to be true of it."""
    if state is None or state == issue.state:
        return None
    if issue.state == _State.CORRECTED:
        return problem("data-quality/gone", "It is no longer found, so there is nothing to decide.", "state")
    if state is _State.CORRECTED:
        message = "It is still found. Once figures are corrected it is shown as corrected by itself."
        return problem("data-quality/still-found", message, "state")
    if state is _State.INVESTIGATING and issue.owner is None:
        return problem("data-quality/no-owner", "Say who looks into it.", "owner")
    if state in SETTLED and issue.comment is None:
        return problem("data-quality/no-comment", "Say why the figures stay as they are.", "comment")
    return None


def _decided(issue: DataQualityIssueRow) -> dict[str, Any]:
    """What people decide about an issue. The audit is kept for ever, so an owner is there by number."""
    return {"state": issue.state, "owner": issue.owner_id, "comment": issue.comment}


# ── The doubts of now ────────────────────────────────────────────────────────────────────────────────────────────────


async def _found(work: Work, today: dt.date) -> Mapping[_Subject, _Found]:
    """What does not add up now in the papers of all boards, by its subject."""
    with_outline = select(OutlineRow.board_id).distinct()
    boards = (
        select(OrganisationRow.code).where(col(OrganisationRow.id).in_(with_outline)).order_by(OrganisationRow.code)
    )
    codes = (await work.session.exec(boards)).all()
    doubts = [doubt for code in codes for doubt in await doubts_now(work.session, code, today)]
    keys = {doubt.figure for doubt in doubts}
    figures = (await work.session.exec(select(FigureRow).where(among(FigureRow.id, keys, IDS)))).all() if keys else ()
    by_key = {key(figure): figure for figure in figures}
    found: dict[_Subject, _Found] = {}
    for doubt in doubts:
        figure = by_key[doubt.figure]
        subject = (doubt.code, figure.metric_id, figure.organisation_id)
        other = found.get(subject)
        if other is None:
            found[subject] = _Found(figure.period_id, doubt.message, doubt.facts)
        elif doubt.facts not in other.facts:
            # Two checks of one kind about one figure are one issue.
            found[subject] = _Found(
                figure.period_id, f"{other.message} {doubt.message}", f"{other.facts} {doubt.facts}"
            )
    return found


async def _known(work: Work) -> Mapping[_Subject, DataQualityIssueRow]:
    rows = (await work.session.exec(select(DataQualityIssueRow).execution_options(populate_existing=True))).all()
    return {(row.code, row.metric_id, row.organisation_id): row for row in rows}


def _is_as_found(issue: DataQualityIssueRow | None, now: _Found | None) -> bool:
    if issue is None:
        return now is None
    if now is None:
        return issue.state == _State.CORRECTED
    same = (issue.period_id, issue.message, issue.facts) == (now.period_id, now.message, now.facts)
    return same and issue.state != _State.CORRECTED


async def _noted(
    work: Work, subject: _Subject, issue: DataQualityIssueRow | None, now: _Found | None, at: dt.datetime
) -> Sequence[audit.Event]:
    """Keep what has become of an issue; an event, where that changes what somebody decided."""
    if issue is None:
        if now is not None:
            code, metric, organisation = subject
            work.session.add(
                DataQualityIssueRow(
                    **{"code": code, "metric_id": metric, "organisation_id": organisation, **vars(now)},
                    state=_State.OPEN,
                    found_at=at,
                    changed_at=at,
                    version=1,
                )
            )
        return []
    before = _decided(issue)
    changes = now is None or issue.state == _State.CORRECTED or issue.facts != now.facts
    if now is None:
        issue.state, issue.corrected_at = _State.CORRECTED, at
    else:
        if changes:
            issue.changed_at = at
        if issue.state == _State.CORRECTED or (changes and issue.state in SETTLED):
            issue.state, issue.corrected_at = _State.OPEN, None
        issue.period_id, issue.message, issue.facts = now.period_id, now.message, now.facts
    issue.version += changes
    work.session.add(issue)
    after = _decided(issue)
    if issue.written_at is None or before == after:
        return []
    return [await _event(work, issue, CORRECT if now is None else REOPEN, before, after, at)]


async def _event(
    work: Work, issue: DataQualityIssueRow, name: str, before: Any, after: Any, at: dt.datetime
) -> audit.Event:
    metric = await work.session.get_one(MetricRow, issue.metric_id)
    organisation = await work.session.get_one(OrganisationRow, issue.organisation_id)
    detail = {"code": issue.code, "facts": issue.facts, "before": before, "after": after}
    subject = f"{metric.code} {organisation.code}"
    return work.event(subject, at=at, event=name, detail=detail, organisation_id=issue.organisation_id)
