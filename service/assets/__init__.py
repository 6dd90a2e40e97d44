"""What browsers load from us: the explorer, and the style of the NHS service manual. None of it is in the repository.

`make` fetches the npm packages by their names and hashes and builds the files into `built/`. Without them the service
works, and the explorer's page says how to fetch them.
"""

from pathlib import Path

BUILT = Path(__file__).parent / "built"
# Scripts that need no building.
OWN = Path(__file__).parent / "own"
ADDRESS = "/assets"
HOW_TO_FETCH = "Run `make assets` where npm packages can be fetched, then start the service again."


def files_in(folder: Path) -> dict[str, Path]:
    """The files by their names: with `/` between the parts, and none outside the folder."""
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
