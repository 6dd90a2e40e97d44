"""The secret that signs cookies, kept with the data of an embedded server, so that nobody has to choose one."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

_NAME = "session-secret"


def kept_secret(data: Path) -> str:
    """The secret of a data directory: the one that is there, or a new one. Only this account can read its file."""
    path = data / _NAME
    with suppress(FileExistsError):
        # Written apart and then linked, so that nobody reads half of it.
        draft = data / f"{_NAME}.{os.getpid()}"
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)
        finally:
            draft.unlink()
    return path.read_text()
