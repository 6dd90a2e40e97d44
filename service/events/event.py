"""An event, with what the filters of subscriptions look at, and the events that a subscriber wants."""

from dataclasses import dataclass, replace
from typing import NamedTuple

# After all events of a position.
LAST = 1 << 62
FIGURES, SUBMISSIONS, TARGETS = "figuresPublished", "submissionChanged", "targetStatusChanged"
# Its key is a position: an event of all that a command published. Its statement picks what is asked for.
NOTES = "figuresOfNote"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that one field of the root Subscription reports, about the row with this key of the field's type.

    `position` is that of its audit event, and `number` its place among those of that position and field. Organisation
    and metric are codes; a submission has no metric.
    """

    position: int
    field: str
    key: int
    organisation: str | None
    metric: str | None = None
    kind: str | None = None
    number: int = 0

    @property
    def place(self) -> "Place":
        """Where it is among the events of its field."""
        return Place(self.position, self.number)


class Place(NamedTuple):
    """A place among the events of a field; later places are greater. Written as `position.number`."""

    position: int
    number: int

    @classmethod
    def after_all_of(cls, position: int) -> "Place":
        """The place after all events of a position."""
        return cls(position, LAST)

    def __str__(self) -> str:
        return f"{self.position}.{self.number}"


@dataclass(frozen=True, slots=True)
class Interest:
    """Which events of a field a subscriber wants; None is all."""

    field: str
    organisations: frozenset[str] | None = None
    metrics: frozenset[str] | None = None
    kind: str | None = None
    key: int | None = None

    def takes(self, event: Event) -> bool:
        """Whether an event of the field is wanted."""
        return (
            (self.organisations is None or event.organisation in self.organisations)
            and (self.metrics is None or event.metric in self.metrics)
            and (self.kind is None or event.kind == self.kind)
            and (self.key is None or event.key == self.key)
        )

    def among(self, organisations: frozenset[str]) -> "Interest":
        """The same for some organisations only. An event of many is wanted by all: its statement leaves others out."""
        if self.field == NOTES:
            return self
        wanted = organisations if self.organisations is None else self.organisations & organisations
        return replace(self, organisations=wanted)
