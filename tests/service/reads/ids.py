"""Ids under which the seeds' first rows can be read again."""

import base64

KINDS = ("Organisation", "Theme", "Metric", "Period", "Figure", "Target")


def id_of(kind: str, at: int = 1) -> str:
    """The id of a row."""
    return base64.urlsafe_b64encode(f"{kind}:{at}".encode()).decode().rstrip("=")


def ids() -> list[str]:
    """One id of each kind."""
    return [id_of(kind) for kind in KINDS]


TARGET_ID = id_of("Target")
