"""The table of states and transitions holds, whoever does whatever in whatever order: against a model of its own.

The model is written out here, apart from `schema.lifecycle`: from a state, by an action, to a state.

    TRACKER_TEST_EXAMPLES=500 .venv/bin/pytest tests/service/writes/test_lifecycle.py
"""

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from schema import ids, lifecycle
from schema.enumerations import Role, SubmissionAction, SubmissionStatus
from schema.errors import Refusal
from service.config import settings as settings_of
from service.database import Database, connected
from service.viewer import Viewer
from tests.databases import Server
from tests.service.writes.submitting import give

EXAMPLES = int(os.environ.get("TRACKER_TEST_EXAMPLES", "12"))

MOVES = {
    ("DRAFT", "EDIT"): "DRAFT",
    ("DRAFT", "VALIDATE"): "DRAFT",
    ("DRAFT", "SUBMIT"): "SUBMITTED",
    ("DRAFT", "DISCARD"): "DISCARDED",
    ("SUBMITTED", "VALIDATE"): "SUBMITTED",
    ("SUBMITTED", "RECALL"): "DRAFT",
    ("SUBMITTED", "APPROVE"): "APPROVED",
    ("SUBMITTED", "RETURN"): "RETURNED",
    # Who publishes it approves it too.
    ("SUBMITTED", "PUBLISH"): "PUBLISHED",
    ("RETURNED", "EDIT"): "RETURNED",
    ("RETURNED", "VALIDATE"): "RETURNED",
    ("RETURNED", "SUBMIT"): "SUBMITTED",
    ("RETURNED", "DISCARD"): "DISCARDED",
    ("APPROVED", "VALIDATE"): "APPROVED",
    ("APPROVED", "RETURN"): "RETURNED",
    ("APPROVED", "PUBLISH"): "PUBLISHED",
    ("PUBLISHED", "WITHDRAW"): "WITHDRAWN",
}
DECIDING = {"APPROVE", "RETURN", "PUBLISH", "WITHDRAW"}
PEOPLE = [
    Viewer("Bob", Role.SUBMITTER, "b0000001"),
    Viewer("Sue", Role.SUBMITTER, "b0000002"),
    Viewer("Ada", Role.APPROVER, "a0000001"),
    Viewer("Eve", Role.APPROVER, "a0000002"),
    Viewer("Root", Role.ADMINISTRATOR, "c0000001"),
    Viewer("Rita", Role.READER, "d0000001"),
]
# Metrics of the ICB: a cell for each series of submissions, so that they do not get in each other's way.
METRICS = (
    "call_back_percent",
    "call_queuing_percent",
    "cloud_telephony_percent",
    "trained_mentors",
    "peer_ambassadors",
)


@dataclass
class Model:
    """What a submission has to be by now."""

    metric: str
    status: str = "DRAFT"
    version: int = 1
    editor: str = ""
    submitter: str = ""
    amends: int | None = None
    events: int = 1
    value: int = 0
    is_sound: bool = True


class World:
    """A database of one example's own, and the loop that its connections live in: hypothesis calls from no loop."""

    def __init__(self, server: Server, template: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.models: dict[int, Model] = {}
        self._opened = AsyncExitStack()
        self.database: Database = self.do(self._open(server, template))

    async def _open(self, server: Server, template: str) -> Database:
        url = await self._opened.enter_async_context(server.copy(template))
        return await self._opened.enter_async_context(connected(settings_of(database_url=url)))

    def close(self) -> None:
        self.do(self._opened.aclose())
        self.loop.close()

    def do(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def all(self, query: str) -> list[Any]:
        return list(self.do(self.database.reading.fetch(query)))


def row(metric: str, value: float) -> dict[str, Any]:
    return {"metric": metric, "organisation": "QKS", "value": value, "reason": "As counted."}


class Submissions(RuleBasedStateMachine):
    """Anybody does anything to any submission."""

    server: Server
    template: str

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.server, self.template)

    def teardown(self) -> None:
        self.world.close()

    # ── What anybody may try ──────────────────────────────────────────────────────────────────────────────────

    @rule(who=strategies.sampled_from(PEOPLE), metric=strategies.sampled_from(METRICS), slip=strategies.booleans())
    def begin(self, who: Viewer, metric: str, slip: bool) -> None:
        figures = [row(metric, -1 if slip else 50)]
        given = {"quarter": "2024-25-Q4", "organisation": "QKS", "figures": figures}
        outcome = self._refusable(who, "WRITER", give(self.world.database, "saveSubmission", given, by=who))
        if outcome is not None:
            self.world.models[outcome["submission_id"]] = Model(metric, editor=who.name, is_sound=not slip)

    @precondition(lambda self: self.world.models)
    @rule(
        who=strategies.sampled_from(PEOPLE),
        action=strategies.sampled_from([action for action in SubmissionAction if action != "AMEND"]),
        nth=strategies.integers(0, 9),
        is_stale=strategies.integers(0, 9),
    )
    def act(self, who: Viewer, action: SubmissionAction, nth: int, is_stale: int) -> None:
        at = sorted(self.world.models)[-1 - nth % len(self.world.models)]
        model = self.world.models[at]
        version = model.version - (is_stale == 0)
        outcome = self._refusable(who, action, self._command(at, model, action, who, version))
        if outcome is None:
            return
        expected = self._expected(at, model, action, who, version)
        assert [problem["code"] for problem in outcome["problems"]][:1] == ([expected] if expected else []), outcome
        if not expected:
            self._moved(at, model, action, who)

    @precondition(lambda self: any(model.status == "PUBLISHED" for model in self.world.models.values()))
    @rule(who=strategies.sampled_from(PEOPLE), metric=strategies.sampled_from(METRICS))
    def amend(self, who: Viewer, metric: str) -> None:
        given = {"quarter": "2024-25-Q4", "organisation": "QKS", "reason": "r", "publicNote": "n"}
        work = give(self.world.database, "amendFigures", {**given, "figures": [row(metric, 60)]}, by=who)
        outcome = self._refusable(who, "WRITER", work)
        if outcome is None:
            return
        newest = [at for at, model in self.world.models.items() if self._owns(at, model, metric)]
        if outcome["problems"]:
            code = outcome["problems"][0]["code"]
            assert code in {"submission/amendment-open", "submission/nothing-to-amend"}, code
            assert code == "submission/nothing-to-amend" or any(self._has_open_amendment(at) for at in newest)
            return
        amends = self._amended(outcome["submission_id"])
        self.world.models[outcome["submission_id"]] = Model(metric, editor=who.name, amends=amends)

    @rule(
        who=strategies.sampled_from(PEOPLE), metric=strategies.sampled_from(METRICS), value=strategies.integers(1, 99)
    )
    def update_in_one_call(self, who: Viewer, metric: str, value: int) -> None:
        given = {"quarter": "2024-25-Q4", "organisation": "QKS", "figures": [row(metric, value)]}
        outcome = self._refusable(who, "WRITER", give(self.world.database, "updateQuarterlyFigures", given, by=who))
        if outcome is None or outcome["problems"]:
            return
        publishes = who.role in {Role.APPROVER, Role.ADMINISTRATOR}
        model = Model(metric, "PUBLISHED" if publishes else "SUBMITTED", 3 if publishes else 2, who.name, who.name)
        model.events = model.version
        self.world.models[outcome["submission_id"]] = model

    # ── What has to be, always ────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def every_submission_is_as_the_model_has_it(self) -> None:
        rows = self.world.all("SELECT id, status, version FROM submission")
        found = {each["id"]: (each["status"], each["version"]) for each in rows if each["id"] in self.world.models}
        assert found == {at: (model.status, model.version) for at, model in self.world.models.items()}

    @invariant()
    def every_change_has_its_event_and_the_chain_has_no_gap(self) -> None:
        rows = self.world.all("SELECT submission_id AS at, count(*) AS events FROM audit_event GROUP BY 1")
        events = {each["at"]: each["events"] for each in rows if each["at"] in self.world.models}
        assert events == {at: model.events for at, model in self.world.models.items()}
        gaps = self.world.all("SELECT count(*) - max(position) AS gap FROM audit_event")
        assert gaps[0]["gap"] == 0

    @invariant()
    def every_figure_says_what_its_latest_revision_says(self) -> None:
        apart = (
            "SELECT f.id FROM figure f JOIN figure_revision r ON r.figure_id = f.id AND r.revision = f.revision "
            "WHERE (f.value, f.status, f.published_at) IS DISTINCT FROM (r.value, r.status, r.published_at)"
        )
        assert self.world.all(apart) == []

    @invariant()
    def the_actions_that_are_offered_are_those_of_the_table(self) -> None:
        for model in self.world.models.values():
            offered = {row.action for row in lifecycle.TRANSITIONS if row.origin == model.status}
            amending = {"AMEND"} if model.status == "PUBLISHED" else set()
            expected = {action for status, action in MOVES if status == model.status}
            assert {str(action) for action in offered} == expected | amending

    # ── How ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _command(self, at: int, model: Model, action: SubmissionAction, who: Viewer, version: int) -> Any:
        given: dict[str, Any] = {
            "id": ids.made("Submission", at),
            "expectedVersion": version,
            "reason": "As discussed.",
        }
        if action != "EDIT":
            name = f"{action.lower()}Submission"
            return give(self.world.database, name, given, by=who)
        figures = [row(model.metric, 51)]
        edit = {"quarter": "2024-25-Q4", "organisation": "QKS", "figures": figures, **given}
        return give(self.world.database, "saveSubmission", edit, by=who)

    def _refusable(self, who: Viewer, action: str, work: Any) -> dict[str, Any] | None:
        """The outcome; None where the role alone forbids it, which has to be refused before anything else."""
        forbidden = who.role is Role.READER or (who.role is Role.SUBMITTER and action in DECIDING)
        try:
            outcome: dict[str, Any] = self.world.do(work)
        except Refusal as refusal:
            if refusal.code == "FORBIDDEN" and forbidden:
                return None
            raise
        # A role that decides nothing may first get the problem that there is no such version.
        stale = [problem["code"] for problem in outcome["problems"]] == ["submission/stale"]
        assert not forbidden or stale
        return None if forbidden else outcome

    def _expected(self, at: int, model: Model, action: SubmissionAction, who: Viewer, version: int) -> str | None:
        if version != model.version:
            return "submission/stale"
        if (model.status, action) not in MOVES:
            return "submission/status"
        if action == "RECALL" and who.name not in {model.submitter, "Root"}:
            return "submission/not-yours"
        is_approval = action == "APPROVE" or (action, model.status) == ("PUBLISH", "SUBMITTED")
        if is_approval and who.name in {model.submitter, model.editor}:
            return "submission/second-person"
        if action == "WITHDRAW" and self._has_open_amendment(at):
            return "submission/amendment-open"
        looks = action in {"SUBMIT", "APPROVE", "PUBLISH"}
        return "submission/open-findings" if looks and not self._is_sound(at, model) else None

    def _is_sound(self, at: int, model: Model) -> bool:
        """Whether nothing keeps it back: its own slip, or what others have published over its cell since."""
        since = self.world.all(
            "SELECT 1 FROM submission_entry e JOIN figure f ON (f.metric_id, f.organisation_id, f.period_id) = "
            f"(e.metric_id, e.organisation_id, e.period_id) WHERE e.submission_id = {at} "
            "AND e.base_revision < f.revision AND (e.value <> f.value OR f.status = 'WITHDRAWN')"
        )
        return model.is_sound and not since

    def _moved(self, at: int, model: Model, action: SubmissionAction, who: Viewer) -> None:
        steps = 2 if (action, model.status) == ("PUBLISH", "SUBMITTED") else 1
        model.status = MOVES[model.status, action]
        if action == "VALIDATE":
            return
        model.version += steps
        model.events += steps
        if action == "EDIT":
            model.editor, model.is_sound = who.name, True
        if action == "SUBMIT":
            model.submitter = who.name
        if action == "RECALL":
            model.submitter = ""
        if action == "PUBLISH" and model.amends is not None:
            self._moved_with_it(model.amends, "PUBLISHED", "SUPERSEDED")
        if action == "WITHDRAW" and model.amends is not None:
            self._moved_with_it(model.amends, "SUPERSEDED", "PUBLISHED")

    def _moved_with_it(self, at: int, origin: str, to: str) -> None:
        amended = self.world.models[at]
        assert amended.status == origin
        amended.status = to
        amended.version += 1
        amended.events += 1

    def _has_open_amendment(self, at: int) -> bool:
        return any(
            model.amends == at and SubmissionStatus(model.status) in lifecycle.OPEN
            for model in self.world.models.values()
        )

    def _owns(self, at: int, model: Model, metric: str) -> bool:
        return model.metric == metric and model.status == "PUBLISHED"

    def _amended(self, at: int) -> int | None:
        amends: int | None = self.world.all(f"SELECT amends_id AS at FROM submission WHERE id = {at}")[0]["at"]
        return amends


def test_no_action_outside_the_table_is_possible_in_any_order(server: Server, seeded: str):
    made = type("Bound", (Submissions,), {"server": server, "template": seeded})
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


async def test_the_database_holds_the_same_pairs_of_states(writable):
    definition = await writable.reading.fetchval("SELECT pg_get_functiondef('hold_submission'::regproc)")
    assert all(f"('{origin}', '{to}')" in definition for origin, to in lifecycle.MOVES if origin != to)
    assert definition.count("', '") - 2 >= len({pair for pair in lifecycle.MOVES if pair[0] != pair[1]})
