"""What people write in a paper: its title block, a narrative, an action; and freezing it. Each is one command."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from schema.enumerations import Severity
from schema.errors import Refusal
from service.pages.acting import Fault, NotTaken, Sent, write
from service.pages.days import day_in, in_field
from service.pages.papers.kept import KeptPaper, kept_paper, no_paper, slug
from service.pages.showing import View, view

_COMMAND = """
mutation Write($input: INPUT!) { COMMAND(input: $input) { problems { code severity message remedy path } } }
"""
# The fields of the forms, by the names of the inputs.
_TITLE = ("addressedTo", "sentFrom", "recommendation")
_ACTION = ("what", "owner", "outcome")


async def show_title(request: Request, sent: Sent) -> View:
    """The form of the title block."""
    paper = await open_paper(request)
    return view(
        "paper-title.html", "Title block", paper=paper, value=_values(sent, paper.written, (*_TITLE, "datedOn"))
    )


async def save_title(request: Request, sent: Sent) -> str:
    """Save the title block."""
    paper = await open_paper(request)
    # A form without fields, such as the button that starts a paper, leaves what the last paper said.
    given: dict[str, Any] = {name: sent.text(name) for name in _TITLE if name in sent.fields}
    if "datedOn" in sent.fields:
        given["datedOn"] = day_in(sent, "datedOn")
    await carry_out(request, paper, "savePaper", **given, expectedVersion=_version(sent))
    return paper.address


async def show_narrative(request: Request, sent: Sent) -> View:
    """The form of a narrative, with what the last paper said."""
    paper, heading = await _section(request)
    found = paper.narrative(heading) or {"words": "", "owner": sent.by.name}
    return view(
        "paper-narrative.html",
        heading,
        paper=paper,
        heading=heading,
        part=next((part for part in paper.body if part.heading == heading), None),
        narrative=paper.narrative(heading),
        value=_values(sent, found, ("words", "owner")),
        own_version=paper.own_version(heading),
    )


async def save_narrative(request: Request, sent: Sent) -> str:
    """Save a narrative."""
    paper, heading = await _section(request)
    given = {"section": heading, "words": sent.text("words"), "owner": sent.text("owner")}
    await carry_out(request, paper, "saveNarrative", **given, expectedVersion=_version(sent))
    return f"{paper.address}#{slug(heading)}"


async def show_action(request: Request, sent: Sent) -> View:
    """The form of an action: a new one, for the measure that the address names, or one of the paper."""
    paper, action = await _action(request)
    asked = request.query_params.get("measure")
    return view(
        "paper-action.html",
        "Ask for an action" if action is None else f"Action {action['number']}",
        paper=paper,
        action=action,
        measures=_measures(paper),
        value=_values(sent, action or {"metric": {"code": asked}}, (*_ACTION, "due", "metric", "closed")),
    )


async def save_action(request: Request, sent: Sent) -> str:
    """Save an action."""
    paper, action = await _action(request)
    given: dict[str, Any] = {name: sent.text(name) for name in _ACTION if name in sent.fields}
    given |= {"due": day_in(sent, "due"), "metric": sent.text("metric")}
    if action is not None:
        closed = sent.text("closed") == "yes"
        given |= {"number": action["number"], "isClosed": closed, "expectedVersion": _version(sent)}
    await carry_out(request, paper, "savePaperAction", **given)
    return f"{paper.address}#actions"


async def show_freeze(request: Request, _: Sent) -> View:
    """The checklist, and the button."""
    paper = await open_paper(request)
    if not paper.can_freeze:
        raise no_paper()
    checks = paper.checks
    wrong, noted = ([each for each in checks if each.blocks is blocks] for blocks in (True, False))
    # The version that somebody read, where they come from the paper.
    version = request.query_params.get("version", paper.written["version"])
    return view("paper-freeze.html", "Freeze the paper", paper=paper, wrong=wrong, noted=noted, version=version)


async def freeze(request: Request, sent: Sent) -> str:
    """Freeze the paper that was read."""
    paper = await open_paper(request)
    await carry_out(request, paper, "freezePaper", expectedVersion=_version(sent))
    return paper.address


async def open_paper(request: Request) -> KeptPaper:
    """The paper that an address names, which the viewer may write. Refusals: `page/no-paper`, `page/frozen-paper`."""
    paper = await kept_paper(request)
    if paper.is_frozen:
        raise Refusal("page/frozen-paper", "This paper is frozen, so it cannot be edited.")
    if not paper.can_write:
        raise no_paper()
    return paper


async def _section(request: Request) -> tuple[KeptPaper, str]:
    paper = await open_paper(request)
    heading = next((each for each in paper.headings if slug(each) == request.path_params["section"]), None)
    if heading is None:
        raise no_paper()
    return paper, heading


async def _action(request: Request) -> tuple[KeptPaper, Mapping[str, Any] | None]:
    paper = await open_paper(request)
    asked = request.path_params["number"]
    if asked == "new":
        return paper, None
    action = next((each for each in paper.actions if str(each["number"]) == asked), None)
    if action is None:
        raise no_paper()
    return paper, action


async def carry_out(request: Request, paper: KeptPaper, command: str, **given: Any) -> None:
    """Carry out a command of papers. Its problems are said at the fields of the same names."""
    document = _COMMAND.replace("INPUT", f"{command[:1].upper()}{command[1:]}Input").replace("COMMAND", command)
    of = {"quarter": paper.quarter.code, "board": paper.board["code"]}
    answer = (await write(request, document, input={**of, **given}))[command]
    blocking = [each for each in answer["problems"] if each["severity"] == Severity.BLOCK]
    if blocking:
        raise NotTaken(*(_fault(each, given) for each in blocking))


def _fault(found: Mapping[str, Any], given: Mapping[str, Any]) -> Fault:
    if found["code"] == "paper/stale":
        # Whoever writes sees their own text again, and opens the page to see the other's.
        is_text = any(name in given for name in (*_TITLE, *_ACTION, "words"))
        wrote = "Somebody else changed this while you were writing. Copy your text, and open the page again."
        return Fault("main", wrote if is_text else "Somebody changed the paper. Read it again before you freeze it.")
    field = found["path"][-1]
    return Fault(field if field in given else "main", found["message"])


def _values(sent: Sent, stored: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """What the fields hold: what was sent, or else what is kept."""
    if sent.fields:
        return {name: sent.text(name) for name in names}
    return {name: _shown(name, stored.get(name)) for name in names}


def _shown(name: str, value: Any) -> str:
    if name in {"datedOn", "due"}:
        return in_field(value)
    if name == "metric":
        return (value or {}).get("code") or ""
    return value or ""


def _version(sent: Sent) -> int | None:
    text = sent.text("version")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _measures(paper: KeptPaper) -> list[tuple[str, str]]:
    """The measures of the paper's targets, by name: an action can be about one of them."""
    return sorted({(each["metricName"], each["metricCode"]) for each in paper.content["targets"]})
