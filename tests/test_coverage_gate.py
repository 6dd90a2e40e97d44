"""The gate closes when a share falls below what it was."""

import json

import pytest

from tests.coverage_gate import main


@pytest.mark.parametrize(
    ("lines", "branches", "code"), [(975, 920, 0), (974, 920, 1), (975, 919, 1), (1000, 1000, 0), (0, 0, 1)]
)
def test_the_gate_closes_below_either_share(tmp_path, lines, branches, code):
    totals = {"covered_lines": lines, "num_statements": 1000, "covered_branches": branches, "num_branches": 1000}
    report = tmp_path / "coverage.json"
    report.write_text(json.dumps({"totals": totals}))
    assert main(report) == code
