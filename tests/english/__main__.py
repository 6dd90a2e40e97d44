"""Prints what could be said more plainly: python -m tests.english [FILE OR FOLDER …]."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.english.checker import Finding, long_sentences, undefined_abbreviations, words_to_avoid
from tests.english.passages import everything, prose

ROOT = Path(__file__).parents[2]
# Migrations that have run are never edited: their text is part of their history.
HISTORY = ("service/migrations/versions/", "tests/english/")
KINDS = (".md", ".graphql", ".py", ".csv")


def files(*places: str) -> list[Path]:
    """The files that git keeps below these places, the whole project by default, oldest history left out."""
    listed = subprocess.run(["git", "ls-files", *places], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split() if name.endswith(KINDS) and not name.startswith(HISTORY)]


def findings(path: Path) -> Iterator[Finding]:
    """What could be said more plainly in a file: its words everywhere, the rest where people read it."""
    for passage in everything(path):
        yield from words_to_avoid(passage)
    if "tests" in path.relative_to(ROOT).parts:
        return
    for passage in prose(path):
        yield from words_to_avoid(passage, "prose")
        yield from long_sentences(passage)
        yield from undefined_abbreviations(passage)


if __name__ == "__main__":
    count = 0
    for path in files(*sys.argv[1:]):
        for finding in sorted(findings(path), key=lambda each: each.line):
            print(f"{path.relative_to(ROOT)}:{finding.line}: {finding.problem}")
            count += 1
    print(f"{count} findings")
    sys.exit(count > 0)
