"""The questions of a quarter as a workbook to fill in, at /quarters/{quarter}/template.xlsx: for all, or for one."""

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from schema.errors import Refusal
from schema.ods_codes import ods_code
from service.answers.answers import Answers
from service.pages.showing import refused
from service.reads.reader import today
from service.sheets.asked import questions
from service.sheets.files import MEDIA_TYPES
from service.sheets.templates import name_of, template


async def quarter_template(request: Request) -> Response:
    """The workbook, to be saved. A refusal is its sentence and its remedy."""
    try:
        return await _template(request)
    except Exception as reason:
        return await refused(request, reason)


async def _template(request: Request) -> Response:
    quarter, asked_for = request.path_params["quarter"], request.query_params.get("organisation")
    organisation = None if asked_for is None else ods_code(asked_for)
    try:
        asked = await questions(partial(Answers.of(request).read, request), quarter, organisation)
    except Refusal as refusal:
        if refusal.code == "plan/unknown-code":
            raise Refusal("page/unknown", "There is no such organisation.") from refusal
        raise
    # Other requests are answered while it is written.
    body = await asyncio.to_thread(template, asked, organisation=organisation, on=today())
    headers = {"Content-Disposition": f'attachment; filename="{name_of(asked, organisation)}"'}
    return Response(body, headers=headers, media_type=MEDIA_TYPES["xlsx"])
