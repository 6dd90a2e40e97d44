"""Turns the settings for a small machine, with the caller's settings over them, into arguments of `postgres`."""

import os
from collections.abc import Mapping
from pathlib import Path

from service.embedded.errors import EmbeddedPostgresError
from service.embedded.sockets import PORT

# Fits a machine of 1 GB that also runs the service; a caller with a larger machine sets more.
SMALL_MACHINE = {
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "work_mem": "16MB",
    "max_connections": "100",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",  # a solid-state disk
    "jit": "off",  # compiling takes longer than our statements do
    "shared_preload_libraries": "pg_stat_statements",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# What this package promises (no TCP port, a private socket), or needs to find its socket, files and log again.
OURS = {"listen_addresses": "", "port": str(PORT), "unix_socket_permissions": "0700", "logging_collector": "off"}
PLACES = frozenset({"unix_socket_directories", "data_directory", "hba_file", "ident_file", "external_pid_file"})

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - only its size is read
ENOUGH_SHARED_MEMORY = 256_000_000  # bytes; containers often have 64 MB, which one parallel query can fill


def server_settings(settings: Mapping[str, str], *, shared_memory: Path = SHARED_MEMORY) -> dict[str, str]:
    """Every setting of the server: those for a small machine, with the caller's over them. Refuses our own settings."""
    if reserved := sorted(settings.keys() & (OURS.keys() | PLACES)):
        raise EmbeddedPostgresError(
            f"The embedded PostgreSQL sets {', '.join(reserved)} itself. "
            "Leave it out, or use your own server with DATABASE_URL."
        )
    return {**SMALL_MACHINE, "dynamic_shared_memory_type": _shared_memory_type(shared_memory), **settings, **OURS}


def arguments(settings: Mapping[str, str]) -> list[str]:
    """The settings as arguments of `postgres`, where neither a file nor ALTER SYSTEM can change them."""
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _shared_memory_type(directory: Path) -> str:
    # Where /dev/shm is small or absent, use files in the data directory: slower, but they do not run out first.
    if not directory.is_dir():
        return "mmap" if os.uname().sysname == "Linux" else "posix"
    room = os.statvfs(directory)
    return "posix" if room.f_bavail * room.f_frsize >= ENOUGH_SHARED_MEMORY else "mmap"
