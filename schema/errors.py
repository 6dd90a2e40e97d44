"""Every refusal: its code, led by the stage that refuses, and what the reader can do about it.

A refusal says no to a request. A problem says no to a command, and is data. A finding is data about a figure,
a doubt about a published one. The tables below are the whole list; CODES.md prints it.
"""

from schema.enumerations import Severity

BLOCK, NEEDS_REASON, INFO = Severity.BLOCK, Severity.NEEDS_REASON, Severity.INFO

REMEDIES = {
    "UNAUTHENTICATED": "Send a key that is in force as `Authorization: Bearer KEY`; `tracker keys create` makes one.",
    "FORBIDDEN": "Use a key, or an account, whose role allows it.",
    "access/sign-in-failed": "Sign in again, at /sign-in.",
    "access/issuer-unavailable": "Try again shortly, or send a key of this service.",
    "request/not-json": "Send a JSON object with `query`, and optionally `variables` and `operationName`.",
    "request/method": "Send queries by GET or POST, and mutations by POST.",
    "request/media-type": "Send `Content-Type: application/json`.",
    "request/not-acceptable": (
        "Accept `application/graphql-response+json`, `application/json` or, for a subscription, `text/event-stream`."
    ),
    "request/subscription": (
        "Accept `text/event-stream`, or open a WebSocket with the subprotocol `graphql-transport-ws`."
    ),
    "request/too-many-operations": "Complete some of them first, or open another connection.",
    "request/too-large": "Send less in one request.",
    "document/syntax": "Correct the document at the place given.",
    "document/invalid": "Correct the document; the schema says what can be asked.",
    "document/too-deep": "Ask for fewer levels in one document.",
    "document/too-large": "Ask for less in one document; send long lists as variables.",
    "document/unknown-operation": "Send the `operationName` of one operation of the document.",
    "document/malformed-code": "Write an ODS code such as G82002, or a code of the project such as HCP-EAST-KENT.",
    "document/variables": "Correct the variable; the schema says which values it takes.",
    "plan/unknown-period": "Write a period as 2024-25-Q3, 2024-11, 2024-25, 2025-01-31 or 2023-12-01/2024-11-30.",
    "plan/unknown-board": "Use the ODS code of an integrated care board: QKS.",
    "plan/page-size": "Ask for 0 to 500 with `first` or `last`, and not with both.",
    "plan/malformed-cursor": "Use a cursor as it was given, with the order that it was given for.",
    "plan/one-order": "Name exactly one field in each order object.",
    "plan/unusable-value": "Send a value that fits: no NUL characters, no numbers or dates beyond reason.",
    "plan/null-operand": "Leave the field out, or use `isNull`.",
    "plan/too-costly": "Ask for smaller pages, or fewer levels of pages in one document.",
    "subscription/behind": "Read what was missed by a query; then subscribe again, to less, and take it faster.",
    "page/unknown": "Use codes of a metric and an organisation that are known here, and an ending that there is.",
    "database/timeout": "Ask for less in one document, or try again.",
    "database/busy": "Send it again.",
    "database/unavailable": "Try again shortly.",
    "internal": "Quote the reference when you report it.",
}

# What can be wrong with a command as a whole, each with its remedy. Problems are data, all told at once.
PROBLEMS = {
    "validation/malformed-quarter": "Write a quarter as 2024-25-Q3.",
    "validation/no-figures": "Send at least one figure.",
    "validation/too-many-figures": "Send the figures in several updates.",
    "validation/key-reused": "Use a new `idempotencyKey` for a new command.",
    "submission/unknown": "Use the id of a submission that you can see; `submissions` lists them.",
    "submission/unknown-organisation": "Use the code of an organisation that you act for; `organisations` lists codes.",
    "submission/stale": "Read it again, and send its present `version` as `expectedVersion`.",
    "submission/no-version": "Send the `version` that you read as `expectedVersion`.",
    "submission/other-quarter": "Leave quarter and organisation as they are, or begin another submission.",
    "submission/status": "Read `availableActions`: it says what can be done now.",
    "submission/empty": "Save at least one figure first.",
    "submission/open-findings": "Read `findings`: correct what blocks, and give a reason where one is needed.",
    "submission/second-person": "Ask another approver, under a name and a key of their own.",
    "submission/not-yours": "Ask whoever submitted it, or an administrator.",
    "submission/amendment-open": "Publish or discard the amendment first.",
    "submission/no-reason": "Send a `reason`.",
    "submission/public-note": "Send the `publicNote` when you publish it.",
    "submission/no-public-note": "Send a `publicNote` that tells readers what changed.",
    "submission/nothing-to-amend": "Amend figures that are published; `saveSubmission` adds new ones.",
    "submission/several-to-amend": "Amend the figures of one submission at a time.",
    "quarter/no-reason": "Send a `reason`.",
    "quarter/malformed": "Use a day from 1948 to 2099.",
    "quarter/reversed": "Put the dates in order: opening, soft deadline, hard deadline.",
    "target/unknown": "Use the id of a target; `targets` lists them.",
    "target/malformed": "Correct it; the description of the input says what it may be.",
    "target/exists": "Send its `id` to revise it.",
    "target/no-reason": "Say why the target is set or changed.",
    "recalculation/no-reason": "Send a `reason`.",
    "recalculation/malformed": "Use a day from 1948 to 2099.",
    "recalculation/exists": "Leave it, or take it back first to give it another reason.",
    "recalculation/unknown": "Use a day of the series' `recalculations`.",
    "metric/malformed": "Correct it; the description of the input says what it may be.",
    "metric/fixed": "Leave it as it is, or make another metric.",
}

# What can be wrong with a figure, or worth knowing about it: how grave it is, and its remedy.
FINDINGS = {
    "validation/unknown-organisation": (BLOCK, "Use a code that is known here; `organisations` lists them."),
    "validation/closed-organisation": (BLOCK, "Send figures for the days on which it is open."),
    "validation/outside-organisation": (
        BLOCK,
        "Send figures of the organisation that the submission is for, or of its members.",
    ),
    "validation/unknown-metric": (BLOCK, "Use a code that is known here; `metrics` lists them."),
    "validation/not-collected": (BLOCK, "Send this metric for an organisation of a kind that it is collected from."),
    "validation/wrong-period": (BLOCK, "Leave the period out, or use one that ends in the quarter and has begun."),
    "validation/not-open": (BLOCK, "Wait until the quarter opens."),
    "validation/closed-quarter": (BLOCK, "Ask an administrator for an exception, with a reason."),
    "validation/no-value": (BLOCK, "Send a value, or a numerator and a denominator, or a nil return."),
    "validation/nil-return-with-value": (BLOCK, "Send the value, or the nil return."),
    "validation/half-a-ratio": (BLOCK, "Send the numerator and the denominator, or neither."),
    "validation/not-finite": (BLOCK, "Send a number."),
    "validation/too-many-decimals": (BLOCK, "Round the value to the metric's decimals."),
    "validation/out-of-range": (BLOCK, "Correct the value; the metric says the least and the most that it can be."),
    "validation/negative-numerator": (BLOCK, "Correct the numerator."),
    "validation/denominator-not-positive": (
        BLOCK,
        "Correct the denominator; send a nil return when there was nobody to count.",
    ),
    "validation/numerator-over-denominator": (BLOCK, "Correct the numerator or the denominator."),
    "validation/value-contradicts-ratio": (BLOCK, "Leave the value out, or correct it."),
    "validation/duplicate-row": (BLOCK, "Keep one of the rows."),
    "validation/parts-exceed-total": (BLOCK, "Correct a part or the total."),
    "validation/published-since": (BLOCK, "Look at what is published now, and save the submission again."),
    "validation/no-reason": (NEEDS_REASON, "Say why the published figure changes."),
    "validation/outside-limits": (NEEDS_REASON, "Look at it again, or say why it is so far from its own history."),
    "validation/jump": (NEEDS_REASON, "Look at it again, or say why it changed so much."),
    "validation/unattainable-percentage": (
        NEEDS_REASON,
        "Send the numerator and the denominator, or say what it is a share of.",
    ),
    "validation/members-differ": (NEEDS_REASON, "Look at the members' figures again, or say why they differ."),
    "validation/target-lost": (NEEDS_REASON, "Look at it again, or say why the target is no longer met."),
    "validation/first-figure": (INFO, "Nothing has to be done."),
    "validation/unchanged": (INFO, "Nothing has to be done."),
    "validation/unusable-text": (BLOCK, "Shorten it, or leave out what no keyboard types."),
    "validation/late": (INFO, "Nothing has to be done; that it came late is kept."),
}

# What does not add up in published numbers, and what whoever publishes them can do about it. Never a refusal.
DOUBTS = {
    "doubt/unattainable-percentage": "Ask for the numerator and the denominator, and correct the percentage.",
    "doubt/incoherent-interval": "Ask which count the rate and its limits were reckoned from.",
    "doubt/different-periods": "Say both for one period, or say of which period each one is.",
    "doubt/parts-exceed-total": "Correct a part or the total.",
    "doubt/parts-below-total": "Correct a part or the total, or say what is in none of the parts.",
    "doubt/members-differ": "Look at the members' figures again, or say why they differ.",
    "doubt/record-differs": "Say which organisations were counted, or correct the record.",
    "doubt/stated-change": "Correct the stated change, or one of the two figures.",
}


def remedy(code: str) -> str:
    """What to do about a problem or a finding."""
    return FINDINGS[code][1] if code in FINDINGS else PROBLEMS[code]


def codes_page() -> str:
    """Every code, in one page: what refuses a request, what is wrong with a command, what is found about a figure."""
    findings = [f"| `{code}` | {severity} | {says} |" for code, (severity, says) in FINDINGS.items()]
    return "\n".join(
        [
            "# Codes",
            "",
            "Every code that a client can meet, and what to do about it. `tracker codes` prints this page.",
            "",
            "## Refusals: a request that is not answered, in `errors[].extensions.code`",
            "",
            "| code | remedy |",
            "|---|---|",
            *(f"| `{code}` | {says} |" for code, says in REMEDIES.items()),
            "",
            "## Problems: a command that is not carried out, in `problems[].code`",
            "",
            "| code | remedy |",
            "|---|---|",
            *(f"| `{code}` | {says} |" for code, says in PROBLEMS.items()),
            "",
            "## Findings: about one figure, in `findings[].code`, and in `problems[].code` where they stop a command",
            "",
            "| code | severity | remedy |",
            "|---|---|---|",
            *findings,
            "",
            "## Doubts: about a published number, in `briefing.doubts[].code`",
            "",
            "| code | remedy |",
            "|---|---|",
            *(f"| `{code}` | {says} |" for code, says in DOUBTS.items()),
            "",
        ]
    )


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
