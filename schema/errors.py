"""Every refusal: its code, led by the stage that refuses, and what the reader can do about it.

A refusal says no to a request. (A finding, by contrast, is data about figures that are wrong.) The table below is
the whole list; the documentation prints it.
"""

REMEDIES = {
    "UNAUTHENTICATED": "Send a key that is in force as `Authorization: Bearer KEY`; `tracker keys create` makes one.",
    "FORBIDDEN": "Use a key whose role allows it.",
    "request/not-json": "Send a JSON object with `query`, and optionally `variables` and `operationName`.",
    "request/too-large": "Send less in one request.",
    "document/syntax": "Correct the document at the place given.",
    "document/invalid": "Correct the document; the schema says what can be asked.",
    "document/too-deep": "Ask for fewer levels in one document.",
    "document/too-large": "Ask for less in one document.",
    "document/unknown-operation": "Send the `operationName` of one operation of the document.",
    "document/malformed-code": "Write an ODS code such as G82002, or a code of the project such as HCP-EAST-KENT.",
    "document/variables": "Correct the variable; the schema says which values it takes.",
    "plan/unknown-period": "Write a period as 2024-25-Q3, 2024-11, 2024-25, 2025-01-31 or 2023-12-01/2024-11-30.",
    "plan/page-size": "Ask for 0 to 500 with `first` or `last`, and not with both.",
    "plan/malformed-cursor": "Use a cursor as it was given, with the order that it was given for.",
    "plan/one-order": "Name exactly one field in each order object.",
    "plan/null-operand": "Leave the field out, or use `isNull`.",
    "plan/too-costly": "Ask for smaller pages, or fewer levels of pages in one document.",
    "database/timeout": "Ask for less in one document, or try again.",
    "database/unavailable": "Try again shortly.",
    "internal": "Quote the reference when you report it.",
}


class Refusal(Exception):
    """A request that is refused: `code` is stable, `message` one sentence, `hint` the remedy."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = REMEDIES[code]

    @property
    def stage(self) -> str:
        """Which stage refused: the part of the code before the slash."""
        return self.code.split("/")[0].lower() if "/" in self.code else "access"

    @property
    def extensions(self) -> dict[str, str]:
        """What a GraphQL error carries beside its message."""
        return {"code": self.code, "stage": self.stage, "hint": self.hint}
