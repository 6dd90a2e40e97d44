"""The figures of a submission, with what is known about them, become findings. Pure: the same for every door."""

from service.writes.submissions.validation.entries import Entry, Row
from service.writes.submissions.validation.findings import Finding
from service.writes.submissions.validation.known import Known
from service.writes.submissions.validation.rules import checked

__all__ = ["Entry", "Finding", "Known", "Row", "checked"]
