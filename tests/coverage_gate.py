"""A coverage report becomes a verdict: no smaller share of lines or of branches than before.

python -m tests.coverage_gate REPORT.json
"""

import json
import sys
from pathlib import Path

# In percent, of what the tests ran when the gate was made. They may rise, and never fall.
LEAST_LINES = 97.5
LEAST_BRANCHES = 92.0


def shares(totals: dict[str, int]) -> tuple[float, float]:
    """The percentages of lines and of branches that ran."""
    lines = 100 * totals["covered_lines"] / max(totals["num_statements"], 1)
    return lines, 100 * totals["covered_branches"] / max(totals["num_branches"], 1)


def main(report: Path) -> int:
    """Print both shares; 1 when one of them is too small."""
    lines, branches = shares(json.loads(report.read_text())["totals"])
    print(f"Lines: {lines:.2f}% (at least {LEAST_LINES}%). Branches: {branches:.2f}% (at least {LEAST_BRANCHES}%).")
    return int(lines < LEAST_LINES or branches < LEAST_BRANCHES)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
