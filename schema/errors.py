"""Every refusal: its code, led by the stage that refuses, and what the reader can do about it.

A refusal says no to a request. (A finding, by contrast, is data about figures that are wrong.) The table below is
the whole list; the documentation prints it.
"""

REMEDIES = {
    "UNAUTHENTICATED": "Send a key that is in force as `Authorization: Bearer KEY`; `tracker keys create` makes one.",
    "FORBIDDEN": "Use a key whose role allows it.",
    "request/not-json": "Send a JSON object with `query`, and optionally `variables` and `operationName`.",
    "request/method": "Send queries by GET or POST, and mutations by POST.",
    "request/media-type": "Send `Content-Type: application/json`.",
    "request/not-acceptable": "Accept `application/graphql-response+json` or `application/json`.",
    "request/too-large": "Send less in one request.",
    "document/syntax": "Correct the document at the place given.",
    "document/invalid": "Correct the document; the schema says what can be asked.",
    "document/too-deep": "Ask for fewer levels in one document.",
    "document/too-large": "Ask for less in one document; send long lists as variables.",
    "document/unknown-operation": "Send the `operationName` of one operation of the document.",
    "document/malformed-code": "Write an ODS code such as G82002, or a code of the project such as HCP-EAST-KENT.",
    "document/variables": "Correct the variable; the schema says which values it takes.",
    "plan/unknown-period": "Write a period as 2024-25-Q3, 2024-11, 2024-25, 2025-01-31 or 2023-12-01/2024-11-30.",
    "plan/page-size": "Ask for 0 to 500 with `first` or `last`, and not with both.",
    "plan/malformed-cursor": "Use a cursor as it was given, with the order that it was given for.",
    "plan/one-order": "Name exactly one field in each order object.",
    "plan/unusable-value": "Send a value that fits: no NUL characters, no numbers or dates beyond reason.",
    "plan/null-operand": "Leave the field out, or use `isNull`.",
    "plan/too-costly": "Ask for smaller pages, or fewer levels of pages in one document.",
    "database/timeout": "Ask for less in one document, or try again.",
    "database/unavailable": "Try again shortly.",
    "internal": "Quote the reference when you report it.",
}

# What can be wrong with the figures of an update, each with its remedy. They are data, all told at once.
PROBLEMS = {
    "validation/malformed-quarter": "Write a quarter as 2024-25-Q3.",
    "validation/no-figures": "Send at least one figure.",
    "validation/too-many-figures": "Send the figures in several updates.",
    "validation/unknown-organisation": "Use a code that is known here; `organisations` lists them.",
    "validation/outside-organisation": "Send figures of the organisation that the update is for, or of its members.",
    "validation/unknown-metric": "Use a code that is known here; `metrics` lists them.",
    "validation/not-collected": "Send this metric for an organisation of a kind that it is collected from.",
    "validation/wrong-period": "Leave the period out, or use one that ends in the quarter and has begun.",
    "validation/no-value": "Send a value, or a numerator and a denominator.",
    "validation/half-a-ratio": "Send the numerator and the denominator, or neither.",
    "validation/not-finite": "Send a number.",
    "validation/too-many-decimals": "Round the value to the metric's decimals.",
    "validation/out-of-range": "Correct the value; the metric says the least and the most that it can be.",
    "validation/negative-numerator": "Correct the numerator.",
    "validation/denominator-not-positive": "Correct the denominator; send no figure when there was nobody to count.",
    "validation/numerator-over-denominator": "Correct the numerator or the denominator.",
    "validation/value-contradicts-ratio": "Leave the value out, or correct it.",
    "validation/duplicate-row": "Keep one of the rows.",
    "validation/no-reason": "Say why the published figure changes, for the row or for the whole update.",
    "validation/unusable-text": "Shorten it, or leave out what no keyboard types.",
    "validation/key-reused": "Use a new `idempotencyKey` for a new update.",
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
        return "access" if self.code.isupper() else self.code.split("/")[0]

    @property
    def extensions(self) -> dict[str, str]:
        """What a GraphQL error carries beside its message."""
        return {"code": self.code, "stage": self.stage, "hint": self.hint}
