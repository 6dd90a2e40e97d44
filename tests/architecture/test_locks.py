"""The lock holds under pip too, whatever was released since it was written."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"^(\S+?)(?:\[([^\]]+)\])?==\S+", re.MULTILINE)


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_a_package_wanted_with_extras_is_locked_with_them(lock: str) -> None:
    # pip looks for a release of "coverage[toml]" by itself where the lock says only "coverage". It then finds a newer
    # one, which has no hash here, and installs nothing.
    locked = {
        canonicalize_name(name): {str(canonicalize_name(extra)) for extra in extras.split(",") if extra}
        for name, extras in LINE.findall((ROOT / lock).read_text())
    }
    missing = []
    for name, extras in locked.items():
        try:
            wanted = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # a package for another platform or another Python
        for requirement in map(Requirement, wanted):
            marker = requirement.marker
            if marker and not any(marker.evaluate({"extra": extra}) for extra in extras or {""}):
                continue
            found = locked.get(canonicalize_name(requirement.name))
            if found is not None and not set(map(canonicalize_name, requirement.extras)) <= found:
                missing.append(f"{name} wants {requirement}")
    assert missing == []
