"""The body of a form becomes its fields: texts, and files as bytes."""

from collections.abc import AsyncGenerator
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from schema.errors import Refusal

FORM_WITH_FILE = "multipart/form-data"
# A return for everybody in a quarter has a field or two for each of its questions.
_MOST_FIELDS, _MOST_FIELD_BYTES = 2_000, 10_000

Fields = ImmutableMultiDict[str, str | bytes]


async def form_in(request: Request, body: bytes) -> Fields:
    """The fields of a form, in their order; a file that nobody selected is left out. Refusals: `request/malformed`."""
    try:
        if request.headers.get("content-type", "").lower().startswith(FORM_WITH_FILE):
            return Fields([field async for field in _with_files(request, body)])
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        return Fields(pairs)
    except (MultiPartException, KeyError, ValueError) as reason:
        raise Refusal("request/malformed", "The form cannot be read.") from reason


async def _with_files(request: Request, body: bytes) -> AsyncGenerator[tuple[str, str | bytes], None]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(
        request.headers, stream(), max_files=1, max_fields=_MOST_FIELDS, max_part_size=_MOST_FIELD_BYTES
    )
    form = await parser.parse()
    try:
        for name, value in form.multi_items():
            if isinstance(value, str):
                yield name, value
            elif value.filename:
                yield name, await value.read()
    finally:
        await form.close()
