"""The cost of a document is refused from one row beyond the most on."""

import pytest

from schema.errors import Refusal
from service.reads.arguments import Binding
from service.reads.cost import Cost


def test_half_a_million_rows_are_answered_and_one_more_is_refused():
    Cost(500_000, ()).check(Binding({}))
    with pytest.raises(Refusal) as refused:
        Cost(1, (Cost(500_000, ()),)).check(Binding({}))
    assert refused.value.code == "plan/too-costly"


def test_rows_within_rows_are_multiplied():
    below = Cost(20, ())
    assert Cost(50, (below, below)).rows(Binding({})) == 50 * 41
