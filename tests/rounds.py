"""The short round: of long tables of cases it runs some of each test, and of everything else all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

# Files whose tests compare the same thing again and again, and one case of how many the short round runs.
ONE_OF: Mapping[str, int] = {
    "tests/service/reads/test_series_equal_graphql.py": 3,
    "tests/service/reads/test_gaps.py": 3,
    "tests/service/reads/test_hostile_values.py": 3,
    "tests/service/reads/test_notes_equal_graphql.py": 3,
    "tests/service/reads/test_sandbox_apart.py": 3,
    "tests/service/reads/test_submissions_equal_graphql.py": 3,
    "tests/service/reads/test_unknown_codes.py": 4,
    "tests/service/graphql/test_statuses.py": 3,
    "tests/service/charts/test_svg.py": 4,
}


def left_out(nodes: Iterable[str]) -> set[str]:
    """Of the ids of tests those that a short round leaves out: in those files, all cases of a test but one in n."""
    cases: dict[str, list[str]] = defaultdict(list)
    for node in nodes:
        cases[node.partition("[")[0]].append(node)
    return {
        node
        for test, listed in cases.items()
        if (n := ONE_OF.get(test.partition("::")[0], 1)) > 1
        for at, node in enumerate(listed)
        if at % n
    }
