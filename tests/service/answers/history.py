"""A history of what clients did at the same time, and everything in it that a single copy of the data rules out.

Each write has a value of its own, so what was read says which write it saw. Afterwards the revisions say in which order
the writes took effect. Then for each two operations of which one ended before the other began:

    a read that began after a write had ended saw that write or a later one
    a read that began after another had ended saw no earlier state, and its version is no earlier one

Within each read, all cells are of one state. Of all writes that were acknowledged, each is one revision.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Cell = str
# What stood in a cell before the first write of a history.
NOTHING = None


@dataclass(frozen=True)
class Write:
    """A write that was acknowledged."""

    client: int
    began: float
    ended: float
    cell: Cell
    value: float
    version: int


@dataclass(frozen=True)
class Read:
    """A read of some cells. `how` says how it was asked, for whoever looks for the fault."""

    client: int
    began: float
    ended: float
    values: Mapping[Cell, float | None]
    version: int | None
    how: str


@dataclass(frozen=True)
class Revision:
    """A revision of a cell, as the service has it at the end; `at` orders those of all cells."""

    value: float
    at: str


@dataclass
class History:
    """All that happened."""

    writes: list[Write] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)

    def faults(self, revisions: Mapping[Cell, Sequence[Revision]]) -> Iterator[str]:
        """Everything that cannot be."""
        places = {
            cell: {None: 0, **{each.value: place for place, each in enumerate(listed, 1)}}
            for cell, listed in revisions.items()
        }
        yield from self._lost(revisions)
        unknown = [read for read in self.reads if any(places[cell].get(v) is None for cell, v in read.values.items())]
        yield from (f"a value that nobody wrote: {read}" for read in unknown)
        if not unknown:
            for cell in revisions:
                yield from self._stale(cell, places[cell])
            yield from self._mixed(revisions, places)
        yield from self._backwards()

    def _lost(self, revisions: Mapping[Cell, Sequence[Revision]]) -> Iterator[str]:
        for cell, listed in revisions.items():
            kept = [each.value for each in listed]
            written = [write.value for write in self.writes if write.cell == cell]
            yield from (f"a write that is lost: {cell} {value}" for value in written if kept.count(value) != 1)
            yield from (f"a revision that nobody wrote: {cell} {value}" for value in kept if value not in written)

    def _stale(self, cell: Cell, places: Mapping[float | None, int]) -> Iterator[str]:
        """Reads of a cell that saw less than what had been written, or seen, before they began."""
        written = [each for each in self.writes if each.cell == cell and each.value in places]
        known = [(write.ended, places[write.value], str(write)) for write in written]
        known += [(read.ended, places[read.values[cell]], str(read)) for read in self.reads if cell in read.values]
        known.sort()
        at, latest, by = 0, 0, "the beginning"
        for read in sorted((each for each in self.reads if cell in each.values), key=lambda each: each.began):
            while at < len(known) and known[at][0] < read.began:
                if known[at][1] > latest:
                    _, latest, by = known[at]
                at += 1
            if places[read.values[cell]] < latest:
                yield f"stale: {read} after {by}"

    def _mixed(
        self, revisions: Mapping[Cell, Sequence[Revision]], places: Mapping[Cell, Mapping[float | None, int]]
    ) -> Iterator[str]:
        """Reads whose cells were never so at one time."""
        for read in self.reads:
            seen = {cell: places[cell][value] for cell, value in read.values.items()}
            until = max((revisions[cell][place - 1].at for cell, place in seen.items() if place), default="")
            nexts = {cell: revisions[cell][place : place + 1] for cell, place in seen.items()}
            behind = [cell for cell, following in nexts.items() if following and following[0].at < until]
            yield from (f"mixed: {cell} in {read}" for cell in behind)

    def _backwards(self) -> Iterator[str]:
        """Answers with an earlier version than an answer that had come before they were asked for."""
        everything: list[Read | Write] = [*self.reads, *self.writes]
        known = sorted((each.ended, each.version or 0) for each in everything)
        at, latest = 0, 0
        for each in sorted(everything, key=lambda each: each.began):
            while at < len(known) and known[at][0] < each.began:
                latest, at = max(latest, known[at][1]), at + 1
            if each.version is not None and each.version < latest:
                yield f"backwards from {latest}: {each}"
