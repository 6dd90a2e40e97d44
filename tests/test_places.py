"""Data that nobody needs afterwards is kept in memory, and leaves it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.places import quick_place


def test_it_is_in_memory_for_the_block(tmp_path: Path):
    memory, disk = tmp_path / "memory", tmp_path / "disk"
    memory.mkdir()
    with quick_place(disk, memory, room=0) as place:
        assert place.parent == memory
        (place / "data").touch()
    assert list(memory.iterdir()) == []


def test_it_is_elsewhere_where_memory_has_no_room(tmp_path: Path):
    with quick_place(tmp_path / "disk", tmp_path, room=2**63) as place:
        assert place == tmp_path / "disk"
    with quick_place(tmp_path / "disk", tmp_path / "nowhere", room=0) as place:
        assert place == tmp_path / "disk"


def test_the_next_run_removes_what_a_killed_one_left_and_nothing_else(tmp_path: Path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, running, other = (
        tmp_path / f"tracker-tests-{ended.pid}-a",
        tmp_path / f"tracker-tests-{os.getpid()}-b",
        tmp_path / "of-somebody-else",
    )
    for each in (left, running, other):
        each.mkdir()
    with quick_place(tmp_path / "disk", tmp_path, room=0):
        assert (left.exists(), running.exists(), other.exists()) == (False, True, True)
