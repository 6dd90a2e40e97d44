"""Series of every length and unit: flat, rising and wild, corrected, recalculated, and under targets that changed.

They also give members figures that roll up by every rule, and organisations figures that spread: see `members`.
"""

from dataclasses import dataclass

SHARE, RATE, COUNT, STAFF, LEVEL, PLAN = (
    "corner_share",
    "corner_rate",
    "corner_count",
    "corner_staff",
    "corner_level",
    "corner_plan",
)
# As `code unit direction decimals maximum kinds rule`; a maximum of - is none.
METRICS = (
    f"{SHARE} PERCENT HIGHER_IS_BETTER 2 100 PRIMARY_CARE_NETWORK,PRACTICE RATIO_OF_SUMS",
    f"{RATE} RATE_PER_100000 LOWER_IS_BETTER 1 - PRACTICE RATIO_OF_SUMS",
    f"{COUNT} COUNT NEUTRAL 0 - PRACTICE SUM",
    f"{STAFF} FTE HIGHER_IS_BETTER 2 - TRUST NONE",
    f"{LEVEL} SCORE HIGHER_IS_BETTER 0 2 TRUST PERCENT_OF_MAXIMUM",
    f"{PLAN} YES_NO HIGHER_IS_BETTER 0 1 PRIMARY_CARE_NETWORK PERCENT_YES",
    "corner_points SCORE LOWER_IS_BETTER 3 - TRUST PERCENT_OF_MAXIMUM",
    "corner_nothing SCORE NEUTRAL 0 0 PRACTICE PERCENT_OF_MAXIMUM",
    "corner_nobody COUNT NEUTRAL 0 - - SUM",
    "corner_region COUNT NEUTRAL 0 - REGION SUM",
    "corner_share_of_none PERCENT NEUTRAL 0 100 PRACTICE RATIO_OF_SUMS",
)


@dataclass(frozen=True)
class Line:
    """The figures of a series in the quarters up to `last`; None is a quarter without one.

    `of` is the denominator, `half` the half width of limits that the source printed; figures at `corrected` had another
    value first, and those at `withdrawn` were withdrawn.
    """

    metric: str
    organisation: str
    values: tuple[float | None, ...]
    last: str = "2025-26-Q1"
    of: int | None = None
    half: float | None = None
    corrected: tuple[int, ...] = ()
    withdrawn: tuple[int, ...] = ()


def _waves(middle: float, swing: float, count: int) -> tuple[float, ...]:
    """Ordinary ups and downs."""
    steps = (0.3, -0.7, 1.0, -0.4, 0.1, -1.0, 0.6, -0.2, 0.8)
    return tuple(round(middle + swing * steps[at % len(steps)], 2) for at in range(count))


def _climb(start: float, step: float, count: int) -> tuple[float, ...]:
    return tuple(round(start + step * at, 2) for at in range(count))


RISING = (44.1, 44.9, 45.8, 46.6, 47.9, 48.8, 49.9, 51.0, 52.1, 52.9, 53.7, 54.5)

LINES = (
    Line(SHARE, "Z90001", (*_waves(60, 6, 14), *_waves(80, 4, 11)), of=640, corrected=(3, 20), withdrawn=(7,)),
    Line(SHARE, "Z90002", (100.0,) * 13, "2024-25-Q4", of=640),
    Line(SHARE, "Z90003", (100.0,) * 5, "2024-25-Q3"),
    Line(SHARE, "Z90004", (50.0,), "2024-25-Q3", of=177),
    Line(SHARE, "Z90005", (0.0, 2.5), "2024-25-Q3", of=40),
    Line(SHARE, "Z90007", RISING, "2024-25-Q4", of=1000),
    Line(SHARE, "QKS", (*_waves(3, 3, 9), *_waves(97, 3, 16)), half=0.5),
    Line(SHARE, "HCP-EAST-KENT", (90.0, None, None, 91.0, None, 89.99, 90.01), of=100_000),
    Line(RATE, "Z90001", _waves(300, 80, 13), of=24_000, corrected=(12,)),
    Line(RATE, "Z90002", (0.0, 0.0, 0.0, 8.3, 0.0), of=12_000),
    Line(RATE, "Z90003", _waves(578.5, 11, 5), half=11.0),
    Line(COUNT, "Z90001", (*_climb(1, 3, 12), 12345678.0)),
    Line(COUNT, "Z90002", _climb(40, -2, 25), "2024-25-Q4", withdrawn=(0, 24)),
    Line(COUNT, "Z90003", (0.0, 0.0)),
    Line(COUNT, "Z90006", (-3.0, 4.0, -5.0)),
    Line(COUNT, "QKS", (7.0,) * 7 + (9.0,) * 7),
    Line(STAFF, "Z90008", _waves(1234.56, 0.01, 13)),
    Line(STAFF, "RPA", _climb(10, 0.1, 5), half=0.04),
    Line(LEVEL, "RVV", (0.0, 1.0, 2.0, 2.0, 2.0)),
    Line(LEVEL, "RWF", (2.0,) * 13),
    Line(LEVEL, "RN7", (2.0, 2.0)),
    Line(LEVEL, "RPA", (1.0,)),
    Line(LEVEL, "Z90008", (1.0, 2.0, 1.0), withdrawn=(2,)),
    Line(PLAN, "Z90007", (0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)),
    Line("corner_points", "RVV", _waves(33.333, 1, 12)),
    Line("corner_nothing", "Z90003", (0.0,), "2024-25-Q3"),
    Line("corner_nobody", "Z90001", (1.0, 2.0)),
    Line("corner_region", "Y59", (5.0,)),
    Line("corner_share_of_none", "Z90001", (12.5, 12.5)),
)

# Of the practices and networks in the order of their codes, the first few have these in a quarter: four, five, and some
# that are the same. 2025-02 and 2025-03-31 end with figures of other kinds of period as well as the quarter's own.
SPREADS = (
    (SHARE, "G8", "2024-25-Q2", (33.33, 66.67, 33.33, 0.0), 30),
    (SHARE, "G8", "2024-25-Q1", (10.0, 10.0, 10.0, 99.99, 0.01), 30),
    (SHARE, "G8", "2023-24-Q1", tuple(float(at * 7 % 101) for at in range(23)), None),
    (SHARE, "G8", "2025-03-31", (1.0, 2.0, 3.0, 4.0), 7),
    (RATE, "G8", "2024-25-Q4", (1.1, 1.1, 1.1, 1.1, 1.1, 1.1), 90_000),
    (COUNT, "G8", "2025-02", (1.0, 2.0, 3.0, 4.0, 5.0), None),
    (COUNT, "G8", "2024-25-Q4", (3.0, 1e9, 0.0, 2.0, 5.0, 5.0, 123456789.0), None),
    (PLAN, "U", "2024-25-Q4", (1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0), None),
    (PLAN, "U", "2025-26-Q1", (1.0, 1.0), None),
    (STAFF, "R", "2024-25-Q4", (9.5, 8.25, 7.125, 7.125), None),
)

# Metrics that count in each way, as `code counts`; and their figures, of every kind and length of period: spans within
# spans, over years, overlapping, and to the last of February.
KINDS = ("corner_to_date YEAR_TO_DATE", "corner_since SINCE", "corner_over OVER_PERIOD", "corner_on_day AT_DATE")
STRETCHES = (
    "2022-23-Q1",
    "2022-04-01/2022-09-30",
    "2022-04-01/2022-12-31",
    "2022-23",
    "2023-04",
    "2023-24-Q1",
    "2023-04-01/2023-07-31",
    "2023-04-01/2023-09-30",
    "2023-04-01/2024-02-29",
    "2023-24",
    "2024-04",
    "2024-25-Q1",
    "2024-04-01/2024-07-31",
    "2024-04-01/2024-09-30",
    "2024-04-01/2025-02-28",
    "2024-25",
    "2024-01-31/2024-09-30",
    "2024-01-31/2024-12-31",
    "2023-12-01/2024-11-30",
    "2022-12-01/2023-11-30",
    "2023-11-01/2024-10-31",
    "2024-02-29",
    "2025-02-28",
    "2024-03-31",
    "2025-03-31",
    "2024-01-31/2024-02-28",
    "2023-01-31/2023-02-28",
    "2024-12",
    "2025-01",
)

# Two on days between which no period ends, one before the first figure, one after the last, and one
# that leaves two figures.
# The last decision about a date counts: whether limits are recalculated from it.
RECALCULATIONS = (
    (SHARE, "Z90001", "2022-10-01", "A new telephone system.", True),
    (SHARE, "Z90001", "2022-11-15", "Counted otherwise.", True),
    (SHARE, "Z90001", "2022-11-15", "No, as before.", False),
    (SHARE, "Z90001", "2022-11-15", "Counted <again> & otherwise.", True),
    (SHARE, "QKS", "2010-04-01", "Before the first.", True),
    (SHARE, "QKS", "2021-06-30", "On the last day of a quarter.", True),
    (SHARE, "QKS", "2021-07-01", "The day after.", True),
    (SHARE, "QKS", "2030-04-01", "After the last.", True),
    (RATE, "Z90001", "2025-01-01", "Two are left.", True),
    (RATE, "Z90001", "2023-01-01", "A slip.", True),
    (RATE, "Z90001", "2023-01-01", "It was a slip.", False),
    (COUNT, "QKS", "2023-07-01", "Seven were, nine are.", True),
)


@dataclass(frozen=True)
class Aim:
    """A target: each revision as `comparator value upper baseline baseline_on due recorded_at`, - for none."""

    metric: str
    organisation: str
    revisions: tuple[str, ...]
    milestones: tuple[tuple[str, float], ...] = ()


AIMS = (
    Aim(SHARE, "Z90001", ("AT_LEAST 70 - 50 2019-03-31 2022-03-31 2019-04-01T00:00:00Z",), (("2020-12-31", 60.0),)),
    Aim(
        SHARE,
        "Z90001",
        (
            "MORE_THAN 75 - 60 2022-03-31 2025-03-31 2022-04-01T00:00:00Z",
            "MORE_THAN 80 - 60 2022-03-31 2024-03-31 2023-07-01T12:00:00Z",
            "BETWEEN 70 90 - - 2025-12-31 2024-06-30T23:30:00Z",
        ),
        (("2024-12-31", 78.0),),
    ),
    Aim(SHARE, "Z90001", ("AT_LEAST 95 - - - - 2020-01-01T00:00:00Z",)),
    Aim(SHARE, "Z90002", ("AT_LEAST 100 - - - 2025-03-31 2020-01-01T00:00:00Z",)),
    Aim(SHARE, "Z90003", ("MORE_THAN 90 - - - 2025-03-31 2020-01-01T00:00:00Z",)),
    Aim(SHARE, "Z90007", ("AT_LEAST 54 - 44.1 2022-03-31 2026-03-31 2020-01-01T00:00:00Z",)),
    Aim(SHARE, "HCP-EAST-KENT", ("MORE_THAN 90 - - - 2023-03-31 2020-01-01T00:00:00Z",)),
    Aim(RATE, "Z90001", ("AT_MOST 250 - 400 2020-03-31 2024-03-31 2020-01-01T00:00:00Z",)),
    Aim(RATE, "Z90002", ("LESS_THAN 5 - - - 2026-03-31 2020-01-01T00:00:00Z",)),
    Aim(COUNT, "QKS", ("EXACTLY 9 - 0 2021-03-31 2026-03-31 2020-01-01T00:00:00Z",)),
    Aim(LEVEL, "RWF", ("AT_LEAST 2 - - - - 2020-01-01T00:00:00Z",)),
    Aim(PLAN, "Z90007", ("AT_LEAST 1 - - - 2025-03-31 2020-01-01T00:00:00Z",)),
    Aim(STAFF, "Z90008", ("BETWEEN 1234 1235 - - 2025-03-31 2020-01-01T00:00:00Z",)),
)
