"""Figures compared with the quarter's dates: too early, late, or too late."""

from collections.abc import Iterator, Sequence

from schema.periods import Period, long_date
from service.writes.submissions.validation.entries import Entry
from service.writes.submissions.validation.findings import Finding, of_row, of_whole
from service.writes.submissions.validation.known import Known


def late(entries: Sequence[Entry], quarter: Period, known: Known) -> Iterator[Finding]:
    """The quarter that is not open yet, the figures that are late, and those after the last day to submit.

    Figures that were submitted on time stay on time, whenever they are decided. Published figures can be corrected at
    any time.
    """
    opens_on = known.quarter.opens_on or quarter.starts
    if known.today < opens_on:
        message = f"You can submit figures for {quarter.label} from {long_date(opens_on)}."
        yield of_whole("validation/not-open", message, "quarter")
    overdue = []
    sent_on = known.submitted_on or known.today
    for entry in entries:
        published = known.published.get(entry.cell)
        if published is not None and published.stands:
            continue
        deadline = known.deadlines.get(entry.series, known.quarter)
        if deadline.hard is not None and sent_on > deadline.hard:
            message = f"The last day to submit {entry.name} was {long_date(deadline.hard)}."
            yield of_row("validation/closed-quarter", message, entry.row)
        elif deadline.soft is not None and sent_on > deadline.soft:
            overdue.append(deadline.soft)
    if overdue:
        message = f"{len(overdue)} of {len(entries)} figures are late; the first was due on {long_date(min(overdue))}."
        yield of_whole("validation/late", message, "quarter")
