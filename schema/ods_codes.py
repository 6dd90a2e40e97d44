"""ODS codes, checked once: an upper-case code is what every later stage relies on."""

import re

from schema.errors import Refusal

# A partnership has no ODS code; the project's own codes have hyphens, which no ODS code has.
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,31}")


def ods_code(text: str) -> str:
    """The code in upper case, without spaces around it. Refusals: `document/malformed-code`."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise Refusal("document/malformed-code", f"{text[:40]!r} is not an organisation code.")
    return code
