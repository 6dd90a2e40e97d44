"""The body of an HTTP request becomes bytes, within a limit."""

from starlette.requests import Request

from schema.errors import Refusal


async def body_of(request: Request, most_bytes: int, too_large: Refusal) -> bytes:
    """The body. One that is announced as too large is refused before it is read, with the refusal that is given."""
    parts, size = [], 0
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > most_bytes:
        raise too_large
    async for part in request.stream():
        size += len(part)
        if size > most_bytes:
            raise too_large
        parts.append(part)
    return b"".join(parts)
