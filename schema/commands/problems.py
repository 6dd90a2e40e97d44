"""What is wrong with a command, as every payload shows it."""

import strawberry

from schema.enumerations import Severity
from schema.mapping import entity, field


@entity(None)
@strawberry.type(
    description="Something that is wrong. All problems of a command are reported together; codes do not change."
)
class Problem:
    """Something that is wrong. All problems of a command are reported together; codes do not change."""

    code: str = field("A stable code: validation/unknown-metric.")
    severity: Severity = field("Whether you must correct it, or explain it with a reason.")
    message: str = field("What is wrong, in one sentence.")
    remedy: str = field("What to do about it.")
    path: list[str] = field("The path to the input field.")
    row: int | None = field("The figure's position in the list, from 0; null when it is not about one figure.")
    current_version: int | None = field("The current version of the submission, when you expected another; else null.")
