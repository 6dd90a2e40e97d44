"""A file of returns is uploaded, looked through and taken into the draft of whoever sends it.

Nothing is kept between the steps: the page that shows what is in a file carries the file to the next step.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from schema.enumerations import Severity
from schema.errors import Refusal
from schema.remedies import for_people
from service.pages.acting import Fault, NotTaken, Sent
from service.pages.carried import carried, file_in
from service.pages.quarters import quarter_in
from service.pages.scope import check_writer, own_organisation
from service.pages.showing import View, response, view
from service.sheets.answered import answered
from service.sheets.checking import Becomes, Checked, Reviewed, Said, check_file
from service.sheets.files import MEDIA_TYPES, our_name
from service.sheets.findings import CellFinding, MergedFinding, merged
from service.sheets.opening import is_workbook
from service.sheets.sentences import cells_of
from service.sheets.taking import Choice, Form, Take, take_file

# Of long lists so many are shown, and the rest is counted.
_MOST_SHOWN = 100
_NAMES_NOBODY = ("upload/no-headings", "upload/no-organisation")


async def show(request: Request, sent: Sent) -> View:
    """The page on which somebody selects a file."""
    quarter = quarter_in(request)
    check_writer(sent.by)
    organisation = sent.text("organisation") or request.query_params.get("organisation", "")
    return view("upload.html", f"Upload returns for {quarter.label}", quarter=quarter, organisation=organisation)


async def act(request: Request, sent: Sent, *, most_body_bytes: int) -> str | View | Response:
    """What the file would change, the file with what is wrong, or the address of the return that it went into."""
    check_writer(sent.by)
    content = file_in(sent, most_body_bytes)
    checked = await _checked(request, sent, content)
    if sent.text("do") == "file":
        return await _file(content, checked)
    if sent.text("do") in set(Take):
        return await _take(request, sent, content, checked)
    return _review(request, sent, content, checked)


async def _checked(request: Request, sent: Sent, content: bytes) -> Checked:
    """The file, checked. One that names no organisation is that of whoever sends it.

    What cannot be read as a whole is said at the field of the file.
    """
    given = sent.text("organisation") or None
    try:
        try:
            return await _check(request, sent, content, given)
        except Refusal as refusal:
            own = await own_organisation(request, sent.by)
            if given is not None or own is None or refusal.code not in _NAMES_NOBODY:
                raise
            return await _check(request, sent, content, own)
    except Refusal as refusal:
        if not refusal.code.startswith("upload/"):
            raise
        if refusal.code == "upload/no-organisation":
            message = "Write the code of the organisation that sends the file."
            raise NotTaken(Fault("organisation", message)) from refusal
        raise NotTaken(Fault("file", f"{refusal.message} {for_people(refusal.code)}")) from refusal


async def _check(request: Request, sent: Sent, content: bytes, organisation: str | None) -> Checked:
    said = Said(quarter_in(request).code, organisation, sent.text("reason") or None)
    return await check_file(request.app.state.database, content, said, by=sent.by)


async def _take(request: Request, sent: Sent, content: bytes, checked: Checked) -> str | Response:
    # One page makes one draft, however often its buttons are pressed.
    choice = Choice(Take(sent.text("do")), Form.DRAFT, sent.text("review") or None, sent.text("key") or None)
    taken = await take_file(request.app.state.database, checked, choice, by=sent.by)
    if taken.submission is None:
        faults = [Fault("main", each.message) for each in taken.problems]
        made = _review(request, sent, content, checked, faults)
        return response(request, made, 422)
    return f"/quarters/{checked.purpose.quarter}/{checked.purpose.organisation}/check"


async def _file(content: bytes, checked: Checked) -> Response:
    """The file with what is wrong in it."""
    ending = "xlsx" if is_workbook(content) else "csv"
    name = f"{our_name('what-is-wrong', checked.purpose.quarter, checked.purpose.organisation)}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    body = await asyncio.to_thread(answered, content, checked)
    return Response(body, headers=headers, media_type=MEDIA_TYPES[ending])


def _review(request: Request, sent: Sent, content: bytes, checked: Checked, faults: Sequence[Fault] = ()) -> View:
    """What is wrong in the file, what was understood, and what it would change."""
    found = merged(checked.findings)
    rows = {each: [row for row in checked.answers if row.becomes is each] for each in Becomes}
    right = len(checked.answers) - len(rows[Becomes.NOT_TAKEN])
    understood = checked.reading.understood
    return view(
        "upload-review.html",
        "What is in your file",
        quarter=quarter_in(request),
        purpose=checked.purpose,
        organisation=sent.text("organisation"),
        content=carried(content),
        review=checked.review,
        key=secrets.token_urlsafe(),
        reason=sent.text("reason"),
        count=len(checked.answers),
        empty=checked.reading.empty,
        right=right,
        findings=[_finding(each) for each in found],
        kinds=_kinds(checked.findings),
        needs_reason=any(each.severity is Severity.NEEDS_REASON for each in found),
        is_readable=all(each.line.figure is not None for each in checked.answers),
        understood=[(text, said, cells_of(places)) for (text, said), places in understood.items()][:_MOST_SHOWN],
        changed=list(map(_change, rows[Becomes.CHANGED][:_MOST_SHOWN])),
        new=list(map(_change, rows[Becomes.NEW][:_MOST_SHOWN])),
        counts={str(each): len(listed) for each, listed in rows.items()},
        most=_MOST_SHOWN,
        faults=faults,
    )


def _finding(each: MergedFinding) -> Mapping[str, Any]:
    """What is wrong, in words, once for all of its cells."""
    return {
        "message": each.message,
        "remedy": "Say why it is right." if each.severity is Severity.NEEDS_REASON else for_people(each.code),
        "cells": cells_of(each.places),
        "question": each.questions[0] if len(each.questions) == 1 else f"{len(each.questions):,} questions",
    }


def _kinds(findings: Sequence[CellFinding]) -> Mapping[str, int]:
    """How many cells are wrong, and how many others need only a reason."""
    needing = {each.place for each in findings if each.severity is Severity.NEEDS_REASON}
    wrong = {each.place for each in findings if each.severity is not Severity.NEEDS_REASON}
    return {"wrong": len(wrong), "needing": len(needing - wrong)}


def _change(each: Reviewed) -> Mapping[str, str]:
    return {
        "question": each.line.question,
        "was": each.was_words or "–",
        "is": each.words,
    }
