"""Every refusal: its code, led by the stage that refuses, and what the reader can do about it.

A refusal says no to a request. A problem says no to a command, and is data. A finding is data about a figure,
a doubt about a published one. The tables below are the whole list; CODES.md prints it.
"""

from schema.enumerations import Severity

BLOCK, NEEDS_REASON, INFO = Severity.BLOCK, Severity.NEEDS_REASON, Severity.INFO

REMEDIES = {
    "UNAUTHENTICATED": "Send an active API key as `Authorization: Bearer KEY`. `tracker keys create` makes one.",
    "FORBIDDEN": "Use a key or an account with a role that can do this.",
    "access/assurance": "Sign in again in a stronger way, such as with a smartcard or a security key.",
    "access/sign-in-failed": "Sign in again, at /sign-in.",
    "access/link-used": "Ask for a new link, at /sign-in, or ask whoever invited you.",
    "access/issuer-unavailable": "Try again shortly, or send an API key of this service.",
    "request/not-json": (
        "Send a JSON object with `query` or `documentId`, and optionally `variables` and `operationName`."
    ),
    "request/batch": (
        "Send each request by itself. One document can ask for many things, each with an alias. Subscriptions may be a "
        "list if you send `Accept: text/event-stream`."
    ),
    "request/method": "Send queries by GET or POST, and mutations by POST.",
    "request/media-type": "Send `Content-Type: application/json`.",
    "request/not-acceptable": (
        "Accept `application/graphql-response+json`, `application/json` or, for a subscription, `text/event-stream`."
    ),
    "request/subscription": (
        "Accept `text/event-stream`, or open a WebSocket with the subprotocol `graphql-transport-ws`."
    ),
    "request/too-many-operations": "Complete some of them first, or open another connection.",
    "request/too-many": "Wait for the seconds in Retry-After. The RateLimit header of each answer says what is left.",
    "request/too-large": "Send less in one request. With an API key you can send more.",
    "request/malformed": "Send a request that follows HTTP/1.1, with one length of its body.",
    "request/headers-too-large": "Send fewer or shorter headers, and a long query by POST.",
    "request/timeout": "Send the whole request at once.",
    "request/incomplete": "Send the request again, and wait for its answer.",
    "request/interrupted": "Send it again. Send a command with the same idempotencyKey, so that it is done only once.",
    "request/too-many-connections": "Try again in a few seconds, and use one connection for many requests.",
    "request/unusable-version": "Send back the Tracker-Version header of an earlier answer, or leave it out.",
    "request/cross-origin": (
        "Whoever runs the service can name the origin in TRACKER_ALLOWED_ORIGINS, and more headers in "
        "TRACKER_ALLOWED_HEADERS."
    ),
    "request/unknown-host": "Use an address that TRACKER_ALLOWED_HOSTS names.",
    # The two that clients know by these names, with the name as their message. Then they send the text.
    "PERSISTED_QUERY_NOT_FOUND": (
        "Send the text as `query`, with its hash. Where only registered documents are answered, whoever runs the "
        "service can add it with `tracker documents add FILE`."
    ),
    "PERSISTED_QUERY_NOT_SUPPORTED": "Send the text as `query`.",
    "document/wrong-hash": "Send the SHA-256 of the text, in 64 small hexadecimal digits, or leave it out.",
    "document/not-registered": "Whoever runs the service can add the document with `tracker documents add FILE`.",
    "document/syntax": "Correct the document at the place that is given.",
    "document/invalid": "Correct the document. The schema shows what you can ask for.",
    "document/too-deep": "Ask for fewer levels in one document.",
    "document/too-large": "Ask for less in one document; send long lists as variables.",
    "document/unknown-operation": "Send the `operationName` of one operation of the document.",
    "document/malformed-code": "Write an ODS code such as G82002, or a code of the project such as HCP-EAST-KENT.",
    "document/variables": "Correct the variable. The schema shows which values it can have.",
    "plan/unknown-period": (
        "Write a period as 2024-25-Q3, 2024-11, 2024-25, 2025-01-31 or 2023-12-01/2024-11-30, or as in Q3 2024/25, "
        "Nov 2024 or 31/01/2025."
    ),
    "plan/unknown-code": "Use a known code. `metrics`, `organisations` and `themes` list them.",
    "plan/not-on-record": "Ask for a later day. An administrator can add earlier memberships with `correctRegister`.",
    "plan/unknown-board": "Use the ODS code of an integrated care board: QKS.",
    "plan/page-size": "Ask for 0 to 500 with `first` or `last`, but not with both.",
    "plan/malformed-cursor": "Use a cursor unchanged, and with the order that it came with.",
    "plan/one-order": "Name exactly one field in each order object.",
    "plan/one-field": "Name exactly one field in an object of this type, and leave the others out.",
    "plan/unusable-value": (
        "Send a smaller number, a date in the years 1900 to 2100, or a shorter text, without NUL characters."
    ),
    "plan/filter-of-the-past": (
        "Leave out `asKnownAt`, or ask for the field of each figure and choose among the answers."
    ),
    "plan/too-many-to-compare": (
        "Ask for `figures`, and filter them by metric and period too, so that at most 1,000 are compared."
    ),
    "plan/null-operand": "Leave the field out, or use `isNull`.",
    "plan/too-costly": "Ask for smaller pages, fewer levels of pages, or fewer lists and calculations in one document.",
    "subscription/behind": (
        "Reconnect with a narrower subscription and read messages sooner. Read what you missed with a query."
    ),
    "subscription/unknown-position": (
        "Send `extensions.position` of an answer to the same subscription, or leave `since` out. Then read what you "
        "missed with a query."
    ),
    "upload/empty": "Select a file that is not empty.",
    "upload/wrong-type": "Save the file as an Excel workbook (.xlsx) or as CSV UTF-8, and select that one.",
    "upload/password": "Remove the password in Excel, under File and Info, and select the file again.",
    "upload/unsafe": "Save the cells alone: copy them into a new workbook, and select that one.",
    "upload/damaged": "Open the file in Excel, save it again as .xlsx, and select that one.",
    "upload/too-many-rows": "Delete the rows that have no answers, or send several files.",
    "upload/no-headings": (
        "Write the headings Organisation, Measure and Value into one row, or download the template of the quarter."
    ),
    "upload/two-columns": "Give one of the columns another heading, or delete it.",
    "upload/too-large": "Leave out what is not about these figures, such as pictures, or send several files.",
    "upload/no-file": "Send the file as the body, or as the field `file` of a form.",
    "upload/no-quarter": "Send `quarter=2024-25-Q3`, or write a Period for each answer.",
    "upload/no-organisation": "Send `organisation=QKS`, with the code of the organisation that sends the figures.",
    "upload/unknown-choice": "Leave it out, or send one of the words.",
    "upload/no-answers": "Write at least one answer, and select the file again.",
    "page/busy": "Wait a few seconds, and try again.",
    "page/no-pdf": "Open the Word document. Whoever runs the service can install Pango, as the README says.",
    "page/no-paper": "Sign in, if you write it; or read `/briefing?quarter=2024-25-Q4`, which everybody can.",
    "page/frozen-paper": "Write in the paper of the next quarter.",
    "page/unknown": "Use known codes. Charts end in .svg, .csv or .html, and papers in .html, .docx or .json.",
    "database/timeout": "Ask for less in one document, or try again.",
    "database/busy": "Send it again.",
    "database/unavailable": "Try again shortly.",
    "database/read-only": "Try again later. Whoever runs the service must make the database writable.",
    "database/full": "Try again later. Whoever runs the service must give the database more room.",
    "database/too-many-connections": (
        "Try again shortly. Whoever runs the service can raise max_connections of the database, or lower "
        "TRACKER_CONNECTIONS."
    ),
    "database/incomplete": (
        "Whoever runs the service must create the roles tracker_service, tracker_reader and tracker_scoped_reader, and "
        "restore the database again with them."
    ),
    "internal": "Quote the reference when you report it.",
}

# What can be wrong with a command as a whole, each with its remedy. Problems are data, all reported together.
PROBLEMS = {
    "validation/malformed-quarter": "Write a quarter as 2024-25-Q3.",
    "validation/no-figures": "Send at least one figure.",
    "validation/too-many-figures": "Send the figures in several updates.",
    "validation/key-reused": "Use a new `idempotencyKey` for a new command.",
    "submission/unknown": "Use the id of a submission that you can see; `submissions` lists them.",
    "submission/unknown-organisation": "Use the code of an organisation that you act for; `organisations` lists codes.",
    "submission/stale": "Read it again, and send its current `version` as `expectedVersion`.",
    "submission/no-version": "Send the `version` that you read as `expectedVersion`.",
    "submission/other-quarter": "Keep the quarter and the organisation, or create another submission.",
    "submission/status": "Read `availableActions` to see what you can do now.",
    "submission/empty": "Save at least one figure first.",
    "submission/open-findings": (
        "Read `findings`. Correct what blocks it, and give a reason where one is needed; or send `onConflict: SKIP` to "
        "leave these rows out."
    ),
    "submission/second-person": "Ask another approver, who signs in with their own name and key.",
    "submission/not-yours": "Ask the person who submitted it, or an administrator.",
    "submission/amendment-open": "Publish or discard the amendment first.",
    "submission/no-reason": "Send a `reason`.",
    "submission/on-conflict": "Leave out `onConflict`, or skip rows when you submit, approve or publish it.",
    "submission/none": "Name at least one submission.",
    "submission/too-many": "Publish them in several commands.",
    "submission/twice": "Name each submission once.",
    "submission/all-or-nothing": "Read the `problems` of each submission, or leave out `allOrNothing`.",
    "submission/public-note": "Send the `publicNote` when you publish or withdraw it.",
    "submission/comments": "Send the `comments` when you return it.",
    "submission/comment": (
        "Name the metric of an answer in this submission, or the theme of one, and say what has to change."
    ),
    "submission/no-public-note": "Send a `publicNote` that explains to readers what changed.",
    "submission/nothing-to-amend": "Amend published figures. Use `saveSubmission` to add new ones.",
    "submission/several-to-amend": "Amend the figures of one submission at a time.",
    "upload/open-findings": "Correct the cells, give a `reason` where one is needed, or take what is right.",
    "upload/nothing-right": "Correct the cells, and send the file again.",
    "upload/changed-since": "Look at the new review, and send its `version` as `review`.",
    "figure/unknown": "Use the `id` of a figure of an organisation that you act for.",
    "figure/stale": "Read the figure again, and send its current `revision` as `expectedRevision`.",
    "figure/unknown-revision": "Use a `revision` from the figure's `revisions`, or 0 to withdraw it.",
    "figure/withdrawn-revision": "Restore a revision that gave a value. To withdraw the figure, send 0.",
    "figure/calculated": "Correct or withdraw the figures that it is calculated from.",
    "figure/unchanged": "Nothing to do, or restore another revision.",
    "figure/no-reason": "Send a `reason`: why the earlier figure is right.",
    "quarter/no-reason": "Send a `reason`.",
    "quarter/malformed": "Use a date from 1 January 1948 to 31 December 2099.",
    "quarter/reversed": "Put the dates in order: opening, soft deadline, hard deadline.",
    "target/unknown": "Use the id of a target; `targets` lists them.",
    "target/malformed": "Correct it. The description of the input says what it can be.",
    "target/exists": "Send its `id` to revise it.",
    "target/inherited": "Revise the target that it inherits, or set one of its own without an `id`: its own wins.",
    "target/no-reason": "Send a `reason`: why the target is set or changed.",
    "target/due-in-past": "Look at the due date again. If it is wrong, send the target's `id` with another one.",
    "target/baseline-meets": "Look at both again. If one is wrong, send the target's `id` with the correct numbers.",
    "target/looks-like-a-share": "Write percentages as 90, not as 0.9. If it is wrong, send the target again.",
    "target/closed-organisation": "Look at the due date again: figures stop when the organisation closes.",
    "paper/unknown-board": "Use the code of an integrated care board that you act for and that has an outline.",
    "paper/malformed": "Correct it. The description of the input says what it can be.",
    "paper/unknown-section": "Use the heading of a section of this paper, or `Summary`.",
    "paper/unknown-action": "Use the `number` of an action of this paper or an earlier one.",
    "paper/incomplete-action": "Send what has to be done, who does it, and by when.",
    "paper/stale": "Read it again, and send its current `version` as `expectedVersion`.",
    "paper/frozen": "Write in the paper of the next quarter. What became of an action belongs there too.",
    "paper/not-started": "Start it with `savePaper`.",
    "paper/title-block": "Send it with `savePaper`.",
    "paper/no-action": "Ask for an action with `savePaperAction`, with the metric, an owner and a date.",
    "paper/no-summary": "Write one with `saveNarrative`, for the section `Summary`.",
    "paper/unchanged": "Read it again, and write what is new.",
    "paper/not-judged": "Say in the narrative why, or publish the figures.",
    "paper/doubt": "Correct the figure, or say in the narrative why both numbers stand.",
    "data-quality/unknown": "Name an issue of `dataQualityIssues`, by its code, metric and organisation.",
    "data-quality/stale": "Read it again, and send its current `version` as `expectedVersion`.",
    "data-quality/unknown-owner": "Use the e-mail address of somebody on record for an organisation that you act for.",
    "data-quality/no-owner": "Send an `owner`.",
    "data-quality/no-comment": "Send a `comment`.",
    "data-quality/still-found": "Correct the figure. Until then, say that somebody looks into it, or why it stays.",
    "data-quality/gone": "Nothing to do. If it is found again, it is open again.",
    "recalculation/no-reason": "Send a `reason`.",
    "recalculation/malformed": "Use a date from 1 January 1948 to 31 December 2099.",
    "recalculation/exists": "Leave it, or undo it first to give another reason.",
    "recalculation/fix-after": "Send 12 to 1,000, or leave out `fixAfter`.",
    "recalculation/unknown": "Use a date from the series' `recalculations`.",
    "metric/malformed": "Correct it. The description of the input says what it can be.",
    "metric/fixed": "Keep the unit and the parts, or create another metric.",
    "register/no-reason": "Send a `reason`.",
    "register/malformed": "Correct it. The description of the input says what it can be.",
    "register/closed": "Use an organisation that is open then, or correct its dates with `correctRegister`.",
    "register/wrong-group": (
        "Put a practice into a network or a partnership, a network into a partnership, "
        "and a partnership or a trust into an integrated care board."
    ),
    "register/wrong-kind": "Merge or split organisations of one kind. Rate practices.",
    "register/fixed": "Leave it out.",
    "register/unchanged": "No action needed. The register says so already.",
    "register/later-change": "Use a later day, or `correctRegister` if what is on record is wrong.",
    "register/has-members": "Say which group its members are in from the next day on.",
    "register/not-a-member": "Name members of the organisation that splits.",
    "person/malformed": "Correct it, or leave it out where you can.",
    "person/known": "Change the person who is on record, or use another address.",
    "person/unknown": "Use the number of a person; `tracker people list` shows them.",
    "person/no-role": "Give them a role first.",
    "person/last-administrator": "Make somebody else an administrator for every organisation first.",
}

# What can be wrong with a figure, or worth knowing about it: how serious it is, and its remedy.
FINDINGS = {
    "validation/unknown-organisation": (BLOCK, "Use a known code. `organisations` lists them."),
    "validation/closed-organisation": (BLOCK, "Send figures for periods when the organisation is open."),
    "validation/outside-organisation": (
        BLOCK,
        "Send figures for the organisation of the submission, or for its members in the period.",
    ),
    "validation/unknown-metric": (BLOCK, "Use a known code. `metrics` lists them."),
    "validation/not-collected": (BLOCK, "Send this metric for a kind of organisation that it is collected from."),
    "validation/wrong-period": (
        BLOCK,
        "Leave the period out, or use one that has started and ends in the quarter: 2024-25-Q3, Nov 2024, 31/12/2024 "
        "or 2024-04-01/2024-12-31.",
    ),
    "validation/wrong-kind": (
        BLOCK,
        "Use a period of the kind that `Metric.counts` says, or leave it out; an administrator can change `counts`.",
    ),
    "validation/running-count-falls": (
        BLOCK,
        "Correct one of the two: a count from 1 April, or since a launch, can only grow.",
    ),
    "validation/less-than-included": (
        NEEDS_REASON,
        "Correct one of the two, or give a reason why a longer period can count less than a part of it.",
    ),
    "validation/not-open": (BLOCK, "Wait until the quarter opens."),
    "validation/closed-quarter": (BLOCK, "Ask an administrator for an exception, and say why."),
    "validation/no-value": (BLOCK, "Send a value, or a numerator and a denominator, or a nil return."),
    "validation/nil-return-with-value": (BLOCK, "Send the value, or the nil return."),
    "validation/half-a-ratio": (BLOCK, "Send the numerator and the denominator, or neither."),
    "validation/not-finite": (BLOCK, "Send a number."),
    "validation/too-many-decimals": (INFO, "No action needed. The value is rounded to the metric's decimal places."),
    "validation/out-of-range": (
        BLOCK,
        "Correct the number. The metric gives the lowest and highest possible values.",
    ),
    "validation/negative-numerator": (BLOCK, "Correct the numerator."),
    "validation/denominator-not-positive": (
        BLOCK,
        "Correct the denominator. If there was nobody to count, send a nil return.",
    ),
    "validation/numerator-over-denominator": (BLOCK, "Correct the numerator or the denominator."),
    "validation/value-contradicts-ratio": (BLOCK, "Leave the value out, or correct it."),
    "validation/half-an-interval": (BLOCK, "Send both confidence limits, or neither."),
    "validation/value-contradicts-interval": (
        BLOCK,
        "Correct the value or its confidence limits: the value must be between them.",
    ),
    "validation/no-source-title": (BLOCK, "Send the title of the source, or leave the source out."),
    "validation/duplicate-row": (BLOCK, "Keep one of the rows."),
    "validation/published-since": (BLOCK, "Check what is published now, and save the submission again."),
    "validation/no-reason": (NEEDS_REASON, "Give a reason: why the published figure changes."),
    "validation/parts-exceed-total": (NEEDS_REASON, "Correct a part or the total, or say why the parts are more."),
    "validation/outside-limits": (
        NEEDS_REASON,
        "Check the figure, or give a reason why it differs from its history.",
    ),
    "validation/jump": (NEEDS_REASON, "Check the figure, or give a reason why it changed so much."),
    "validation/other-denominator": (
        NEEDS_REASON,
        "Check the denominator, or give a reason why it counts so many more or fewer.",
    ),
    "validation/unattainable-percentage": (
        NEEDS_REASON,
        "Send the numerator and the denominator, or give a reason that says what it is a share of.",
    ),
    "validation/members-differ": (NEEDS_REASON, "Check the members' figures, or give a reason why they differ."),
    "validation/parts-below-total": (
        NEEDS_REASON,
        "Correct a part or the total, or give a reason that says what the parts leave out.",
    ),
    "validation/calculation-differs": (
        NEEDS_REASON,
        "Leave the figure out, because it is calculated for you, or give a reason why it differs.",
    ),
    "validation/target-lost": (NEEDS_REASON, "Check the figure, or give a reason why the target is no longer met."),
    "validation/first-figure": (INFO, "No action needed."),
    "validation/unchanged": (INFO, "No action needed."),
    "validation/unusable-text": (BLOCK, "Shorten the text or remove control characters."),
    "sheet/unknown-organisation": (BLOCK, "Write the organisation's code, or its name as it is on record."),
    "sheet/several-organisations": (BLOCK, "Write the code of the one that you mean."),
    "sheet/two-organisations": (BLOCK, "Correct the code or the name, or leave one of them empty."),
    "sheet/unknown-measure": (BLOCK, "Write the measure's code, or its name as it is on record."),
    "sheet/several-measures": (BLOCK, "Write the code of the one that you mean."),
    "sheet/two-measures": (BLOCK, "Correct the code or the name, or leave one of them empty."),
    "sheet/unreadable-value": (BLOCK, "Correct the cell, or leave it empty if you have no answer yet."),
    "validation/late": (INFO, "No action needed. The submission is recorded as late."),
}

# What does not add up in published numbers, and what the publisher can do about it. Never a refusal.
DOUBTS = {
    "doubt/unattainable-percentage": "Ask for the numerator and the denominator, and correct the percentage.",
    "doubt/incoherent-interval": "Ask which count the rate and its limits were calculated from.",
    "doubt/different-periods": "Give both for one period, or say which period each one is for.",
    "doubt/parts-exceed-total": "Correct a part or the total.",
    "doubt/parts-below-total": "Correct a part or the total, or say what the parts leave out.",
    "doubt/members-differ": "Check the members' figures, or say why they differ.",
    "doubt/record-differs": "Say which organisations were counted, or correct the record.",
    "doubt/not-reported-since": "Ask for a newer figure, or say that it is no longer reported.",
    "doubt/stated-change": "Correct the stated change, or one of the two figures.",
}


def remedy(code: str) -> str:
    """The remedy of a problem or a finding."""
    return FINDINGS[code][1] if code in FINDINGS else PROBLEMS[code]


def codes_page() -> str:
    """Every code, in one page: of refusals, of problems with a command, of findings about figures, and of doubts."""
    findings = [f"| `{code}` | {severity} | {text} |" for code, (severity, text) in FINDINGS.items()]
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
            *(f"| `{code}` | {text} |" for code, text in REMEDIES.items()),
            "",
            "## Problems: a command that is not carried out, in `problems[].code`",
            "",
            "| code | remedy |",
            "|---|---|",
            *(f"| `{code}` | {text} |" for code, text in PROBLEMS.items()),
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
            *(f"| `{code}` | {text} |" for code, text in DOUBTS.items()),
            "",
        ]
    )


def name_of(code: str) -> str:
    """A code as a value of the enumeration `ErrorCode`: plan/page-size is PLAN_PAGE_SIZE."""
    return code.upper().replace("/", "_").replace("-", "_")


class Refusal(Exception):
    """A request that is refused: `code` is stable, `message` one sentence, `hint` the remedy."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = REMEDIES[code]
        # Of a field: the keys that lead to it, as far as they are known, and where it is in the document.
        self.path: tuple[str, ...] | None = None
        self.locations: tuple[dict[str, int], ...] = ()

    @property
    def stage(self) -> str:
        """Which stage refused: the part of the code before the slash."""
        if self.code.startswith("PERSISTED_QUERY"):
            return "document"
        return "access" if self.code.isupper() else self.code.split("/")[0]

    @property
    def extensions(self) -> dict[str, str]:
        """What a GraphQL error has with its message."""
        return {"code": self.code, "errorCode": name_of(self.code), "stage": self.stage, "hint": self.hint}
