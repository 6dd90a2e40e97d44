"""An uploaded file is checked, and taken where its sender says so: `POST /uploads`, for programs and for pages.

The file is the body itself, or the field `file` of a form. What somebody says about it stands in the address or in
other fields of the form:

    quarter, organisation    where the file does not say them
    take                     `all` or `right`; without it, the file is only checked
    as                       `submission`, as by default, or `draft`
    reason                   why its unusual figures are right
    review                   the version of the review that somebody looked at
    information              `true` lists what is for information, too
    idempotencyKey           as that of a command
    answer                   `file` gives the file back, with columns that say what is wrong, instead of JSON
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import TypeVar

import orjson
from starlette.requests import Request
from starlette.responses import Response

from schema.errors import Refusal
from service.answers.answers import Answers
from service.answers.errors import failure, headers_of
from service.answers.incoming import body_of
from service.config import Settings
from service.noted import note
from service.pages.forms import FORM_WITH_FILE, form_in
from service.sheets.answered import answered
from service.sheets.checking import UPDATE, Checked, Said, check_file
from service.sheets.files import MEDIA_TYPES, our_name
from service.sheets.opening import is_workbook
from service.sheets.report import report_of
from service.sheets.taking import Choice, Form, Take, take_file
from service.viewer import Viewer
from service.writes.command import permitted

Word = TypeVar("Word", bound=StrEnum)


def uploads(settings: Settings) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint for uploads with some settings."""

    async def endpoint(request: Request) -> Response:
        try:
            return await _upload(request, settings)
        except Exception as reason:
            failed = failure(reason)
            note(code=failed.code)
            headers = {"Cache-Control": "no-store", **headers_of(failed.status)}
            return Response(failed.body, failed.status, headers, "application/json")

    return endpoint


async def _upload(request: Request, settings: Settings) -> Response:
    database = request.app.state.database
    # Before the file is read: not everybody may send figures.
    caller = await Answers.of(request).access.of_connection(request)
    viewer: Viewer = await permitted(database, UPDATE, by=caller.viewer)
    content, said = await _sent(request, settings.most_body_bytes)
    checked = await check_file(
        database, content, Said(said.get("quarter"), said.get("organisation"), said.get("reason")), by=viewer
    )
    choice, taken = _choice(said), None
    if choice is not None:
        always = settings.second_person_always
        taken = await take_file(database, checked, choice, by=viewer, second_person_always=always)
    if said.get("answer") == "file":
        return await _file(content, checked)
    report = report_of(checked, taken, includes_information=said.get("information") == "true")
    return Response(orjson.dumps(report), headers={"Cache-Control": "no-store"}, media_type="application/json")


async def _file(content: bytes, checked: Checked) -> Response:
    """The file with what is wrong in it, to be saved under a name that says so."""
    ending = "xlsx" if is_workbook(content) else "csv"
    purpose = checked.purpose
    name = f"{our_name('what-is-wrong', purpose.quarter, purpose.organisation)}.{ending}"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    body = await asyncio.to_thread(answered, content, checked)
    return Response(body, headers=headers, media_type=MEDIA_TYPES[ending])


async def _sent(request: Request, most_bytes: int) -> tuple[bytes, Mapping[str, str]]:
    """The file, and what is said about it. Refusals: `upload/no-file`, `upload/too-large`, `request/malformed`."""
    said = {name: value.strip() for name, value in request.query_params.items() if value.strip()}
    message = f"The selected file must be smaller than {most_bytes / 1_000_000:g} MB."
    body = await body_of(request, most_bytes, Refusal("upload/too-large", message))
    if not request.headers.get("content-type", "").lower().startswith(FORM_WITH_FILE):
        return body, said
    form = await form_in(request, body)
    file = form.get("file")
    if not isinstance(file, bytes):
        raise Refusal("upload/no-file", "Select a file.")
    fields = {name: value.strip() for name, value in form.items() if isinstance(value, str) and value.strip()}
    return file, {**said, **fields}


def _choice(said: Mapping[str, str]) -> Choice | None:
    """What to take; None for a file that is only checked. Refusals: `upload/unknown-choice`."""
    if "take" not in said:
        return None
    return Choice(
        _word("take", said, Take), _word("as", said, Form, "submission"), said.get("review"), said.get("idempotencyKey")
    )


def _word(name: str, said: Mapping[str, str], words: type[Word], default: str = "") -> Word:
    value = said.get(name, default)
    if value not in set(words):
        raise Refusal("upload/unknown-choice", f"`{name}` must be {' or '.join(words)}.")
    return words(value)
