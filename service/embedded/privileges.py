"""Turns the account we run under into the one PostgreSQL runs under, which must not be root.

An ordinary user keeps their account. Root's server runs in a user namespace, where root is an unprivileged account: we
create no account and change no owner. Where namespaces are forbidden, or the files already belong to an account, the
server runs as an unprivileged account. Then only files that this package made are handed over to it.
"""

import os
import subprocess
import sys
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from service.embedded.errors import EmbeddedPostgresError

if sys.platform != "win32":  # importable everywhere: with DATABASE_URL set, this module is not needed
    import pwd

# "postgres" is meant for it; "nobody" and "daemon" are on every Unix. initdb needs an account with a name.
CANDIDATES = ("postgres", "nobody", "daemon")
BECOME = Path(__file__).with_name("become.py")


@dataclass(frozen=True)
class Identity:
    """The account PostgreSQL runs as, and how we get there: see `become.py` for the three kinds."""

    kind: Literal["same", "namespace", "account"]
    uid: int
    gid: int

    def arguments(self, directory: Path, *command: str | Path) -> list[str]:
        """The arguments of `become.py` after its parent's process id, to run `command` in `directory`."""
        return [self.kind, str(self.uid), str(self.gid), str(directory), *map(str, command)]


def python(script: Path, *arguments: str) -> list[str]:
    """The command that runs a script of this package quickly: without site packages or the user's own settings."""
    return [sys.executable, "-I", "-S", str(script), *arguments]


def identity(data: Path) -> Identity:
    """The account that must run the server of `data`, which exists. Refuses if root has no account to change to."""
    if (user := os.geteuid()) != 0:
        return Identity("same", user, os.getegid())
    cluster = data / "pgdata"
    if owner := (cluster if cluster.exists() else data).stat().st_uid:
        return _account(owner)
    candidate = next(filter(None, map(_named, CANDIDATES)), None)
    if candidate is None:
        raise EmbeddedPostgresError(
            "PostgreSQL does not run as root, and this machine has no account "
            f"named {', '.join(CANDIDATES[:-1])} or {CANDIDATES[-1]}. Start as an ordinary user, or set DATABASE_URL."
        )
    in_namespace = Identity("namespace", candidate.uid, candidate.gid)
    return in_namespace if _is_possible(in_namespace, data) else candidate


def hand_over(path: Path, *, to: Identity) -> None:
    """Give `path` and everything in it to the account, if PostgreSQL runs under a different account from ours."""
    if to.kind != "account" or path.is_symlink() or not path.exists() or path.stat().st_uid == to.uid:
        return
    # Contents first: an interrupted hand-over is done again, because the top still has its old owner.
    for each in (*path.rglob("*"), path):
        os.chown(each, to.uid, to.gid, follow_symlinks=False)


def hand_over_directory(data: Path, ours: Set[str], *, to: Identity) -> None:
    """Hand over the files named `ours` in `data`, and `data` itself unless it holds somebody else's file.

    So the account can start the server itself next time, and a home directory, for example, keeps its owner.
    """
    for name in ours:
        hand_over(data / name, to=to)
    if to.kind == "account" and {each.name for each in data.iterdir()} <= ours:
        os.chown(data, to.uid, to.gid)


def run(who: Identity, directory: Path, command: Sequence[str | Path], *, lock: int, text: str = "") -> None:
    """Run a program of PostgreSQL to its end as `who`, with `text` as its input. Refuses with its output if it fails.

    It holds the open file `lock`: if we are killed now, the next launcher waits until this program has ended.
    """
    completed = subprocess.run(
        python(BECOME, str(os.getpid()), *who.arguments(directory, *command)),
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        pass_fds=(lock,),
        check=False,
    )
    if completed.returncode:
        output = completed.stdout[-2000:].strip()
        raise EmbeddedPostgresError(f"{Path(command[0]).name} failed in {directory}:\n{output}")


def _is_possible(who: Identity, directory: Path) -> bool:
    command = python(BECOME, str(os.getpid()), *who.arguments(directory))
    return sys.platform == "linux" and subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0


def _named(name: str) -> Identity | None:
    try:
        account = pwd.getpwnam(name)
    except KeyError:
        return None
    return Identity("account", account.pw_uid, account.pw_gid)


def _account(uid: int) -> Identity:
    try:
        return Identity("account", uid, pwd.getpwuid(uid).pw_gid)
    except KeyError:
        raise EmbeddedPostgresError(
            f"The data directory belongs to user {uid}, which has no account here. "
            "Give it to an account that exists, or set DATABASE_URL."
        ) from None
