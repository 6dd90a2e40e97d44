"""The page that shows what a return would change, sends it for approval, and lets its sender recall it."""

from typing import Any

from starlette.requests import Request

from schema.enumerations import Severity, SubmissionStatus
from schema.errors import Refusal
from service.pages.acting import Fault, NotTaken, Sent, write
from service.pages.frame import must_be_seen, value_words
from service.pages.returns.questions import Return, return_of
from service.pages.returns.unanswered import unanswered
from service.pages.showing import View, read, view

_CHANGES = """
query Changes($id: ID!) {
  submission(id: $id) {
    findings(includeInformation: true) { severity message }
    changes {
      before after kind
      metric { code name unit } organisation { code name } period { label }
      figure { qualifier } entry { qualifier reason }
    }
  }
}
"""
_STEP = """
mutation Step($input: SubmissionInput!) {
  STEPSubmission(input: $input) { submission { id } problems { code message } }
}
"""


async def show_check(request: Request, sent: Sent) -> View:
    """The answers, each as it was and as it is. What stays the same, and what is for information, is folded away."""
    asked = await return_of(request, by=sent.by)
    if asked.draft is None or not asked.is_open:
        raise Refusal("page/unknown", "There is nothing to check: this return has no answers that wait to be sent.")
    found = (await read(request, _CHANGES, id=asked.draft["id"]))["submission"]
    key = (asked.quarter.code, asked.organisation["code"])
    rows = [_row(each, asked) for each in found["changes"]]
    return view(
        "return-check.html",
        "Check your answers",
        form=asked,
        draft=asked.draft,
        changes=[each for each in rows if each["is_change"]],
        same=[each for each in rows if not each["is_change"]],
        unanswered=(await unanswered(request, [key]))[key],
        held=[each["message"] for each in found["findings"] if each["severity"] != Severity.INFO],
        information=[each["message"] for each in found["findings"] if each["severity"] == Severity.INFO],
    )


async def send(request: Request, sent: Sent) -> str:
    """Send the return for approval."""
    return f"{await _step(request, sent, 'submit')}/sent"


async def show_sent(request: Request, sent: Sent) -> View:
    """That the return has been sent, and what happens next."""
    asked = await return_of(request, by=sent.by)
    if asked.draft is None or asked.draft["status"] != SubmissionStatus.SUBMITTED:
        raise Refusal("page/unknown", "This return is not waiting for approval.")
    return view("return-sent.html", "Return sent", form=asked)


async def recall(request: Request, sent: Sent) -> str:
    """Take a return back to change it."""
    return await _step(request, sent, "recall")


async def _step(request: Request, sent: Sent, step: str) -> str:
    """Take a step with the submission that the form names; the address of its return."""
    asked = await return_of(request, by=sent.by)
    key, _, version = sent.text("version").partition(" ")
    if asked.draft is None or key != asked.draft["id"] or not version.isdecimal():
        raise NotTaken(Fault("main", "This return has changed since you opened it. Look at it again."))
    given = {"id": key, "expectedVersion": int(version)}
    answer = (await write(request, _STEP.replace("STEP", step), input=given))[f"{step}Submission"]
    if answer["submission"] is None:
        raise NotTaken(*(Fault("main", _words(each)) for each in answer["problems"]))
    return asked.address


def _words(problem: Any) -> str:
    if problem["code"] == "submission/stale":
        return "Somebody else has changed this return since you opened it. Look at it again."
    return str(problem["message"])


def _row(change: Any, asked: Return) -> dict[str, Any]:
    metric, entry, about = change["metric"], change["entry"], change["organisation"]
    own = about["code"] == asked.organisation["code"]
    return {
        "name": metric["name"] if own else f"{metric['name']}, {about['name']}",
        "code": metric["code"],
        # The page of the return has the questions of its own organisation alone.
        "is_own": own,
        "period": change["period"]["label"],
        "before": _value(change["figure"], change["before"], metric["unit"]) or "–",
        "after": _value(entry, change["after"], metric["unit"]) or "nothing to report",
        "reason": entry and entry["reason"],
        "is_change": must_be_seen(change),
    }


def _value(of: Any, value: float | None, unit: str) -> str | None:
    return None if of is None or value is None else value_words({"qualifier": of["qualifier"], "value": value}, unit)
