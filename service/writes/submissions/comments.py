"""What an approver says about single answers, or about a theme, when a submission goes back; and what answers it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import col, select

from schema.commands.submissions import ReturnCommentInput
from schema.tables import MetricRow, OrganisationRow, ReturnCommentRow, ThemeRow, key
from service.writes.limits import is_unusable
from service.writes.naming import among, metrics_named, organisations_named, unknown_metric
from service.writes.outcome import Problem, Refused, problem, stripped, too_long
from service.writes.submissions.check import stored_rows
from service.writes.submissions.desk import Desk
from service.writes.submissions.validation import Row

MOST_COMMENTS = 500
# An answer by the codes of its metric and its organisation: its period may be corrected.
_Answer = tuple[str, str]


@dataclass(frozen=True)
class Comment:
    """A comment that can be kept, with what the audit says about it: on an answer, or on a theme."""

    columns: Mapping[str, Any]
    detail: Mapping[str, str]


async def comments_on(desk: Desk, given: Sequence[ReturnCommentInput]) -> list[Comment]:
    """The comments of an input. Refused: each that is about nothing in the submission, or says nothing."""
    if not given:
        return []
    if len(given) > MOST_COMMENTS:
        message = f"There are {len(given):,} comments; you can send at most {MOST_COMMENTS}."
        raise Refused(problem("submission/comment", message, "comments"))
    answers = {(row.metric, row.organisation) for row in await stored_rows(desk)}
    known = await _known(desk, given, answers)
    comments, problems = [], list[Problem]()
    for at, each in enumerate(given):
        made = _comment(desk, each, answers, known)
        if isinstance(made, Comment):
            comments.append(made)
        else:
            problems.append(replace(made, path=["input", "comments", str(at), *made.path[1:]], row=None))
    if problems:
        raise Refused(*problems)
    return comments


def keep_comments(desk: Desk, comments: Sequence[Comment]) -> dict[str, Any]:
    """Keep the comments of a return; what its audit event says about them."""
    who: dict[str, Any] = {
        "submission_id": key(desk.submission),
        "written_by_id": desk.actor_id,
        "written_at": desk.at,
    }
    desk.session.add_all([ReturnCommentRow(**each.columns, **who) for each in comments])
    return {"comments": [dict(each.detail) for each in comments]} if comments else {}


async def clear_answered(desk: Desk, before: Sequence[Row], after: Sequence[Row]) -> None:
    """Note which open comments an edit answers: those on an answer that changed, or on the theme of one."""
    changed = _changed(before, after)
    open_comments = (
        select(ReturnCommentRow, MetricRow.code, OrganisationRow.code)
        .outerjoin(MetricRow, col(MetricRow.id) == ReturnCommentRow.metric_id)
        .outerjoin(OrganisationRow, col(OrganisationRow.id) == ReturnCommentRow.organisation_id)
        .where(ReturnCommentRow.submission_id == key(desk.submission), col(ReturnCommentRow.answered_at).is_(None))
    )
    found = (await desk.session.exec(open_comments)).all() if changed else []
    if not found:
        return
    themes = {each.theme_id for each in (await metrics_named(desk.session, {code for code, _ in changed})).values()}
    for comment, metric, organisation in found:
        if (metric, organisation) in changed or comment.theme_id in themes:
            comment.answered_at = desk.at
            desk.session.add(comment)
    await desk.session.flush()


@dataclass(frozen=True)
class _Known:
    """What the codes of comments name, and the themes of the answers that are in the submission."""

    metrics: Mapping[str, MetricRow]
    organisations: Mapping[str, OrganisationRow]
    themes: Mapping[str, ThemeRow]
    themes_answered: set[int]


async def _known(desk: Desk, given: Sequence[ReturnCommentInput], answers: set[_Answer]) -> _Known:
    codes = {each.metric.strip() for each in given if each.metric} | {metric for metric, _ in answers}
    metrics = await metrics_named(desk.session, codes)
    organisations = await organisations_named(
        desk.session, {each.organisation for each in given if each.organisation} | {desk.organisation.code}
    )
    asked = {each.theme.strip() for each in given if each.theme and "\x00" not in each.theme}
    themes = (await desk.session.exec(select(ThemeRow).where(among(ThemeRow.code, asked)))).all()
    answered = {metrics[metric].theme_id for metric, _ in answers if metric in metrics}
    return _Known(metrics, organisations, {each.code: each for each in themes}, answered)


def _comment(desk: Desk, given: ReturnCommentInput, answers: set[_Answer], known: _Known) -> Comment | Problem:
    words, metric, theme = stripped(given.words), stripped(given.metric), stripped(given.theme)
    if is_unusable(words):
        return problem("validation/unusable-text", too_long("comment", words or ""), "words")
    if words is None:
        return problem("submission/comment", "The comment says nothing.", "words")
    if metric is not None and theme is None:
        return _on_answer(metric, given.organisation or desk.organisation.code, words, answers, known)
    if theme is not None and metric is None:
        return _on_theme(theme, words, known)
    return problem("submission/comment", "A comment is about the answer for one metric, or about a theme.")


def _on_answer(metric: str, code: str, words: str, answers: set[_Answer], known: _Known) -> Comment | Problem:
    if metric not in known.metrics:
        return unknown_metric(metric)
    if (metric, code) not in answers:
        message = f"The submission has no answer of {code} for {known.metrics[metric].name}."
        return problem("submission/comment", message, "metric")
    columns = {"metric_id": key(known.metrics[metric]), "organisation_id": key(known.organisations[code])}
    return Comment({**columns, "words": words}, {"metric": metric, "organisation": code, "words": words})


def _on_theme(code: str, words: str, known: _Known) -> Comment | Problem:
    theme = known.themes.get(code)
    if theme is None or key(theme) not in known.themes_answered:
        return problem("submission/comment", f"The submission has no answer of the theme {code[:80]!r}.", "theme")
    return Comment({"theme_id": key(theme), "words": words}, {"theme": code, "words": words})


def _changed(before: Iterable[Row], after: Iterable[Row]) -> set[_Answer]:
    """The answers that an edit added, took out, or changed."""
    old, new = _by_answer(before), _by_answer(after)
    return {answer for answer in old.keys() | new.keys() if old.get(answer) != new.get(answer)}


def _by_answer(rows: Iterable[Row]) -> Mapping[_Answer, list[Row]]:
    found: dict[_Answer, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.metric, row.organisation].append(_as_said(row))
    return found


def _as_said(row: Row) -> Row:
    """What somebody says with a row: a value that is calculated from its two numbers adds nothing to them."""
    measurement = row.measurement
    if measurement.numerator is not None and measurement.denominator is not None:
        measurement = replace(measurement, value=None)
    return replace(row, base_revision=None, measurement=measurement)
