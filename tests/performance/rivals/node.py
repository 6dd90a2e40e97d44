"""Node and the packages of the rivals, installed below `.benchmark/` when they are first needed."""

import shutil
import subprocess
from pathlib import Path

from service.assets.node import install, program

_SOURCES = Path(__file__).parent
_PLACE = Path(__file__).parents[3] / ".benchmark"
# What PostGraphile and its peers read to leave out what helps developers.
IN_PRODUCTION = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}

__all__ = ["IN_PRODUCTION", "prepared", "program", "version"]


def prepared() -> Path:
    """The folder with the rivals' scripts and, next to them, exactly the packages that the lock lists."""
    print("The rivals' packages …", flush=True)
    install(_SOURCES, _PLACE)
    for script in _SOURCES.glob("*.mjs"):
        shutil.copy(script, _PLACE)
    return _PLACE


def version() -> str:
    """The version of Node."""
    return subprocess.run([program(), "--version"], capture_output=True, text=True, check=True).stdout.strip()
