"""What people can do about an error, in the words of the pages.

The remedies of `schema.errors` are for whoever writes a program: they name fields, commands and settings. Those that
do are worded again here, for whoever meets the same error on a page, in a message or in a workbook.
"""

from collections.abc import Mapping

from schema.errors import FINDINGS, PROBLEMS, REMEDIES

_AGAIN = "Go back, and open the page again."
_LOOK_AGAIN = "Look at it as it is now, and make your change again."
_LOOK_FOR = "Check the address or the code, or search for what you need."
_SAY_WHY = "Say why."
_OPERATOR = "Whoever runs the service can help."
# Of what only programs send: a page that meets one of these is at fault itself.
_OF_PROGRAMS = ("document/", "plan/", "subscription/", "request/", "PERSISTED_QUERY")

_FOR_PEOPLE: Mapping[str, str] = {
    "UNAUTHENTICATED": "Sign in, and open the page again.",
    "FORBIDDEN": "Ask an administrator, if you need to do this.",
    "access/issuer-unavailable": "Try again shortly.",
    "request/too-many": "Wait a minute, and try again.",
    "request/too-large": "Send less at once.",
    "request/timeout": "Try again.",
    "request/incomplete": "Try again.",
    "request/interrupted": "Look whether it was done. If not, send it again.",
    "request/too-many-connections": "Try again in a few seconds.",
    "request/cross-origin": _OPERATOR,
    "request/unknown-host": "Open the service at its usual address.",
    "plan/unknown-period": "Write a period such as Q3 2024/25, Nov 2024 or 31/01/2025.",
    "plan/not-on-record": "Ask for a later day.",
    "plan/unusable-value": "Write a smaller number, a date in the years 1900 to 2100, or a shorter text.",
    "plan/too-costly": "Ask for less at once: one quarter, one organisation or one measure.",
    "upload/no-file": "Select a file.",
    "upload/no-quarter": "Open the upload from the page of a quarter, or write a period for each answer.",
    "upload/no-organisation": "Write the code of the organisation that sends the figures.",
    "upload/unknown-choice": _AGAIN,
    "page/no-pdf": f"Open the Word document. {_OPERATOR}",
    "page/no-paper": "If you write it, sign in. The final papers are in the list of papers.",
    "page/frozen-paper": "Write in the paper of the next quarter. What became of an action belongs there too.",
    "page/unknown": _LOOK_FOR,
    "plan/unknown-code": _LOOK_FOR,
    "database/timeout": "Try again. If that does not help, ask for less at once.",
    "database/busy": "Send it again.",
    "database/too-many-connections": "Try again shortly.",
    "database/read-only": f"Try again later. {_OPERATOR}",
    "database/full": f"Try again later. {_OPERATOR}",
    "database/incomplete": _OPERATOR,
    "validation/malformed-quarter": "Write a quarter such as Q3 2024/25.",
    "validation/no-figures": "Give at least one figure.",
    "validation/too-many-figures": "Send the figures in several parts.",
    "validation/key-reused": _AGAIN,
    "submission/unknown": _AGAIN,
    "submission/unknown-organisation": "Use the code of an organisation that you act for.",
    "submission/stale": _LOOK_AGAIN,
    "submission/no-version": _AGAIN,
    "submission/status": _LOOK_AGAIN,
    "submission/open-findings": "Correct what is wrong, and give a reason where one is needed.",
    "submission/no-reason": _SAY_WHY,
    "submission/on-conflict": _AGAIN,
    "submission/none": "Select at least one return.",
    "submission/too-many": "Publish them in several parts.",
    "submission/twice": _AGAIN,
    "submission/all-or-nothing": "Correct what is wrong with each return, or publish the others.",
    "submission/public-note": "Write the note for readers when you publish or withdraw.",
    "submission/no-public-note": "Write a note that tells readers what changed.",
    "data-quality/unknown": "Select an issue on the page of data quality.",
    "data-quality/stale": "Open the page again, and look at what has changed.",
    "data-quality/no-owner": "Select who looks into it.",
    "data-quality/no-comment": "Write what you found out.",
    "submission/comments": "Write comments when you send a return back.",
    "submission/comment": "Write each comment at an answer of the return, or at one of its themes.",
    "submission/nothing-to-amend": "Send new figures in a return.",
    "upload/open-findings": "Correct the cells, give a reason where one is needed, or take what is right.",
    "upload/changed-since": "Look at what it would change now.",
    "figure/unknown": _AGAIN,
    "figure/stale": _LOOK_AGAIN,
    "figure/unknown-revision": "Select a revision of this figure.",
    "figure/withdrawn-revision": "Select a revision that has a value.",
    "figure/calculated": "Correct or withdraw the figures that it is calculated from.",
    "figure/no-reason": "Say why the earlier figure is right.",
    "quarter/no-reason": _SAY_WHY,
    "target/unknown": _AGAIN,
    "target/malformed": "Correct it.",
    "target/exists": "Change the target that is there.",
    "target/inherited": "Change the target that it has from its group, or set one of its own: its own counts.",
    "target/no-reason": "Say why the target is set or changed.",
    "target/due-in-past": "Look at the due date again. If it is wrong, change the target.",
    "target/baseline-meets": "Look at both again. If one is wrong, change the target.",
    "target/looks-like-a-share": "Write percentages as 90, not as 0.9. If it is wrong, change the target.",
    "paper/malformed": "Correct it.",
    "paper/unknown-section": "Use the heading of a section of this paper.",
    "paper/unknown-action": _AGAIN,
    "paper/incomplete-action": "Say what has to be done, who does it, and by when.",
    "paper/stale": _LOOK_AGAIN,
    "paper/not-started": "Start the paper first.",
    "paper/title-block": "Fill in the title block.",
    "paper/no-action": "Add an action for the measure, with an owner and a date.",
    "paper/no-summary": "Write the summary.",
    "recalculation/no-reason": _SAY_WHY,
    "recalculation/fix-after": "Use 12 to 1,000 figures.",
    "recalculation/unknown": "Use a date from which the limits were recalculated.",
    "metric/malformed": "Correct it.",
    "metric/fixed": "Keep the unit, or add another measure.",
    "register/no-reason": _SAY_WHY,
    "register/malformed": "Correct it.",
    "register/closed": "Use an organisation that is open then.",
    "register/later-change": "Use a later day.",
    "person/unknown": _AGAIN,
    "validation/unknown-organisation": "Use the code of an organisation that is on record.",
    "validation/unknown-metric": "Use the name or the code of a measure that is on record.",
    "validation/closed-organisation": "Give figures for periods when the organisation is open.",
    "validation/outside-organisation": "Give figures of the organisation that sends them, or of its members then.",
    "validation/not-collected": "Give this measure for the kind of organisation that is asked for it.",
    "validation/wrong-period": (
        "Leave the period out, or use one that has started and ends in the quarter, such as Nov 2024 or 31/12/2024."
    ),
    "validation/wrong-kind": "Leave the period out, or ask an administrator how this measure counts.",
    "validation/closed-quarter": "Ask an administrator for more time, and say why.",
    "validation/no-value": "Give a value or the two numbers that make it, or say that there is nothing to report.",
    "validation/nil-return-with-value": "Give the value, or say that there is nothing to report.",
    "validation/half-a-ratio": "Give both numbers, or neither.",
    "validation/not-finite": "Give a number.",
    "validation/out-of-range": "Correct the number.",
    "validation/denominator-not-positive": (
        "Correct the second number. If there was nobody to count, say that there is nothing to report."
    ),
    "validation/half-an-interval": "Give both confidence limits, or neither.",
    "validation/no-source-title": "Give the title of the source, or leave the source out.",
    "validation/published-since": "Look at what is published now, and save your answers again.",
    "validation/unattainable-percentage": "Give both numbers, or give a reason that says what it is a share of.",
}


def for_people(code: str) -> str:
    """What somebody can do about a refusal, a problem or a finding that they meet on a page."""
    if code in _FOR_PEOPLE:
        return _FOR_PEOPLE[code]
    if code.startswith(_OF_PROGRAMS):
        return _AGAIN
    return FINDINGS[code][1] if code in FINDINGS else PROBLEMS.get(code) or REMEDIES[code]
