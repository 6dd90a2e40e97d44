"""The short round: of long tables of cases it runs some of each test, and of everything else all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

# Files whose tests compare the same thing again and again, and one case of how many the short round runs.
ONE_OF: Mapping[str, int] = {
    "tests/browser/test_every_page.py": 2,
    "tests/browser/test_letters.py": 2,
    "tests/browser/test_return.py": 2,
    "tests/browser/test_setup.py": 2,
    "tests/service/pages/papers/test_lists.py": 2,
    "tests/service/pages/papers/test_upload.py": 2,
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
    """Of the ids of tests those that a short round leaves out: in those files, all cases of a test but one in n.

    Each test of a file begins with another case, so that what they have in common, as two widths, is all there.
    """
    cases: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for node in nodes:
        file = node.partition("::")[0]
        if file in ONE_OF:
            cases[file][node.partition("[")[0]].append(node)
    return {
        node
        for file, tests in cases.items()
        for turn, listed in enumerate(tests.values())
        for at, node in enumerate(listed)
        if at % ONE_OF[file] != turn % min(ONE_OF[file], len(listed))
    }
