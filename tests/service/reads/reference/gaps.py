"""The periods that are missing inside a series, day by day, and the runs of points that go on over them."""

import datetime as dt

from schema.periods import Period, parsed
from tests.service.reads.reference.tables import Row

Span = tuple[str, int, int]
_REGULAR = {"MONTH", "QUARTER", "FINANCIAL_YEAR"}
_NAMES = {
    "TREND_UP": "Trend upwards",
    "TREND_DOWN": "Trend downwards",
    "TWO_OF_THREE_HIGH": "Two of three points near the upper limit",
    "TWO_OF_THREE_LOW": "Two of three points near the lower limit",
    "SHIFT_ABOVE": "Shift above the mean",
    "SHIFT_BELOW": "Shift below the mean",
}


def sentences(figures: list[Row], spans: list[Span]) -> list[str]:
    """What is missing, and what spans it; nothing where nothing is missing."""
    missing = _by_place(figures)
    if not missing:
        return []
    parts: list[str] = []
    for periods in missing.values():
        names = [str(period["label"]) for period in periods]
        parts += names if len(names) < 3 else [f"{names[0]} to {names[-1]}"]
    verb = "is" if sum(map(len, missing.values())) == 1 else "are"
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    said = [f"{listed} {verb} missing."]
    for at in missing:
        over = [span for span in spans if span[1] < at <= span[2]]
        for cause in dict.fromkeys(name for name, _, _ in over):
            first = min(start for name, start, _ in over if name == cause)
            last = max(end for name, _, end in over if name == cause)
            labels = (figures[first]["period"]["label"], figures[last]["period"]["label"])
            sentence = f"{_NAMES[cause]}: the run from {labels[0]} to {labels[1]} spans a gap."
            said += [] if sentence in said else [sentence]
    return said


def missing_periods(figures: list[Row]) -> list[Row]:
    """The missing periods, soonest first."""
    return [period for periods in _by_place(figures).values() for period in periods]


def _by_place(figures: list[Row]) -> dict[int, list[Row]]:
    """The periods that are missing before the figure at each place, where some are."""
    found = {at: _missing(figures[at - 1], figures[at]) for at in range(1, len(figures))}
    return {at: periods for at, periods in found.items() if periods}


def _missing(before: Row, after: Row) -> list[Row]:
    """The periods of one kind between two figures: those that have the days between them."""
    kind = before["period"]["kind"]
    if kind != after["period"]["kind"] or kind not in _REGULAR:
        return []
    codes: dict[str, None] = {}
    day = before["period"]["ends"] + dt.timedelta(days=1)
    while day < after["period"]["starts"]:
        codes[_code(kind, day)] = None
        day += dt.timedelta(days=1)
    return [_row(parsed(code)) for code in codes]


def _code(kind: str, day: dt.date) -> str:
    if kind == "MONTH":
        return f"{day.year:04}-{day.month:02}"
    year = day.year - (day.month < 4)
    code = f"{year:04}-{(year + 1) % 100:02}"
    return code if kind == "FINANCIAL_YEAR" else f"{code}-Q{(day.month - 4) % 12 // 3 + 1}"


def _row(period: Period) -> Row:
    return {"__typename": "Period", "id": period.code, "quarter": period.quarter, **vars(period)}
