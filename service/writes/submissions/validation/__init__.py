"""The figures of a submission, with what is known about them, become findings. Pure: it reads no database."""

from service.writes.submissions.validation.entries import Entry, Row
from service.writes.submissions.validation.findings import Finding
from service.writes.submissions.validation.known import Known
from service.writes.submissions.validation.rules import check_rows
from service.writes.submissions.validation.sifting import sift

__all__ = ["Entry", "Finding", "Known", "Row", "check_rows", "sift"]
