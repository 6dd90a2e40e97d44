"""The names and codes in cells become organisations and metrics that are on record, as people write them."""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import Unit
from schema.tables import MetricRow, OrganisationRow

# The words in which people shorten names, after the spaces and signs are alike.
_SHORT = (("primary care network", "pcn"), ("integrated care board", "icb"), ("health and care partnership", "hcp"))
_WITH_CODE = re.compile(r"(.*)\(([^()]+)\)\s*")


@dataclass(frozen=True)
class KnownOrganisation:
    """An organisation that a cell can name."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True)
class KnownMetric:
    """A metric that a cell or a heading can name, and what the reading of its values needs."""

    code: str
    name: str
    unit: Unit
    collected_from: tuple[str, ...]


Known = TypeVar("Known", KnownOrganisation, KnownMetric)


@lru_cache(maxsize=16_384)
def alike(name: str) -> str:
    """A name without what people write differently: case, spaces, apostrophes and other signs, and long words."""
    text = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ")
    letters = "".join(sign for sign in text if not unicodedata.combining(sign) and sign not in "'’‘`´")
    words = " ".join(re.findall(r"[^\W_]+", letters))
    for long, short in _SHORT:
        words = words.replace(long, short)
    return words


def shortened(name: str) -> str:
    """A name as `alike` gives it, without the words that only say what kind it is: NHS, and ICB or PCN at the end."""
    return alike(name).removeprefix("nhs ").removesuffix(" icb").removesuffix(" pcn").removesuffix(" hcp")


class Vocabulary:
    """All organisations and metrics on record, by what a cell may call them."""

    def __init__(self, organisations: Iterable[KnownOrganisation], metrics: Iterable[KnownMetric]) -> None:
        self.organisations = {each.code: each for each in organisations}
        self.metrics = {each.code: each for each in metrics}
        self._organisations = _by_name(self.organisations.values(), alike)
        self._shortened = _by_name(self.organisations.values(), shortened)
        self._metrics = _by_name(self.metrics.values(), alike)

    def organisations_called(self, written: str, metric: KnownMetric | None = None) -> list[KnownOrganisation]:
        """The organisations that a text can mean: one by its code, or all with the name; best of the metric's kind."""
        if one := self.organisations.get(written.strip().upper()):
            return [one]
        if (parts := _WITH_CODE.fullmatch(written)) and (one := self.organisations.get(parts[2].strip().upper())):
            return [one]
        found = self._organisations.get(alike(written)) or self._shortened.get(shortened(written), [])
        if metric is not None and len(found) > 1:
            found = [each for each in found if each.kind in metric.collected_from] or found
        return found

    def metrics_called(self, written: str, kind: str | None = None) -> list[KnownMetric]:
        """The metrics that a text can mean, best those that are collected from a kind of organisation."""
        if one := self.metrics.get(written.strip().lower()):
            return [one]
        found = self._metrics.get(alike(written), [])
        if kind is not None and len(found) > 1:
            found = [each for each in found if kind in each.collected_from] or found
        return found

    def like_organisation(self, written: str) -> str | None:
        """The name of the organisation that comes nearest to a text."""
        return _nearest(written, self._organisations)

    def like_metric(self, written: str) -> str | None:
        """The name of the metric that comes nearest to a text."""
        return _nearest(written, self._metrics)


def _by_name(known: Iterable[Known], key: Callable[[str], str]) -> Mapping[str, list[Known]]:
    names = defaultdict(list)
    for each in known:
        names[key(each.name)].append(each)
    return dict(names)


def _nearest(written: str, known: Mapping[str, list[Known]]) -> str | None:
    near = difflib.get_close_matches(alike(written[:80]), known, n=1, cutoff=0.75)
    return known[near[0]][0].name if near else None


async def vocabulary(session: AsyncSession) -> Vocabulary:
    """All organisations and metrics on record, but for what is made up."""
    organisations = await session.exec(
        select(OrganisationRow.code, OrganisationRow.name, OrganisationRow.kind).where(
            col(OrganisationRow.is_synthetic).is_(False)
        )
    )
    metrics = await session.exec(
        select(MetricRow.code, MetricRow.name, MetricRow.unit, MetricRow.collected_from).where(
            col(MetricRow.is_synthetic).is_(False)
        )
    )
    return Vocabulary(
        [KnownOrganisation(*row) for row in organisations],
        [KnownMetric(code, name, Unit(unit), tuple(kinds)) for code, name, unit, kinds in metrics],
    )
