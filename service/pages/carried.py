"""A file that somebody selects, and that the page which shows what is in it carries to the next step."""

import base64

from service.pages.acting import Fault, NotTaken, Sent


def file_in(sent: Sent, most_body_bytes: int) -> bytes:
    """The file: just selected, or carried as `content`.

    A page sends it in letters, as much as half as long again, in a body of the same limit.
    """
    selected, most = sent.fields.get("file"), most_body_bytes * 2 // 3
    if isinstance(selected, bytes):
        if len(selected) > most:
            raise NotTaken(Fault("file", f"The selected file must be smaller than {most / 1_000_000:.1f} MB."))
        return selected
    try:
        content = base64.b64decode(sent.text("content"), validate=True)
    except ValueError:
        content = b""
    if not content:
        raise NotTaken(Fault("file", "Select a file."))
    return content


def carried(content: bytes) -> str:
    """A file as the field `content` of a page carries it."""
    return base64.b64encode(content).decode()
