"""The Word document of a paper, as somebody downloads it."""

import io
import zipfile

import httpx

PAPER = "/papers/2025-26-Q2"


async def word_of(client: httpx.AsyncClient) -> bytes:
    answer = await client.get(f"{PAPER}.docx")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="paper-2025-26-Q2.docx"'
    return answer.content


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()
