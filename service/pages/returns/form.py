"""The form of a return: one question after another, saved as somebody types, and nothing lost.

The page is the same with JavaScript and without. `return.js` sends the form to its own address while somebody types,
and takes the sentences that changed out of the page that comes back.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from schema.enumerations import Severity
from schema.periods import long_date
from schema.remedies import for_people
from service.pages.acting import Fault, NotTaken, Sent, write
from service.pages.frame import value_words
from service.pages.returns.answers import Answer, figures, stored, written
from service.pages.returns.questions import Question, Return, return_of
from service.pages.returns.times import clock, day
from service.pages.showing import View, view

_SAVE = """
mutation Save($input: SaveSubmissionInput!) {
  saveSubmission(input: $input) { submission { id version } problems { code message row } }
}
"""
# What people write after a number, for each unit.
_UNITS = {"PERCENT": "%", "FTE": "FTE", "RATE_PER_100000": "per 100,000", "SCORE": "points"}
_LATER, _CHECK = "later", "check"


async def show(request: Request, sent: Sent) -> View:
    """The form, with what was sent where that could not be saved."""
    asked = await return_of(request, by=sent.by)
    fields = [_field(each, asked, sent) for each in asked.questions if each.is_asked]
    return view(
        "return.html",
        f"{asked.quarter.label} return",
        form=asked,
        draft=asked.draft,
        script="return.js",
        key=secrets.token_urlsafe(),
        themes=_by_theme(fields),
        worked_out=[each for each in asked.questions if not each.is_asked and each.derived],
        published=[each for each in asked.questions if not each.is_asked and not each.derived and each.last],
        answered=sum(not each["is_empty"] for each in fields),
        count=len(fields),
        due=asked.due_on and long_date(day(asked.due_on)),
        saved=asked.draft and asked.draft["checkedAt"] and clock(asked.draft["checkedAt"]),
        faults=[Fault(f"{each['at']}-{each['code']}", message) for each in fields for message in each["errors"]],
        can_recall=_can(asked, "RECALL"),
        is_sendable=asked.draft is not None and asked.is_open,
    )


async def act(request: Request, sent: Sent) -> str:
    """Save the answers; the address that the pressed button leads to."""
    asked = await return_of(request, by=sent.by)
    if not asked.is_open:
        raise NotTaken(Fault("main", "This return has been sent. Take it back to change it."))
    _check_version(asked, sent)
    rows, faults = figures(asked, sent.fields)
    if rows or asked.draft:
        await _save(request, asked, rows, sent.text("key"))
    if faults:
        raise NotTaken(*faults)
    if sent.text("then") == _LATER:
        return f"/quarters/{asked.quarter.code}"
    if sent.text("then") == _CHECK:
        return await _after_check(request, sent)
    same = sent.text("same")
    return f"{asked.address}#value-{same}" if same else asked.address


async def _after_check(request: Request, sent: Sent) -> str:
    """The page to check on, if nothing keeps the return from being sent; otherwise the form with what does."""
    asked = await return_of(request, by=sent.by)
    is_held = asked.draft is None or asked.draft["findings"]
    return asked.address if is_held else f"{asked.address}/check"


def _check_version(asked: Return, sent: Sent) -> None:
    """Refuse a form that somebody else has been faster than; the page that comes back has the new version."""
    now = f"{asked.draft['id']} {asked.draft['version']}" if asked.draft else ""
    if sent.text("version") != now:
        message = "Somebody else has changed this return since you opened it. Look at your answers, and save again."
        raise NotTaken(Fault("main", message))


async def _save(request: Request, asked: Return, rows: list[dict[str, Any]], key: str) -> None:
    """Save all figures of the draft; one page makes one draft, however often it is sent.

    What the command refuses is said at its field.
    """
    draft = {"id": asked.draft["id"], "expectedVersion": asked.draft["version"]} if asked.draft else {}
    draft = draft or {"idempotencyKey": key or None}
    said = {"quarter": asked.quarter.code, "organisation": asked.organisation["code"], "figures": rows}
    answer = (await write(request, _SAVE, input={**draft, **said}))["saveSubmission"]
    if answer["submission"] is None:
        raise NotTaken(*(Fault(_at(rows, each["row"]), each["message"]) for each in answer["problems"]))


def _at(rows: list[dict[str, Any]], row: int | None) -> str:
    return "main" if row is None else f"value-{rows[row]['metric']}"


def _by_theme(fields: list[dict[str, Any]]) -> Mapping[str, list[dict[str, Any]]]:
    themes: dict[str, list[dict[str, Any]]] = {}
    for each in fields:
        themes.setdefault(each["question"].theme, []).append(each)
    return themes


def _field(question: Question, asked: Return, sent: Sent) -> dict[str, Any]:
    """What the template shows of a question: the texts of its fields, what is wrong, and whether it needs a reason."""
    answer = (written(question, sent.fields) if sent.faults else None) or stored(question)
    needs_reason = [each for each in question.findings if each["severity"] == Severity.NEEDS_REASON]
    is_held = [each for each in question.findings if each["acceptedReason"] is None]
    missing = [each for each in is_held if each["severity"] == Severity.NEEDS_REASON]
    return {
        "question": question,
        "code": question.code,
        "answer": answer,
        "is_empty": stored(question).is_empty,
        "unit": _UNITS.get(question.unit, ""),
        "said": _said(question, answer),
        "errors": [f"{question.name}: {each['message']} {_remedy(each)}" for each in is_held],
        # A finding that needs a reason is answered there.
        "at": "reason" if missing and len(missing) == len(is_held) else "value",
        "needs_reason": bool(needs_reason or answer["reason"]),
        "has_more": any(answer[part] for part in ("numerator", "denominator", "note")),
    }


def _said(question: Question, answer: Answer) -> str | None:
    """How the saved answer was understood."""
    row = question.row
    if row is None or answer.is_empty:
        return None
    if row["isNilReturn"]:
        return "Saved as nothing to report"
    if row["value"] is None:
        return "Saved without a value"
    return f"Saved as {value_words(row, question.unit)}"


def _remedy(finding: Mapping[str, Any]) -> str:
    return "Say why it is right." if finding["severity"] == Severity.NEEDS_REASON else for_people(finding["code"])


def _can(asked: Return, action: str) -> bool:
    actions = asked.draft["availableActions"] if asked.draft else ()
    return any(each["action"] == action and each["enabled"] for each in actions)
