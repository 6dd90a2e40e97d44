"""Turns itself into PostgreSQL or initdb, under an account that may run them, and ends with the process that asked.

    python -I -S become.py PARENT KIND UID GID DIRECTORY [COMMAND...]

PARENT is the process id of the asker; KIND is "same", "namespace" (root becomes UID in a user namespace of its own,
and keeps its access to root's files) or "account" (root becomes UID permanently). Without COMMAND it only tries. It is
a script, not a function between fork and exec, because a forked child of a process with threads may hang on a lock.
"""

import ctypes
import os
import signal
import sys

NEW_USER_NAMESPACE = 0x10000000  # CLONE_NEWUSER; os.unshare comes with Python 3.12
SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
FAILED = 126

# The server gets nothing from the launcher's environment: no secrets, and no PGPORT or PGDATA that would move it.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


def enter_namespace(uid: int, gid: int) -> None:
    """Go on as `uid` and `gid` inside a new user namespace; outside, files and signals still see root."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_USER_NAMESPACE) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} 0 1"), ("gid_map", f"{gid} 0 1")):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(descriptor, text.encode())
        os.close(descriptor)


def become(kind: str, uid: int, gid: int) -> None:
    """Drop root privileges in the way that `kind` names."""
    if kind == "namespace":
        enter_namespace(uid, gid)
    elif kind == "account":
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def end_with(parent: int) -> None:
    """Have the kernel interrupt this process when its parent ends: for PostgreSQL, a fast and orderly shutdown.

    Linux only. Elsewhere a server outlives a keeper that is killed by kill -9, and only then.
    """
    if sys.platform == "linux":
        # Python's own handler would lose a signal that arrives just before exec.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        # After the change of account, which clears the request; exec keeps it.
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGINT)
    if os.getppid() != parent:
        sys.exit(FAILED)


def main(arguments: list[str]) -> None:
    """Become what the arguments say; a failure is one sentence on standard error and the exit code 126."""
    parent, kind, uid, gid, directory, *command = arguments
    step = "become the account"
    try:
        become(kind, int(uid), int(gid))
        end_with(int(parent))
        step = f"enter {directory}"
        os.chdir(directory)
        os.umask(0o077)
        if command:
            step = f"run {command[0]}"
            os.execve(command[0], command, ENVIRONMENT)  # noqa: S606 - no shell is wanted
    except OSError as problem:
        remedy = "Use a data directory and a Python environment that this user can reach, or set DATABASE_URL."
        sys.stderr.write(f"PostgreSQL, as user {os.geteuid()}, cannot {step}: {problem.strerror}. {remedy}\n")
        sys.exit(FAILED)


if __name__ == "__main__":
    main(sys.argv[1:])
