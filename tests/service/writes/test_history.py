"""Figures compared with their own history, with what is published, and with each other."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.enumerations import Comparator, FigureStatus, OrganisationKind, PeriodKind, RollUp, TargetKind, Unit
from schema.periods import parsed, quarter_of
from schema.tables import Measurement, MetricRow
from service.statistics.goals import Goal, always
from service.writes.submissions.validation.known import Deadline, Known, Members, Past, Published
from tests.service.writes.test_validation import KNOWN, TODAY, codes, looked_at, metric, row

SHARE, PEOPLE, COUNTED = 11, 12, 13
Q4 = "2024-25-Q4"


def numbered(made: MetricRow, at: int, **more: Any) -> MetricRow:
    made.id = at
    for name, value in more.items():
        setattr(made, name, value)
    return made


BOTH = [OrganisationKind.PRACTICE, OrganisationKind.INTEGRATED_CARE_BOARD]
METRICS = {
    "share": numbered(
        metric("share", Unit.PERCENT), SHARE, tolerance=Decimal(20), denominator_metric_id=COUNTED, collected_from=BOTH
    ),
    "people": numbered(
        metric("people", Unit.COUNT, 0, least=0), PEOPLE, tolerance=Decimal(50), roll_up=RollUp.SUM, collected_from=BOTH
    ),
    "counted": numbered(metric("counted", Unit.COUNT, 0), COUNTED, collected_from=BOTH),
}
BOARD = 3
BASE = replace(KNOWN, metrics=METRICS)


def past(*values: float, kind: PeriodKind = PeriodKind.QUARTER, denominator: int | None = None) -> list[Past]:
    """Figures of the quarters before, the last one of the quarter before this."""
    quarters = [parsed("2024-25-Q3")]
    while len(quarters) < len(values):
        quarters.insert(0, parsed(quarter_of(quarters[0].starts - dt.timedelta(days=1))))
    bottom = None if denominator is None else Decimal(denominator)
    return [
        Past(quarter.ends, kind, f"{quarter.ends}", Measurement(value=Decimal(str(value)), denominator=bottom), first)
        for quarter, value in zip(quarters[len(quarters) - len(values) :], values, strict=True)
        for first in [quarter.starts if kind is PeriodKind.QUARTER else quarter.ends.replace(day=1)]
    ]


def published(value: float, **more: Any) -> Published:
    made = Published(
        figure_id=1,
        revision=1,
        measurement=Measurement(value=Decimal(str(value))),
        status=FigureStatus.PUBLISHED,
        published_at=dt.datetime(2025, 4, 2, 9, 30, tzinfo=dt.UTC),
        published_by="Ada",
    )
    return replace(made, **more)


def with_past(metric_id: int, figures: list[Past], **more: Any) -> Known:
    return replace(BASE, histories={(metric_id, BOARD): figures}, **more)


def of_board(name: str, value: float, **more: Any) -> Any:
    return row(name, "QKS", value=value, **more)


@pytest.mark.parametrize(
    ("before", "value", "expected"),
    [
        ([50, 51, 50, 51], 50.5, []),
        ([50, 51, 50, 51], 60, []),
        ([50, 51] * 5 + [50], 60, []),
        ([50, 51, 50, 51] * 3, 53.17, ["outside-limits"]),
        ([50, 51, 50, 51] * 3, 53.16, []),
        ([100] * 12, 99, ["outside-limits"]),
        ([100] * 11, 99, []),
        ([92.09] * 12, 92.09, []),
        ([50, 80], 99, []),
        ([50, 60], 81, ["jump"]),
        ([50, 60], 80, []),
        ([0, 0], 21, ["jump"]),
        ([], 12, []),
    ],
    ids=str,
)
def test_what_is_unusual_in_its_own_history_needs_a_reason(before, value, expected):
    assert codes(of_board("share", value), known=with_past(SHARE, past(*before))) == expected


def test_the_limits_in_force_are_those_since_the_limits_were_recalculated():
    """NHSRplotthedots #172, in the checks: 91 is normal for the twelve figures since the change."""
    before, after = [60, 62, 58] * 4, [92, 88, 94, 87, 93, 89, 95, 88, 92, 91, 89, 93]
    earlier = past(*before, *after)
    changed = [RecalculatedFrom(earlier[12].ends, "New telephones.")]
    recalculated = with_past(SHARE, earlier, recalculations={(SHARE, BOARD): changed})
    assert codes(of_board("share", 91), known=recalculated) == []
    assert codes(of_board("share", 75), known=recalculated) == ["outside-limits"]
    (finding,) = looked_at(of_board("share", 75), known=recalculated)[1]
    assert "78.58% to 103.25%, from the 12 earlier figures of" in finding.message
    assert finding.message.endswith(" since the limits were recalculated.")


def test_limits_that_begin_again_with_the_new_figure_ask_nothing():
    just_now = [RecalculatedFrom(dt.date(2025, 1, 1), "New telephones.")]
    known = with_past(SHARE, past(*[50, 51] * 6), recalculations={(SHARE, BOARD): just_now})
    assert codes(of_board("share", 60), known=known) == []


def test_a_jump_of_a_count_is_measured_in_percent_of_the_earlier_value():
    known = with_past(PEOPLE, past(200, 100))
    assert [codes(of_board("people", value), known=known) for value in (150, 151, 50, 49)] == [
        [],
        ["jump"],
        [],
        ["jump"],
    ]


def test_a_count_of_a_quarter_is_not_compared_with_one_of_a_month_and_a_share_is():
    months = past(*[10] * 12, kind=PeriodKind.MONTH)
    assert codes(of_board("people", 900), known=with_past(PEOPLE, months)) == []
    assert codes(of_board("share", 90), known=with_past(SHARE, months)) == ["outside-limits", "jump"]


@pytest.mark.parametrize(
    ("value", "expected"), [(69.57, ["unattainable-percentage"]), (69.49, []), (100, []), (0, []), (88.7, [])], ids=str
)
def test_a_percentage_that_no_plausible_denominator_gives_needs_a_reason(value, expected):
    counts = {(COUNTED, BOARD): past(177)}
    assert codes(of_board("share", value), known=replace(BASE, histories=counts)) == expected


def test_a_denominator_of_an_earlier_figure_or_of_the_same_submission_is_plausible():
    earlier = {(COUNTED, BOARD): past(177), (SHARE, BOARD): past(69.57, denominator=184)}
    assert codes(of_board("share", 69.57), known=replace(BASE, histories=earlier)) == []
    together = [of_board("share", 69.57), of_board("counted", 184)]
    assert codes(*together, known=replace(BASE, histories={(COUNTED, BOARD): past(177)})) == []


def test_a_target_that_was_met_and_is_lost_needs_a_reason():
    goal = Goal(Comparator.MORE_THAN, Decimal(90), Unit.PERCENT)
    known = with_past(SHARE, past(91), goals={(SHARE, BOARD): [always(goal)]})
    assert codes(of_board("share", 90), known=known) == ["target-lost"]
    assert codes(of_board("share", 90.01), known=known) == []


@pytest.mark.parametrize(
    ("due", "expected"), [(None, ["target-lost"]), (dt.date(2025, 3, 31), ["target-lost"]), (dt.date(2025, 3, 30), [])]
)
def test_a_target_that_was_decided_on_its_due_date_is_not_lost_after_it(due, expected):
    goal = Goal(Comparator.AT_LEAST, Decimal(90), Unit.PERCENT, due=due, kind=TargetKind.REACH)
    known = with_past(SHARE, past(91), goals={(SHARE, BOARD): [always(goal)]})
    assert codes(of_board("share", 85), known=known) == expected


def test_a_reason_lets_a_finding_stand_and_is_kept_with_it():
    known = with_past(SHARE, past(50, 60))
    finding = looked_at(of_board("share", 90, reason="New telephones."), known=known)[1][0]
    assert (finding.code, finding.accepted_reason, finding.is_open) == ("validation/jump", "New telephones.", False)


def test_the_submission_s_reason_explains_changes_of_published_figures_and_nothing_else():
    known = with_past(SHARE, past(50, 60), published={(SHARE, BOARD, Q4): published(61)})
    findings = looked_at(of_board("share", 90), known=known, reason="Counted again.")[1]
    assert {finding.code: finding.accepted_reason for finding in findings} == {
        "validation/no-reason": "Counted again.",
        "validation/jump": None,
    }


def test_a_finding_about_a_published_figure_names_its_publisher_and_time():
    known = replace(BASE, published={(SHARE, BOARD, Q4): published(61)})
    message = looked_at(of_board("share", 62), known=known)[1][0].message
    assert "was published as 61% by Ada on 2 April 2025 at 09:30 UTC" in message


def test_what_somebody_else_published_since_blocks_and_the_same_value_does_not():
    known = replace(BASE, published={(SHARE, BOARD, Q4): published(61, revision=2)})
    stale = replace(of_board("share", 62), base_revision=1)
    assert codes(stale, known=known, reason="why") == ["published-since", "no-reason"]
    assert codes(replace(stale, measurement=Measurement(value=Decimal(61))), known=known) == []


def test_a_withdrawn_figure_is_published_again_with_a_reason():
    known = replace(BASE, published={(SHARE, BOARD, Q4): published(61, status=FigureStatus.WITHDRAWN)})
    assert codes(of_board("share", 61), known=known) == ["no-reason"]


def test_a_nil_return_over_a_published_figure_needs_a_reason():
    known = replace(BASE, published={(SHARE, BOARD, Q4): published(61)})
    assert codes(row("share", "QKS", is_nil_return=True), known=known) == ["no-reason"]


FAMILY = ("whole", "one", "other")


def with_parts(unit: Unit, decimals: int) -> Known:
    """What is known where a metric has two parts."""
    family = {
        name: numbered(metric(name, unit, decimals), 20 + at, collected_from=BOTH) for at, name in enumerate(FAMILY)
    }
    for part in FAMILY[1:]:
        family[part].part_of_id = 20
    return replace(BASE, metrics=family, wholes={20: family["whole"]}, parts={20: [family["one"], family["other"]]})


@pytest.mark.parametrize(("whole", "parts", "expected"), [(10, (6, 4), []), (10, (6, 5), ["parts-exceed-total"])])
def test_parts_do_not_exceed_their_total(whole, parts, expected):
    known = with_parts(Unit.COUNT, 0)
    rows = [of_board(name, value) for name, value in zip(FAMILY, (whole, *parts), strict=True)]
    assert codes(*rows, known=known) == expected


def test_some_parts_of_what_may_be_below_zero_may_be_more_than_the_whole_and_all_may_not():
    known = with_parts(Unit.FTE, 1)
    some = [of_board("whole", -47), of_board("one", -6)]
    assert codes(*some, known=known) == []
    assert codes(*some, of_board("other", -3), known=known) == ["parts-exceed-total"]
    known.metrics["whole"].minimum = Decimal(0)
    assert codes(of_board("whole", 5), of_board("one", 6), known=known) == ["parts-exceed-total"]


def test_parts_that_were_rounded_may_add_up_to_a_little_more():
    known = with_parts(Unit.FTE, 1)
    sums = [(10, 5, 5.1), (10, 5, 5.2)]
    found = [
        codes(*(of_board(name, value) for name, value in zip(FAMILY, sum_, strict=True)), known=known) for sum_ in sums
    ]
    assert found == [[], ["parts-exceed-total"]]


def test_published_parts_count_against_a_total_that_is_sent_alone():
    family = {
        name: numbered(metric(name, Unit.COUNT, 0), at, collected_from=BOTH)
        for name, at in (("whole", 20), ("one", 21))
    }
    family["one"].part_of_id = 20
    known = replace(BASE, metrics=family, parts={20: [family["one"]]}, published={(21, BOARD, Q4): published(11)})
    assert codes(of_board("whole", 10), known=known) == ["parts-exceed-total"]


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({1: 4, 2: 6}, []),
        ({1: 4, 2: 5}, ["members-differ"]),
        ({1: 4}, []),
        ({1: 11}, ["members-differ"]),
        ({}, []),
    ],
    ids=str,
)
def test_members_that_do_not_add_up_need_a_reason(figures, expected):
    group = Members(frozenset({1, 2}), {at: Measurement(value=Decimal(value)) for at, value in figures.items()})
    known = replace(BASE, members={(PEOPLE, BOARD, Q4): group})
    assert codes(of_board("people", 10), known=known) == expected


def test_a_member_s_figure_of_the_same_submission_counts_before_the_published_one():
    group = Members(frozenset({1}), {1: Measurement(value=Decimal(4))})
    known = replace(BASE, members={(PEOPLE, BOARD, Q4): group})
    assert codes(of_board("people", 10), row("people", "G82002", value=10), known=known) == []


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        (Deadline(soft=TODAY), []),
        (Deadline(soft=TODAY - dt.timedelta(days=1)), ["late"]),
        (Deadline(hard=TODAY), []),
        (Deadline(hard=TODAY - dt.timedelta(days=1)), ["closed-quarter"]),
        (Deadline(opens_on=TODAY), []),
        (Deadline(opens_on=TODAY + dt.timedelta(days=1)), ["not-open"]),
    ],
    ids=str,
)
def test_the_quarter_s_dates_are_kept(deadline, expected):
    known = replace(BASE, quarter=deadline)
    assert dated(known) == expected
    # What was sent while it was taken is decided whenever; and what is published can be corrected at any time.
    sent = replace(known, submitted_on=TODAY - dt.timedelta(days=2))
    corrected = replace(known, published={(SHARE, BOARD, Q4): published(50)})
    lasting = [code for code in expected if code == "not-open"]
    assert (dated(sent), dated(corrected)) == (lasting, lasting)


def dated(known: Known) -> list[str]:
    """The findings about the dates of a figure that has no others."""
    found = {finding.code.removeprefix("validation/") for finding in looked_at(of_board("share", 50), known=known)[1]}
    return sorted(found & {"not-open", "late", "closed-quarter"})


def test_an_organisation_with_a_deadline_of_its_own_is_held_to_that():
    later = {(SHARE, BOARD): Deadline(hard=TODAY)}
    known = replace(BASE, quarter=Deadline(hard=TODAY - dt.timedelta(days=9)), deadlines=later)
    assert codes(of_board("share", 50), known=known) == []


def test_every_unusual_figure_has_a_sentence_with_the_numbers():
    goal = Goal(Comparator.AT_LEAST, Decimal(90), Unit.PERCENT)
    known = with_past(SHARE, past(*[95] * 12), goals={(SHARE, BOARD): [always(goal)]})
    messages = [finding.message for finding in looked_at(of_board("share", 40), known=known)[1]]
    assert messages == [
        "40% is outside its process limits, 95% to 95%, from the 12 earlier figures of share of Board.",
        "share of Board goes down by 55.00 points, from 95% (2024-12-31) to 40%; a change of more than 20 is unusual.",
        "40% no longer meets a target of at least 90%, which 95% (2024-12-31) met.",
    ]
