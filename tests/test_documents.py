"""Every example in a document runs, and every command, path and setting that a document names exists."""

import re
from pathlib import Path

import pytest
from click import Context, Group

from service.cli import main
from service.config import PREFIX, Settings

PROJECT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path
    for path in PROJECT.rglob("*.md")
    if not {".venv", ".git", ".clients", "node_modules", "dist"} & set(path.relative_to(PROJECT).parts)
)
# tests/test_readme.py and tests/spec run the blocks of these.
RUN = {"README.md", *(str(path.relative_to(PROJECT)) for path in (PROJECT / "tests" / "spec").glob("*.md"))}
CONTEXT = Context(main)
FOLDERS = ("schema", "service", "seeds", "tests", "docs")


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if name(path) not in RUN], ids=name)
def test_a_document_that_nothing_runs_has_no_blocks_of_code(document):
    assert "```" not in document.read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_the_commands_that_a_document_names_exist(document):
    text = document.read_text(encoding="utf-8")
    made = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|    )make ([a-z]+)", text)) <= made
    assert set(re.findall(r"`tracker ([a-z]+)", text)) <= set(main.list_commands(CONTEXT))
    for group, command in re.findall(r"`tracker (keys|audit|documents|people|sessions|webhooks) ([a-z]+)", text):
        subcommands = main.get_command(CONTEXT, group)
        assert isinstance(subcommands, Group)
        assert command in subcommands.commands


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_the_paths_that_a_document_names_exist(document):
    # The changelog and the decisions keep the names of their time.
    if name(document) in {"schema/CHANGELOG.md", "service/DECISIONS.md"}:
        return
    text = document.read_text(encoding="utf-8")
    paths = re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]*\w/?)`", text)
    assert [path for path in paths if not (PROJECT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_the_settings_that_a_document_names_exist(document):
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+[A-Z]\b", document.read_text(encoding="utf-8")))
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    assert {each for each in named if not each.startswith(PREFIX + "TEST_")} <= known
