"""Every command and every answer in the README, run as a newcomer would run them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.commands import Started, environment, started
from tests.test_documents import DOCUMENTS

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text()
BLOCKS = re.findall(r"```(bash|json)\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Started, Path]]:
    data = tmp_path_factory.mktemp("readme") / "data"
    with started(data) as service:
        yield service, data


def test_the_readme_s_commands_give_the_readme_s_answers(service: tuple[Started, Path], tmp_path: Path):
    running, data = service
    kept = tmp_path / "kept"
    kept.touch()
    for (kind, text), (_, answer) in zip(BLOCKS, [*BLOCKS[1:], ("", "")], strict=True):
        if kind != "bash" or "make start" in text:
            continue
        script = text.replace("http://127.0.0.1:8000", running.address).replace(
            ".venv/bin", str(Path(sys.executable).parent)
        )
        # What one block sets, the next one has: the variables in capitals, and the function that asks.
        keep = f"{{ declare -p KEY BOB ADA SAME FIRST; declare -f ask; }} > '{kept}' 2> /dev/null || true"
        done = subprocess.run(
            ["bash", "-euc", f"source '{kept}'\n{script}\n{keep}"],
            capture_output=True,
            text=True,
            env=environment(TRACKER_DATA=str(data)),
            cwd=PROJECT,
            check=True,
        )
        if "curl" in text.replace("ask() { curl", "") or text.startswith("ask"):
            assert json.loads(done.stdout) == json.loads(answer)


def test_the_make_targets_that_the_readme_names_are_there():
    named = set(re.findall(r"`?make ([a-z]+)", README))
    made = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert named - made == set()


def test_the_files_that_documents_link_to_are_there():
    lost = []
    for document in DOCUMENTS:
        links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text())
        lost += [f"{document.relative_to(PROJECT)}: {link}" for link in links if not (document.parent / link).exists()]
    assert lost == []
