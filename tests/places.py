"""Where the tests' PostgreSQL keeps its data: in memory if there is room, since a disk cannot keep up with copies."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

MEMORY = Path("/dev/shm")
# More than the databases of one run take at any time.
ROOM = 4 * 1024**3
_PREFIX = "tracker-tests-"


@contextmanager
def quick_place(otherwise: Path, memory: Path = MEMORY, room: int = ROOM) -> Iterator[Path]:
    """A folder in memory that is removed after the block, or the other one where memory has less room than this."""
    if not memory.is_dir() or shutil.disk_usage(memory).free < room:
        yield otherwise
        return
    _remove_what_was_left(memory)
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=memory) as place:
        yield Path(place)


def _remove_what_was_left(memory: Path) -> None:
    """Remove the folders of runs that were killed: memory would be taken until the machine starts again."""
    for place in memory.glob(f"{_PREFIX}*"):
        if not psutil.pid_exists(int(place.name.removeprefix(_PREFIX).partition("-")[0])):
            shutil.rmtree(place, ignore_errors=True)
