"""Organisations of one kind in one period, and which of them stand out: each step as its authors wrote it."""

import math
from fractions import Fraction
from statistics import NormalDist, fmean, median
from typing import Any

from tests.service.reads.reference import chance, distributions
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.tables import Row, Tables

NORMAL = NormalDist()


def funnel(tables: Tables, metric: Row, arguments: Arguments) -> Row | None:
    """The figures of the period of the distribution, with the scores, the limits and the rates."""
    spread = distributions.distribution(tables, metric, arguments)
    if spread is None:
        return None
    figures = distributions.figures_of(tables, metric, spread["periodId"], arguments)
    figures.sort(key=lambda one: (-one["value"], one["organisationId"]))
    counts = _counts(metric, figures)
    made = _by_values(figures) if counts is None else _by_counts(metric, counts)
    shares = made.get("shares") or [_by_score(score) for score in made["scores"]]
    points = [
        _point(metric, figure, score, rate, limits, has_counts=counts is not None)
        for figure, score, rate, limits in zip(figures, made["scores"], rates(shares), made["limits"], strict=True)
    ]
    for point, share in zip(points, shares, strict=True):
        point["share"] = share
    outliers = sorted((each for each in points if each["isOutlier"]), key=lambda each: -abs(each["score"]))
    return {**made, "periodId": spread["periodId"], "points": points, "outliers": outliers}


def _by_score(score: float) -> float:
    return 2 * (1 - NORMAL.cdf(abs(score))) if abs(score) < 5 else math.erfc(abs(score) / 2**0.5)


def _counts(metric: Row, figures: list[Row]) -> list[tuple[Fraction, Fraction]] | None:
    if metric["unit"] not in {"PERCENT", "RATE_PER_100000"}:
        return None
    if any(one["numerator"] is None or not one["denominator"] for one in figures):
        return None
    counts = [(Fraction(one["numerator"]), Fraction(one["denominator"])) for one in figures]
    is_share = metric["unit"] == "PERCENT"
    return None if any(count < 0 or of < 0 or (is_share and count > of) for count, of in counts) else counts


def _by_values(figures: list[Row]) -> Row:
    values = [float(one["value"]) for one in figures]
    middle = median(values)
    away = [abs(value - middle) for value in values]
    if median(away):
        scores = [0.6745 * (value - middle) / median(away) for value in values]
    else:
        scores = [(value - middle) / (1.253314 * fmean(away)) if any(away) else 0.0 for value in values]
    nothing = {"dispersion": None, "isAdjusted": False, "limits": [[None] * 4] * len(values)}
    return {"method": "MODIFIED_Z", "centre": middle, "scores": scores, **nothing}


def _by_counts(metric: Row, counts: list[tuple[Fraction, Fraction]]) -> Row:
    is_share = metric["unit"] == "PERCENT"
    mean = sum(count for count, _ in counts) / sum(of for _, of in counts)
    variance = mean * (1 - mean) if is_share else mean
    errors = [math.sqrt(variance / of) for _, of in counts]
    scores = [
        float(count / of - mean) / error if error else 0.0 for (count, of), error in zip(counts, errors, strict=True)
    ]
    ordered, cut = sorted(scores), len(scores) // 10
    kept = [min(max(score, ordered[cut]), ordered[-1 - cut]) for score in scores]
    dispersion = fmean(score**2 for score in kept)
    is_adjusted = dispersion > 1 + 2 * math.sqrt(2 / len(scores))
    wider = math.sqrt(dispersion) if is_adjusted else 1.0
    factor, centre = 100 if is_share else 100_000, float(mean)
    around = [
        [
            factor * (centre + wider * (limit - centre))
            for limit in (_limits(is_share, centre, of) if error else [centre] * 4)
        ]
        for (_, of), error in zip(counts, errors, strict=True)
    ]
    shares = [
        _by_count(is_share, centre, *each) if error and not is_adjusted else _by_score(score / wider)
        for each, error, score in zip(counts, errors, scores, strict=True)
    ]
    return {
        "method": "FUNNEL_OF_PROPORTIONS" if is_share else "FUNNEL_OF_RATES",
        "centre": float(mean * factor),
        "scores": [score / wider for score in scores],
        "dispersion": dispersion,
        "isAdjusted": is_adjusted,
        "limits": around,
        "shares": shares,
    }


def _limits(is_share: bool, mean: float, of: Fraction) -> list[float]:
    """The exact limits of 95 and 99.8 %, in an order of lower and upper ones."""
    shares = (0.025, 0.975, 0.001, 0.999)
    if not is_share:
        return [chance.poisson_limit(each, mean * float(of)) / float(of) for each in shares]
    if of.denominator == 1:
        return [chance.binomial_limit(each, int(of), mean) / float(of) for each in shares]
    return [mean + NORMAL.inv_cdf(each) * math.sqrt(mean * (1 - mean) / of) for each in shares]


def _by_count(is_share: bool, mean: float, count: Fraction, of: Fraction) -> float:
    if count.denominator == 1 and not is_share:
        return chance.beyond_poisson(int(count), mean * float(of))
    if count.denominator == of.denominator == 1:
        return chance.beyond_binomial(int(count), int(of), mean)
    variance = mean * (1 - mean) if is_share else mean
    return _by_score((float(count / of) - mean) / math.sqrt(variance / of))


def rates(shares: list[float]) -> list[float]:
    """For each share p the least p' m / k of all shares p' from p on, where k have p' or less; 1 at most."""
    ordered = sorted(shares)
    steps = [(each, min(1.0, each * len(ordered) / rank)) for rank, each in enumerate(ordered, 1)]
    return [min(rate for other, rate in steps if other >= share) for share in shares]


def _point(metric: Row, figure: Row, score: float, rate: float, limits: Any, *, has_counts: bool) -> Row:
    is_outlier = rate <= 0.05
    better = "BETTER" if (score > 0) == (metric["direction"] == "HIGHER_IS_BETTER") else "WORSE"
    judgement = "NOT_JUDGED" if metric["direction"] == "NEUTRAL" else better
    names = ("lower95", "upper95", "lower998", "upper998")
    return {
        "organisationId": figure["organisationId"],
        "figure": figure,
        "value": figure["value"],
        "denominator": figure["denominator"] if has_counts else None,
        **dict(zip(names, limits, strict=True)),
        "score": score,
        "adjustedP": rate,
        "isOutlier": is_outlier,
        "judgement": judgement if is_outlier else "SIMILAR",
    }


FIELDS_OF_FUNNELS: dict[str, Says] = {
    "Metric.funnel": funnel,
    "FunnelPoint.figure": lambda _, row, __: row["figure"],
}
