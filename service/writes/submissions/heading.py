"""The input of a command that brings figures becomes a quarter, an organisation and rows of exact decimals."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from schema.commands.submissions import FigureInput, SourceInput
from schema.decimals import exact
from schema.enumerations import Qualifier
from schema.london import day_of
from schema.periods import Period, period_named, quarter_named
from schema.tables import NUMBERS, SENT, Citation, Measurement, OrganisationRow
from service.writes.command import Work
from service.writes.limits import LONGEST_TEXT, MOST_FIGURES
from service.writes.naming import malformed_quarter, organisation_named, unknown_organisation
from service.writes.outcome import Problem, Refused, problem, stripped, unusable_texts
from service.writes.submissions.default_periods import Defaults, default_periods
from service.writes.submissions.lookups import look_up_codes
from service.writes.submissions.standings import problems_of
from service.writes.submissions.validation import Row
from service.writes.submissions.validation.rules import check_alone
from service.writes.trust import audit

LONGEST_TITLE = 200


class BringsFigures(Protocol):
    """An input with figures for an organisation and a quarter."""

    @property
    def quarter(self) -> str:
        """The quarter's code."""

    @property
    def organisation(self) -> str:
        """The organisation's code."""

    @property
    def figures(self) -> list[FigureInput]:
        """The figures."""


@dataclass(frozen=True)
class Heading:
    """What a submission is for, the rows that were sent, and when."""

    quarter: Period
    organisation: OrganisationRow
    rows: list[Row]
    at: dt.datetime


async def read_heading(
    work: Work, request: BringsFigures, *, at: dt.datetime | None = None, **texts: str | None
) -> Heading:
    """The heading of an input; `texts` are its other texts, by their names in the input.

    `at` is the instant of its turn, where the command has waited for one.

    Refused: too many figures, texts that cannot be stored, an unknown quarter, and an organisation that the viewer does
    not act for; with everything that is wrong with each row alone.
    """
    if len(request.figures) > MOST_FIGURES:
        message = f"There are {len(request.figures):,} figures; you can send at most {MOST_FIGURES:,}."
        raise Refused(problem("validation/too-many-figures", message, "figures"))
    problems = _wrong_texts(texts)
    at, quarter = at or await audit.now(work.session), quarter_named(request.quarter)
    if quarter is None:
        problems.append(malformed_quarter(request.quarter))
    on = day_of(at) if quarter is None else quarter.ends
    others = {each.organisation for each in request.figures}
    organisation = await organisation_named(work.session, request.organisation, on, by=work.by, others=others)
    if organisation is None:
        problems.append(unknown_organisation(request.organisation))
    defaults = {} if quarter is None else await default_periods(work.session, request.figures, quarter)
    rows = sent_rows(request.figures, quarter, defaults)
    if problems or quarter is None or organisation is None:
        known = await look_up_codes(work.session, rows, on=day_of(at))
        raise Refused(*problems, *problems_of(check_alone(rows, quarter, known)))
    return Heading(quarter, organisation, rows, at)


def _wrong_texts(texts: dict[str, str | None]) -> list[Problem]:
    return [
        wrong
        for name, text in texts.items()
        for wrong in unusable_texts({name: text}, LONGEST_TITLE if name == "title" else LONGEST_TEXT)
    ]


def sent_rows(figures: Sequence[FigureInput], quarter: Period | None, defaults: Defaults | None = None) -> list[Row]:
    """Figures as rows: exact decimals, texts without the spaces around them, their default period or the quarter."""

    def default(figure: FigureInput) -> str:
        period = (defaults or {}).get((figure.metric.strip(), figure.organisation), quarter)
        return "" if period is None else period.code

    return [
        Row(
            metric=each.metric.strip(),
            organisation=each.organisation,
            period=_canonical(stripped(each.period) or default(each)),
            measurement=_measurement(each),
            is_nil_return=bool(each.is_nil_return),
            reason=stripped(each.reason),
            is_provisional=bool(each.is_provisional),
            source=None if each.source is None else _citation(each.source),
        )
        for each in figures
    ]


def _canonical(written: str) -> str:
    """The code of the period that is written; what names no period stays as it was sent."""
    period = period_named(written)
    return written if period is None else period.code


def _citation(source: SourceInput) -> Citation:
    return Citation(source.title.strip(), stripped(source.reference))


def _measurement(figure: FigureInput) -> Measurement:
    columns: dict[str, Any] = {
        name: exact(getattr(figure, name)) if name in NUMBERS else stripped(getattr(figure, name)) for name in SENT
    }
    return Measurement(**columns | {"qualifier": figure.qualifier or Qualifier.EXACT})
