"""Undo: whatever is published, corrected, withdrawn and restored in whatever order, no published figure is lost.

The model is a list of what was written to each cell, with the submission that wrote it: readers see the last of those
whose submission is not withdrawn.

    TRACKER_TEST_EXAMPLES=500 .venv/bin/pytest tests/service/writes/test_undo.py
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from schema import ids
from tests.databases import Server
from tests.service.writes.submitting import (
    ADA,
    BOB,
    QUARTER,
    codes,
    give,
    step,
)
from tests.service.writes.test_lifecycle import EXAMPLES, World

CELLS = ("trained_mentors", "peer_ambassadors", "active_mentors")
NIL, GONE = "nil", "gone"
WHY = {"reason": "The wrong file."}


def row(metric: str, value: int | str) -> dict[str, Any]:
    sent = {"isNilReturn": True} if value == NIL else {"value": value}
    return {"metric": metric, "organisation": "QKS", "reason": "As counted.", **sent}


@dataclass
class Write:
    """What a submission wrote to a cell. By nobody: restored after its submission was withdrawn."""

    by: int | None
    content: int | str


@dataclass
class Sent:
    """A submission of the model: its status, the cells that it lists, and the version that it amends."""

    cells: tuple[str, ...]
    status: str = "PUBLISHED"
    amends: int | None = None


class Cells(RuleBasedStateMachine):
    """Approvers update, amend, withdraw and restore the figures of a few cells."""

    server: Server
    template: str

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.server, self.template)
        self.sent: dict[int, Sent] = {}
        self.writes: dict[str, list[Write]] = {cell: [] for cell in CELLS}
        # What each revision of each figure said; and whose it was, with all that had been written to its cell by then.
        self.revisions: dict[str, list[int | str]] = {cell: [] for cell in CELLS}
        self.written: dict[str, list[tuple[int | None, list[Write]]]] = {cell: [] for cell in CELLS}

    def teardown(self) -> None:
        try:
            self._every_value_that_was_ever_published_can_be_published_again()
        finally:
            self.world.close()

    # ── What is done ──────────────────────────────────────────────────────────────────────────────────────────

    @rule(
        values=strategies.dictionaries(
            strategies.sampled_from(CELLS),
            strategies.one_of(strategies.integers(1, 3), strategies.just(NIL)),
            min_size=1,
        )
    )
    def update(self, values: dict[str, int | str]) -> None:
        rows = [row(cell, value) for cell, value in values.items()]
        outcome = self._done(give(self.world.database, "updateQuarterlyFigures", {**QUARTER, "figures": rows}, by=ADA))
        self._published(outcome["submission_id"], values, amends=None)

    @precondition(lambda self: self._now("PUBLISHED"))
    @rule(
        nth=strategies.integers(0, 9),
        value=strategies.one_of(strategies.integers(1, 3), strategies.just(NIL)),
        leaves_out=strategies.booleans(),
    )
    def amend(self, nth: int, value: int | str, leaves_out: bool) -> None:
        """A new version that corrects the first of its cells, and keeps or leaves out the others."""
        at = self._now("PUBLISHED")[nth % len(self._now("PUBLISHED"))]
        owned = [cell for cell in self.sent[at].cells if self._chain(self._owner(cell)) == self._chain(at)]
        if not owned:
            return
        given = {**QUARTER, "reason": "r", "publicNote": "n", "figures": [row(owned[0], value)]}
        outcome = self._done(give(self.world.database, "amendFigures", given, by=BOB))
        made = outcome["submission_id"]
        values = {owned[0]: value}
        if leaves_out:
            edit = {"id": ids.made("Submission", made), "expectedVersion": 1, **QUARTER}
            self._done(give(self.world.database, "saveSubmission", {**edit, "figures": given["figures"]}, by=BOB))
        else:
            values |= {cell: self._shown(cell) for cell in self.sent[at].cells if cell not in values}
        for name, by in (("submit", BOB), ("approve", ADA), ("publish", ADA)):
            self._done(step(self.world.database, name, made, by=by))
        self.sent[at].status = "SUPERSEDED"
        self._published(made, {cell: each for cell, each in values.items() if each is not GONE}, amends=at)

    @precondition(lambda self: self._now("PUBLISHED"))
    @rule(nth=strategies.integers(0, 9))
    def withdraw(self, nth: int) -> None:
        at = self._now("PUBLISHED")[nth % len(self._now("PUBLISHED"))]
        before = {cell: self._shown(cell) for cell in CELLS}
        last = {cell: self._last_writer(cell) for cell in CELLS}
        self._done(step(self.world.database, "withdraw", at, by=ADA, reason="Sent by mistake."))
        self.sent[at].status = "WITHDRAWN"
        if (amended := self.sent[at].amends) is not None:
            self.sent[amended].status = "PUBLISHED"
        for cell in CELLS:
            if last[cell] == at and self.revisions[cell]:
                self._revised(cell, before[cell])

    @precondition(lambda self: any(self.revisions.values()))
    @rule(nth=strategies.integers(0, 9), revision=strategies.integers(1, 9))
    def restore(self, nth: int, revision: int) -> None:
        cells = [cell for cell in CELLS if self.revisions[cell]]
        cell = cells[nth % len(cells)]
        revision = (revision - 1) % len(self.revisions[cell]) + 1
        outcome = self.world.do(self._restore(cell, revision))
        content = self.revisions[cell][revision - 1]
        if content is GONE:
            assert codes(outcome) == ["figure/withdrawn-revision"]
        elif content == self._shown(cell):
            # The same value with another note is another revision.
            assert codes(outcome) in ([], ["figure/unchanged"])
            if not outcome["problems"]:
                self._restored(cell, revision)
        else:
            assert codes(outcome) == []
            self._restored(cell, revision)

    # ── What has to be, always ────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def readers_see_the_last_of_what_stands(self) -> None:
        found = {each["code"]: int(each["value"]) for each in self._rows("f.status <> 'WITHDRAWN'", "f.value")}
        expected = {cell: self._shown(cell) for cell in CELLS}
        assert found == {cell: shown for cell, shown in expected.items() if isinstance(shown, int)}

    @invariant()
    def nil_returns_are_those_that_stand(self) -> None:
        rows = self.world.all(
            "SELECT m.code FROM nil_return n JOIN metric m ON m.id = n.metric_id WHERE NOT n.is_withdrawn"
        )
        assert {each["code"] for each in rows} == {cell for cell in CELLS if self._shown(cell) is NIL}

    @invariant()
    def submissions_are_where_the_model_has_them(self) -> None:
        rows = self.world.all("SELECT id, status FROM submission")
        assert {each["id"]: each["status"] for each in rows} == {at: each.status for at, each in self.sent.items()}

    # ── How ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _every_value_that_was_ever_published_can_be_published_again(self) -> None:
        for cell, revisions in self.revisions.items():
            for number, content in enumerate(revisions, start=1):
                if content is not GONE:
                    outcome = self.world.do(self._restore(cell, number, validateOnly=True))
                    assert codes(outcome) in ([], ["figure/unchanged"])

    def _published(self, at: int, values: dict[str, int | str], *, amends: int | None) -> None:
        amended = () if amends is None else self.sent[amends].cells
        left_out = {cell: GONE for cell in amended if cell not in values and self._is_of_chain(cell, amends)}
        self.sent[at] = Sent(tuple(values), amends=amends)
        for cell, content in (values | left_out).items():
            before = self._shown(cell)
            if content == before:
                continue
            self.writes[cell].append(Write(at, content))
            self._revised(cell, before)

    def _restored(self, cell: str, revision: int) -> None:
        """The cell is as it was at that revision; where its submission is withdrawn since, nobody's."""
        content = self.revisions[cell][revision - 1]
        owner, written = self.written[cell][revision - 1]
        self.writes[cell] = list(written)
        if owner is None or self.sent[owner].status == "WITHDRAWN":
            self.writes[cell].append(Write(None, content))
        self._note(cell, content)

    def _note(self, cell: str, says: int | str) -> None:
        self.revisions[cell].append(says)
        self.written[cell].append((self._owner(cell), list(self.writes[cell])))

    def _revised(self, cell: str, before: int | str) -> None:
        """Note the revision that a figure has when what readers see of it changes; a nil return alone makes none."""
        after = self._shown(cell)
        says = after if isinstance(after, int) else GONE
        said = before if isinstance(before, int) else GONE
        if says is GONE and said is GONE:
            return
        self._note(cell, says)

    def _standing(self, cell: str) -> Iterator[Write]:
        for write in reversed(self.writes[cell]):
            if write.by is None or self.sent[write.by].status != "WITHDRAWN":
                yield write

    def _shown(self, cell: str) -> int | str:
        return next((write.content for write in self._standing(cell)), GONE)

    def _owner(self, cell: str) -> int | None:
        return next((write.by for write in self._standing(cell)), None)

    def _last_writer(self, cell: str) -> int | None:
        """The submission whose withdrawal changes the cell: that of the last write which is not withdrawn."""
        return self._owner(cell)

    def _chain(self, at: int | None) -> int | None:
        while at is not None and self.sent[at].amends is not None:
            at = self.sent[at].amends
        return at

    def _is_of_chain(self, cell: str, at: int | None) -> bool:
        return self._shown(cell) is not GONE and self._chain(self._owner(cell)) == self._chain(at)

    def _now(self, status: str) -> list[int]:
        return [at for at, each in self.sent.items() if each.status == status]

    def _rows(self, where: str, column: str) -> list[Any]:
        return self.world.all(
            f"SELECT m.code, {column} FROM figure f JOIN metric m ON m.id = f.metric_id "
            "JOIN period p ON p.id = f.period_id JOIN figure_revision r ON r.figure_id = f.id "
            f"AND r.revision = f.revision WHERE p.code = '2024-25-Q4' AND {where}"
        )

    async def _restore(self, cell: str, revision: int, **more: Any) -> dict[str, Any]:
        found = await self.world.database.reading.fetchrow(
            "SELECT f.id, f.revision FROM figure f JOIN metric m ON m.id = f.metric_id "
            "JOIN period p ON p.id = f.period_id WHERE p.code = '2024-25-Q4' AND m.code = $1",
            cell,
        )
        assert found is not None
        assert found["revision"] == len(self.revisions[cell])
        given = {"figure": ids.made("Figure", found["id"]), "revision": revision, "expectedRevision": found["revision"]}
        return await give(self.world.database, "restoreFigure", {**given, **WHY, **more}, by=ADA)

    def _done(self, work: Any) -> dict[str, Any]:
        outcome: dict[str, Any] = self.world.do(work)
        assert outcome["problems"] == []
        return outcome


def test_no_sequence_of_commands_loses_a_published_figure(server: Server, seeded: str):
    made = type("Bound", (Cells,), {"server": server, "template": seeded})
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
