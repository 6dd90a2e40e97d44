"""Fetches the npm packages and builds what browsers load: python -m service.assets.fetch."""

import shutil
import subprocess
from pathlib import Path

from service.assets import node

HERE = Path(__file__).parent
_SOURCES = ("build.mjs", "explorer.jsx")


def fetch(place: Path, built: Path) -> None:
    """Install the packages into a folder that nobody ships, and build from them."""
    node.install(HERE, place)
    for name in _SOURCES:
        shutil.copy(HERE / name, place)
    subprocess.run([node.program(), "build.mjs", str(built)], cwd=place, check=True)


if __name__ == "__main__":
    fetch(HERE.parents[1] / ".assets", HERE / "built")
