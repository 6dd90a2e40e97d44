"""A finding: what is wrong with a figure, or worth knowing about it, with the reason that explains it."""

from dataclasses import dataclass, replace

from schema.enumerations import Severity
from schema.errors import FINDINGS, remedy


@dataclass(frozen=True)
class Finding:
    """One finding; shapes are those of the type `Finding`."""

    code: str
    message: str
    path: tuple[str, ...]
    row: int | None = None
    metric_id: int | None = None
    organisation_id: int | None = None
    accepted_reason: str | None = None
    # The other rows that it is about: it does not say which of them is wrong.
    others: tuple[int, ...] = ()

    @property
    def severity(self) -> Severity:
        """How serious it is."""
        return FINDINGS[self.code][0]

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return remedy(self.code)

    @property
    def is_open(self) -> bool:
        """Whether it keeps a submission from going on: it blocks, or needs a reason and has none."""
        needs_reason = self.severity is Severity.NEEDS_REASON and self.accepted_reason is None
        return self.severity is Severity.BLOCK or needs_reason

    @property
    def is_information(self) -> bool:
        """Whether it is for information only."""
        return self.severity is Severity.INFO

    def accepted(self, reason: str | None) -> "Finding":
        """The same with the reason of its row, if it is one that a reason can explain."""
        return replace(self, accepted_reason=reason) if self.severity is Severity.NEEDS_REASON else self


def of_row(code: str, message: str, row: int, *path: str, others: tuple[int, ...] = ()) -> Finding:
    """A finding about one figure; `path` leads on from the figure."""
    return Finding(code, message, ("input", "figures", str(row), *path), row, others=others)


def of_whole(code: str, message: str, *path: str) -> Finding:
    """A finding about a submission as a whole."""
    return Finding(code, message, ("input", *path))
