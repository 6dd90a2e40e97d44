"""The coverage map names the tests of a line as pytest knows them, without those that show nothing."""

from pathlib import Path

from coverage import CoverageData

from tests.mutants.coverage_map import CoverageMap

ROOT = Path("/project")
MODULE = Path("module.py")


def covered(tmp_path: Path, lines: dict[str, list[int]], failed: frozenset[str] = frozenset()) -> CoverageMap:
    """The map of a module whose lines these tests run."""
    data = CoverageData(str(tmp_path / "coverage"))
    for test, numbers in lines.items():
        data.set_context(test and f"{test}|run")
        data.add_lines({str(ROOT / MODULE): numbers})
    return CoverageMap(data, {"slow": 9.0}, failed, ROOT)


def test_the_quickest_test_of_a_line_is_first(tmp_path):
    made = covered(tmp_path, {"slow": [1, 2], "quick": [1]})
    assert [made.tests(MODULE, line) for line in (1, 2, 3)] == [["quick", "slow"], ["slow"], []]


def test_the_tests_of_the_package_itself_come_before_quicker_ones(tmp_path):
    data = CoverageData(str(tmp_path / "coverage"))
    for test in ("tests/service/writes/test_quick.py::test_a", "tests/service/reads/test_slow.py::test_a"):
        data.set_context(f"{test}|run")
        data.add_lines({str(ROOT / "service/reads/plan.py"): [1]})
    made = CoverageMap(data, {"tests/service/writes/test_quick.py::test_a": 0.1}, frozenset(), ROOT)
    assert [each.split("/")[2] for each in made.tests(Path("service/reads/plan.py"), 1)] == ["reads", "writes"]


def test_every_test_of_a_module_may_notice_a_line_that_runs_when_it_is_imported(tmp_path):
    assert covered(tmp_path, {"": [1, 2], "a": [2]}).tests(MODULE, 1) == ["a"]


def test_a_test_keeps_its_whole_name(tmp_path):
    name = "test_sessions.py::test_an_issuer[https://login.example|ada]"
    assert covered(tmp_path, {name: [1]}).tests(MODULE, 1) == [name]


def test_a_test_that_failed_without_any_fault_is_left_out(tmp_path):
    assert covered(tmp_path, {"a": [1], "b": [1]}, frozenset({"a"})).tests(MODULE, 1) == ["b"]


def test_what_makes_databases_is_tested_by_all_tests_of_its_package(tmp_path):
    path = Path("service/migrations/versions/0001_begin.py")
    data = CoverageData(str(tmp_path / "coverage"))
    data.set_context("tests/service/reads/test_first.py::test_a|setup")
    data.add_lines({str(ROOT / path): [1]})
    seconds = dict.fromkeys(("tests/service/migrations/test_steps.py::test_b", "tests/service/test_c.py::test_c"), 1.0)
    made = CoverageMap(data, seconds, frozenset(), ROOT)
    assert [each.split("::")[1] for each in made.tests(path, 1)] == ["test_b", "test_a"]
