"""The organisations that a quarter asks become rows: how far each has come, its due date, and its contacts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from schema.enumerations import OrganisationKind
from schema.periods import long_date
from service.messages.recipients import OpenReturn
from service.pages.frame import opened
from service.pages.progress import Progress, answered_of, asked_of, progress_of
from service.writes.register.people import Entry

_HEADINGS = ("Code", "Organisation", "Kind", "State", "Due")
_CONTACT_HEADINGS = ("Contacts", "E-mail addresses", "Telephone numbers")


def rows_of(
    counts: Iterable[Any], unanswered: Mapping[str, OpenReturn], mine: Collection[str]
) -> Sequence[Mapping[str, Any]]:
    """A row for each organisation: first whoever still owes a late answer, then by progress and name.

    `unanswered` has what is not answered yet, by code, and `mine` the codes whose return the viewer can send.
    """
    order = list(Progress)
    rows = [_row(each, unanswered, mine) for each in counts]
    return sorted(rows, key=lambda each: (not each["owes_late"], order.index(each["progress"]), _name(each)))


def _row(each: Any, unanswered: Mapping[str, OpenReturn], mine: Collection[str]) -> Mapping[str, Any]:
    organisation, progress = each["organisation"], progress_of(each)
    waiting = unanswered.get(organisation["code"])
    return {
        "organisation": organisation,
        "kind": opened(OrganisationKind(organisation["kind"]).words),
        "progress": progress,
        "late": each["late"],
        "owes_late": bool(each["late"] and progress.is_owed),
        "due": "" if waiting is None or waiting.due is None else long_date(waiting.due),
        "answered": answered_of(each),
        "asked": asked_of(each),
        "is_mine": organisation["code"] in mine,
    }


def _name(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["organisation"]["name"], row["organisation"]["code"]


def copied(rows: Iterable[Mapping[str, Any]], contacts: Mapping[str, Sequence[Entry]] | None) -> list[Sequence[str]]:
    """The rows as cells for a spreadsheet, with a line of headings; None for `contacts` leaves these out."""
    lines: list[Sequence[str]] = [_HEADINGS if contacts is None else (*_HEADINGS, *_CONTACT_HEADINGS)]
    for each in rows:
        state = each["progress"].words + (", late" if each["late"] else "")
        about = (each["organisation"]["code"], each["organisation"]["name"], each["kind"], state, each["due"])
        lines.append(about if contacts is None else (*about, *_cells(contacts.get(about[0], ()))))
    return lines


def _cells(people: Sequence[Entry]) -> Iterable[str]:
    for part in ("name", "email", "telephone"):
        yield "; ".join(value for each in people if (value := getattr(each, part)))
