"""Tests that start processes run one at a time, where several run at once."""

import pytest


@pytest.mark.xdist_group("these")
def test_groups_reach_what_deals_tests_out(request: pytest.FixtureRequest):
    """An update of pytest once took the groups away, and nothing said so."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("tests run one after the other")
    assert request.node.nodeid.endswith("@these")
