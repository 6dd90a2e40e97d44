from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal

import pytest

from schema.enumerations import Comparator, RollUp, Unit
from seeds.sandbox import SandboxFigure, SandboxPractice, figures, practice_codes, quarters_back
from seeds.sandbox_metrics import SandboxMetric, sandbox_metrics
from seeds.sandbox_targets import SandboxTarget, targets

PRACTICES = [SandboxPractice(code, f"U{number % 5:05}") for number, code in enumerate(practice_codes(1, 200))]
METRICS = sandbox_metrics(12)


def made(
    metric: SandboxMetric, practices: Sequence[SandboxPractice] = PRACTICES, count: int = 20
) -> list[SandboxFigure]:
    return list(figures(metric, practices, quarters_back(count)))


def test_the_last_quarters_end_with_2024_25_q4():
    assert [period.code for period in quarters_back(5)] == [
        "2024-25-Q4",
        "2024-25-Q3",
        "2024-25-Q2",
        "2024-25-Q1",
        "2023-24-Q4",
    ]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.code)
def test_two_runs_are_equal(metric):
    assert made(metric) == made(metric)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.code)
def test_a_longer_history_keeps_every_figure_of_a_shorter_one(metric):
    assert set(made(metric, count=8)) <= set(made(metric, count=20))


def test_more_practices_change_no_practice_that_was_there():
    codes = {practice.code for practice in PRACTICES[:50]}
    few = {figure for figure in made(METRICS[1], PRACTICES[:50]) if figure.organisation in codes}
    assert few <= set(made(METRICS[1]))


def test_no_ods_code_can_clash_with_a_code_of_the_sandbox():
    assert all("-" in code for code in practice_codes(1, 3))


def test_more_metrics_than_kinds_have_codes_of_their_own():
    codes = [metric.code for metric in sandbox_metrics(40)]
    assert len(set(codes)) == 40
    assert all(code.startswith("sandbox_") for code in codes)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.code)
def test_a_network_has_what_its_practices_add_up_to(metric):
    networks = {practice.code: practice.network for practice in PRACTICES}
    members: dict[tuple[str | None, str], list[SandboxFigure]] = defaultdict(list)
    for figure in made(metric):
        members[networks.get(figure.organisation), figure.quarter].append(figure)
    for figure in members.pop((None, "2024-25-Q4")):
        assert figure.value == rolled_up(metric, members[figure.organisation, "2024-25-Q4"])


def rolled_up(metric: SandboxMetric, parts: Sequence[SandboxFigure]) -> Decimal:
    """The obvious way: METHODS §9."""
    if metric.roll_up is RollUp.SUM:
        return sum((part.value for part in parts), Decimal(0))
    per = 100 if metric.unit is Unit.PERCENT else 100_000
    ratio = Decimal(sum(part.numerator or 0 for part in parts)) / sum(part.denominator or 0 for part in parts)
    return (per * ratio).quantize(Decimal(1).scaleb(-metric.decimals), "ROUND_HALF_UP")


def test_percentages_are_between_0_and_100_and_parts_within_their_whole():
    for metric in METRICS:
        if metric.unit is Unit.PERCENT:
            for figure in made(metric):
                assert 0 <= figure.value <= 100
                assert (figure.numerator or 0) <= (figure.denominator or 0)


def test_the_complete_metric_is_flat_and_the_sparse_one_has_gaps():
    complete, sparse = made(METRICS[0]), made(METRICS[5])
    assert {figure.value for figure in complete} == {100}
    assert len(sparse) < len(complete) * 0.8


def test_the_statuses_of_the_targets_are_spread():
    history: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for metric in METRICS:
        for figure in made(metric):
            history[figure.metric, figure.organisation].append(figure.value)
    found = Counter(
        standing(target, history[target.metric, target.organisation]) for target in targets(METRICS, PRACTICES)
    )
    assert set(found) == {"no data", "one figure", "met", "lost", "missed", "nearer", "further away"}


def standing(target: SandboxTarget, latest_first: Sequence[Decimal]) -> str:
    """A coarse reading of METHODS §5, by the latest figure and whether the last eight quarters went its way."""
    if len(latest_first) < 2:
        return "one figure" if latest_first else "no data"
    if meets(target, latest_first[0]):
        return "met"
    if any(meets(target, value) for value in latest_first):
        return "lost"
    if target.due is not None and target.due.year < 2025:
        return "missed"
    past = latest_first[min(8, len(latest_first) - 1)]
    return "nearer" if abs(target.value - latest_first[0]) < abs(target.value - past) else "further away"


def meets(target: SandboxTarget, value: Decimal) -> bool:
    return {
        Comparator.AT_LEAST: value >= target.value,
        Comparator.MORE_THAN: value > target.value,
        Comparator.AT_MOST: value <= target.value,
        Comparator.LESS_THAN: value < target.value,
        Comparator.BETWEEN: target.value <= value <= (target.upper_value or target.value),
    }[target.comparator]
