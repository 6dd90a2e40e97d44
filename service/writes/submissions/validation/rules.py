"""All rules, one after the other: rows become entries and findings."""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import Any

from schema.decimals import rounded
from schema.enumerations import OrganisationKind
from schema.errors import BLOCK, NEEDS_REASON
from schema.periods import Period, period_named
from schema.tables import NUMBERS, Measurement, MetricRow, key
from service.writes.submissions.validation import history, kinds, lateness, numbers, together
from service.writes.submissions.validation.entries import Entry, Row, calculated
from service.writes.submissions.validation.findings import Finding, of_row
from service.writes.submissions.validation.known import Known, Series


def check_rows(
    rows: Sequence[Row], quarter: Period, known: Known, *, reason: str | None, without: Set[int] = frozenset()
) -> tuple[list[Entry], list[Finding]]:
    """The rows as entries, and every finding, by row. A row that is wrong in itself makes no entry.

    `reason` is the submission's own: why published figures change, for every row without a reason. All other findings
    that need a reason need the reason of their row. The rows `without` are left out, as if they had not been sent.
    """
    findings = check_alone(rows, quarter, known, without)
    wrong = without | {
        each.row for each in findings if each.severity is BLOCK and each.code != "validation/duplicate-row"
    }
    entries = [_entry(at, row, known) for at, row in enumerate(rows) if at not in wrong]
    by_series: dict[Series, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_series[entry.series].append(entry)
    for entry in entries:
        findings += history.compare_with_published(entry, known)
        findings += history.compare_with_past(entry, known, by_series)
        findings += kinds.of_kind(entry, known)
        findings += kinds.compare_with_included(entry, known, by_series[entry.series])
    findings += together.parts_and_wholes(entries, known)
    findings += together.members(entries, known)
    findings += together.subtractions(entries, known)
    findings += lateness.late(entries, quarter, known)
    findings = sorted(_asked(findings), key=_place)
    return entries, [_completed(finding, rows, known, reason) for finding in findings]


def check_alone(
    rows: Sequence[Row], quarter: Period | None, known: Known, without: Set[int] = frozenset()
) -> list[Finding]:
    """What is wrong with rows, whatever is published: codes, numbers, texts and, with a quarter, periods."""
    findings: list[Finding] = []
    for at, row in enumerate(rows):
        if at in without:
            continue
        findings += [*_unknown(at, row, known), *numbers.texts(at, row)]
        findings += _period(at, row, quarter, known) if quarter is not None else []
        metric = known.metrics.get(row.metric)
        findings += numbers.numbers(at, row, metric) if metric is not None else []
    return [*findings, *together.duplicates(rows, without)]


def _asked(findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those that ask about an unchanged row: what is published already has been asked about."""
    unchanged = {finding.row for finding in findings if finding.code == "validation/unchanged"}
    return [each for each in findings if each.row not in unchanged or each.severity is not NEEDS_REASON]


def _place(finding: Finding) -> int:
    return -1 if finding.row is None else finding.row


def _completed(finding: Finding, rows: Sequence[Row], known: Known, reason: str | None) -> Finding:
    """The finding with the metric and the organisation of its row, and with the reason that explains it."""
    if finding.row is None:
        return finding
    row = rows[finding.row]
    metric, organisation = known.metrics.get(row.metric), known.organisations.get(row.organisation)
    accepted = row.reason or (reason if finding.code == "validation/no-reason" else None)
    return replace(
        finding,
        metric_id=None if metric is None else key(metric),
        organisation_id=None if organisation is None else key(organisation),
    ).accepted(accepted)


def _unknown(at: int, row: Row, known: Known) -> Iterator[Finding]:
    organisation, metric = known.organisations.get(row.organisation), known.metrics.get(row.metric)
    if organisation is None:
        message = f"No organisation has the code {row.organisation[:40]!r}."
        yield of_row("validation/unknown-organisation", message, at, "organisation")
    elif (row.organisation, row.period) not in known.within:
        named = period_named(row.period)
        when = "" if named is None else f" in {named.label}"
        message = (
            f"{organisation.name} ({row.organisation}) is not a member of the organisation of this submission{when}."
        )
        yield of_row("validation/outside-organisation", message, at, "organisation")
    if metric is None:
        yield of_row("validation/unknown-metric", f"No metric has the code {row.metric[:80]!r}.", at, "metric")
    elif organisation is not None and organisation.kind not in metric.collected_from:
        kinds = " and ".join(OrganisationKind(each).many for each in metric.collected_from)
        kind = OrganisationKind(organisation.kind)
        message = f"{metric.name} is collected from {kinds}; {organisation.name} is {kind.one}."
        yield of_row("validation/not-collected", message, at, "organisation")


def _period(at: int, row: Row, quarter: Period, known: Known) -> list[Finding]:
    period = period_named(row.period)
    if period is None:
        return [of_row("validation/wrong-period", f"{row.period[:40]!r} is not a period.", at, "period")]
    if period.quarter != quarter.code:
        return [of_row("validation/wrong-period", f"{period.label} does not end in {quarter.label}.", at, "period")]
    if period.starts > known.today:
        return [of_row("validation/wrong-period", f"{period.label} has not started.", at, "period")]
    organisation = known.organisations.get(row.organisation)
    if organisation is None:
        return []
    if organisation.closed_on is not None and organisation.closed_on < period.starts:
        message = f"{organisation.name} closed on {organisation.closed_on}, before {period.label} started."
        return [of_row("validation/closed-organisation", message, at, "organisation")]
    if organisation.opened_on is not None and organisation.opened_on > period.ends:
        message = f"{organisation.name} opened on {organisation.opened_on}, after {period.label} ended."
        return [of_row("validation/closed-organisation", message, at, "organisation")]
    return []


def _entry(at: int, row: Row, known: Known) -> Entry:
    metric, period = known.metrics[row.metric], period_named(row.period)
    if period is None:
        raise ValueError("a row without findings has a period")
    organisation = known.organisations[row.organisation]
    measurement = _nil(row.measurement) if row.is_nil_return else _with_value(row.measurement, metric)
    return Entry(
        at, metric, organisation, period, measurement, row.reason, row.base_revision, row.is_provisional, row.source
    )


def _nil(sent: Measurement) -> Measurement:
    texts: dict[str, Any] = {name: value for name, value in sent.columns.items() if name not in NUMBERS}
    return Measurement(**texts)


def _with_value(sent: Measurement, metric: MetricRow) -> Measurement:
    if sent.value is not None:
        whole = rounded(sent.value, metric.decimals)
        # The digits that were sent stay, where rounding changes nothing: 88.7 is not kept as 88.70.
        return sent if whole == sent.value else replace(sent, value=whole)
    if sent.numerator is None or sent.denominator is None:
        return sent
    return replace(sent, value=calculated(metric, sent.numerator, sent.denominator))
