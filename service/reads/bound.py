"""A plan and a request that it answers: what its statement needs of the request is read from it once."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from service.reads.arguments import Binding
from service.reads.reader import Plan
from service.reads.standings import Statuses


@dataclass(frozen=True)
class Bound:
    """A plan with a request bound to it. `given` are the values of its statement, where they have been read before."""

    plan: Plan
    binding: Binding
    given: Sequence[Any] | None = None

    @cached_property
    def values(self) -> Sequence[Any]:
        """The parameters of its statement. Refusals: those of `Plan.values`."""
        return self.plan.values(self.binding) if self.given is None else self.given

    def at(self, standings: Sequence[Statuses]) -> "Bound":
        """The same with the status of targets at the moments of the plan."""
        return Bound(self.plan, replace(self.binding, standings=standings)) if standings else self

    @property
    def is_public(self) -> bool:
        """Whether its answer may be kept, and has nothing of one person."""
        return self.plan.is_keepable and (self.binding.viewer is None or not self.plan.is_of_a_request)

    @property
    def distinction(self) -> Hashable:
        """What tells its answer apart from those to other requests, at one state of the data.

        Everything that the statement and the computations read of a request: of the viewer no more than they need.
        """
        plan, binding = self.plan, self.binding
        values = plan.values_before_reading(binding) if plan.moments else self.values
        reads = [read(binding) for completion in plan.completions for read in completion.reads]
        needs_viewer = any(completion.computation.needs_viewer for completion in plan.completions)
        scope, viewer = binding.scope if plan.is_scoped else None, binding.viewer if needs_viewer else None
        return plan.digest, scope, viewer, repr(values), repr(reads)
