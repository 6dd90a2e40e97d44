"""What a search finds, with the trigrams of words counted one by one."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tests.service.reads.reference.listings import organisations_listed
from tests.service.reads.reference.lookup import Arguments
from tests.service.reads.reference.pages import Order, connection
from tests.service.reads.reference.tables import Row, Tables

LEAST = Decimal("0.3")
SPOKEN = {
    "PRACTICE": "GP practice",
    "PRIMARY_CARE_NETWORK": "PCN primary care network",
    "HEALTH_AND_CARE_PARTNERSHIP": "HCP",
    "INTEGRATED_CARE_BOARD": "ICB",
    "REGION": "region",
    "TRUST": "NHS trust",
}


def search(tables: Tables, _: Row, arguments: Arguments) -> Row:
    """A page of what a text finds, the best first."""
    asked = plain(arguments["text"])
    found = [one for one in _best(tables, asked, arguments) if one["score"] is not None] if asked else []
    found.sort(key=lambda one: (-one["score"], one["organisationId"] is None, one["sorted"], one["of"]))
    numbered = [one | {"id": at} for at, one in enumerate(found, 1)]
    return connection(numbered, Order([]), arguments, lambda at: {"id": at})


def _best(tables: Tables, asked: str, arguments: Arguments) -> Iterator[Row]:
    """Each organisation and metric by the best of its names: the one that it has now, or else the last that it had."""
    kind = arguments.get("kind")
    for organisation in organisations_listed(tables, kind, arguments):
        past = sorted(tables.where("organisation_past", "organisationId", organisation["id"]), key=_until, reverse=True)
        names = [organisation, *({"name": one["name"], "postcode": one["postcode"], "code": None} for one in past)]
        yield (
            _hit(asked, [one | {"spoken": SPOKEN[organisation["kind"]]} for one in names])
            | _of(organisation)
            | {"organisationId": organisation["id"], "metricId": None}
        )
    for metric in [] if kind else tables.all("metric"):
        yield (
            _hit(asked, [metric | {"postcode": None, "spoken": "metric"}])
            | _of(metric)
            | {"metricId": metric["id"], "organisationId": None}
        )


def _until(past: Row) -> Any:
    return past["until"]


def _of(row: Row) -> Row:
    return {"__typename": "SearchHit", "sorted": row["name"].lower(), "of": row["id"]}


def _hit(asked: str, names: list[Row]) -> Row:
    scores = [(*_scored(asked, name), at) for at, name in enumerate(names)]
    found = [one for one in scores if one[0] is not None]
    score, matched, _ = min(found, key=lambda one: (-(one[0] or 0), one[2])) if found else (None, None, 0)
    return {"score": score, "matched": matched}


def _scored(asked: str, row: Row) -> tuple[Decimal | None, str | None]:
    tight, name = asked.replace(" ", ""), plain(row["name"])
    texts = (row["code"], row["postcode"], row["name"])
    code, postcode, together = (plain(text).replace(" ", "") if text else None for text in texts)
    for text, kept in ((code, row["code"]), (postcode, row["postcode"]), (together, row["name"])):
        if text == tight:
            return Decimal(1), kept
    for text, kept in ((code, row["code"]), (postcode, row["postcode"])):
        if text is not None and text.startswith(tight):
            return Decimal("0.9"), kept
    if name.startswith(asked):
        return Decimal("0.8"), row["name"]
    joined = row["postcode"] and row["postcode"].replace(" ", "")
    words = plain(" ".join(text for text in (*texts, joined, row["spoken"]) if text)).split()
    likest = [max((_near(word, other) for other in words), default=Decimal(0)) for word in asked.split()]
    if min(likest) < LEAST:
        return None, None
    mean = sum(map(Fraction, likest), Fraction(0)) / len(likest) * Fraction(7, 10)
    return _rounded(Decimal(mean.numerator) / mean.denominator), row["name"]


def _near(word: str, other: str) -> Decimal:
    if other.startswith(word):
        return Decimal(1)
    may_slip = len(word) >= 4 and not any("0" <= each <= "9" for each in word)
    return _rounded(Decimal(f"{_likeness(word, other):.6g}")) if may_slip else Decimal(0)


def _likeness(one: str, other: str) -> float:
    """The share of the trigrams of two words that both have."""
    mine, yours = _trigrams(one), _trigrams(other)
    return len(mine & yours) / len(mine | yours)


def _trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def plain(text: str) -> str:
    """Words of small letters and digits, with single spaces."""
    spoken = "".join(each for each in text.lower() if each not in "'’‘`´ʼ").replace("&", " and ")
    return " ".join("".join(each if each.isalnum() else " " for each in spoken).split())


FIELDS_OF_SEARCHES = {
    "Query.search": search,
    "SearchHit.organisation": lambda tables, row, _: tables.one("organisation", row["organisationId"]),
    "SearchHit.metric": lambda tables, row, _: tables.one("metric", row["metricId"]),
}
