"""What became of each row that was sent, as the type `RowResult`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from schema.enumerations import RowOutcome
from service.writes.outcome import Problem, as_data
from service.writes.submissions.check import Check
from service.writes.submissions.revisions import Change
from service.writes.submissions.standings import problems_of

RowResult: TypeAlias = dict[str, Any]


def rows_with(checked: Check, outcome: RowOutcome) -> list[RowResult]:
    """Every row with one outcome; those that are left out are skipped. Each has the problems that hold it."""
    problems = _by_row(checked)
    return [_result(checked, at, _SKIPPED if at in checked.left_out else outcome, problems) for at in _places(checked)]


def rows_published(checked: Check, changes: Iterable[Change], figure_ids: Sequence[int | None]) -> list[RowResult]:
    """What became of each row with a publication."""
    problems = _by_row(checked)
    published = {
        change.entry.row: _result(checked, change.entry.row, change.outcome, problems, figure_id)
        for change, figure_id in zip(changes, figure_ids, strict=True)
    }
    return [published.get(at) or _result(checked, at, _SKIPPED, problems) for at in _places(checked)]


def rows_of_sent(sent: Check, results: Iterable[RowResult]) -> list[RowResult]:
    """The results of the rows that were kept, at the places at which they were sent, with those that were skipped."""
    problems = _by_row(sent)
    kept = iter(results)
    return [
        _result(sent, at, _SKIPPED, problems) if at in sent.left_out else {**next(kept), "row": at}
        for at in _places(sent)
    ]


_SKIPPED = RowOutcome.SKIPPED


def _places(checked: Check) -> range:
    return range(len(checked.rows))


def _by_row(checked: Check) -> Mapping[int | None, list[Problem]]:
    problems: Mapping[int | None, list[Problem]] = defaultdict(list)
    for each in problems_of(checked.findings):
        problems[each.row].append(each)
    return problems


def _result(
    checked: Check,
    at: int,
    outcome: RowOutcome,
    problems: Mapping[int | None, list[Problem]],
    figure_id: int | None = None,
) -> RowResult:
    metric, organisation, period = checked.rows[at].codes
    return {
        "row": at,
        "metric_code": metric,
        "organisation_code": organisation,
        "period_code": period,
        "outcome": outcome,
        "figure_id": figure_id,
        "problems": [as_data(each) for each in problems.get(at, ())],
    }
