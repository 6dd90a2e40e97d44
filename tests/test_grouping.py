"""Tests that start processes run one at a time, where several run at once."""

import pytest

from tests.conftest import STARTS_PROCESSES


def test_groups_reach_what_deals_tests_out(request: pytest.FixtureRequest):
    """They were lost twice, and nothing said so: by an update of pytest, and because they came too late."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("tests run one after the other")
    start = [each.nodeid for each in request.session.items if each.nodeid.startswith(STARTS_PROCESSES)]
    if not start:
        pytest.skip("none of the tests that run starts a process")
    assert all(each.endswith("@processes") for each in start)
