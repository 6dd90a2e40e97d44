"""The returns that wait for approval at /approvals, and each of them whole at /approvals/ID, for whoever decides.

Approve and publish       the returns that are ticked, by one command; one that cannot go on does not hold up the rest
Return with a comment     one return, to whoever sent it: about the whole, about single answers, or about a theme
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.lifecycle import DECIDERS
from schema.periods import parsed
from service.pages.acting import Fault, NotTaken, Sent, acting, write
from service.pages.comments import commentable, comments_in, field_of
from service.pages.frame import must_be_seen
from service.pages.previews import Drawn, metrics_moved, preview_of
from service.pages.returns.unanswered import Key, unanswered
from service.pages.scope import check_role
from service.pages.showing import View, board_of, count_in, read, unknown, view

# So many are looked through at once. A page may ask for the next.
_AT_ONCE = 20
_MOST_CHARTS = 50
_CHANGE = """
kind before after metric { code name unit theme { code name } } organisation { code name } period { label }
figure { qualifier } entry { qualifier isNilReturn reason note }
"""
_COMMENT = "metric { name } organisation { code name } theme { name } words writtenBy { name } answeredAt"
_RETURN = f"""{{
  id version status title quarter isLate submittedAt reason decisionReason
  organisation {{ code name }} submittedBy {{ name }} amends {{ id }}
  findings {{ code message }} answeredFindings {{ message acceptedReason }}
  comments {{ {_COMMENT} }}
  availableActions {{ action enabled reason }} changes {{ {_CHANGE} }}
}}"""
_QUEUE = f"""
query Queue($first: Int!, $after: String) {{
  waiting: submissions(
    first: $first, after: $after, filter: {{status: {{in: [SUBMITTED, APPROVED]}}}}, orderBy: [{{submittedAt: ASC}}]
  ) {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {_RETURN} }}
  published: submissions(first: 5, filter: {{status: {{eq: PUBLISHED}}}}, orderBy: [{{publishedAt: DESC}}]) {{
    nodes {{ id title quarter organisation {{ name }} publishedBy {{ name }} publishedAt }}
  }}
}}
"""
_ONE = f"query Return($id: ID!) {{ node(id: $id) {{ ... on Submission {_RETURN} }} }}"
_PUBLISH = """
mutation Publish($input: PublishSubmissionsInput!) {
  publishSubmissions(input: $input) {
    published problems { message }
    submissions { id problems { message } }
  }
}
"""
_NAMES = """
query Names($ids: [ID!]!) { nodes(ids: $ids) { ... on Submission { id title organisation { name } } } }
"""
_SEND_BACK = """
mutation SendBack($input: SubmissionInput!) { returnSubmission(input: $input) { problems { message path } } }
"""
# What a return says as a whole, when all that has to change is said at its answers.
_SEE_ANSWERS = "See the comments on single answers."


def routes() -> list[BaseRoute]:
    """Their addresses."""
    return [
        Route("/approvals", acting(_queue, _decide), methods=["GET", "POST"]),
        Route("/approvals/{id}", acting(_one, _decide), methods=["GET", "POST"]),
    ]


async def _queue(request: Request, sent: Sent) -> View:
    _check_role(sent)
    after = request.query_params.get("after")
    data = await read(request, _QUEUE, first=_AT_ONCE, **({"after": after} if after else {}))
    waiting, published = data["waiting"], [_labelled(each) for each in data["published"]["nodes"]]
    without = await unanswered(request, [_key(each) for each in waiting["nodes"]])
    returns = [_shown(each, sent, without) for each in waiting["nodes"]]
    at_returns = {"every", *(f"return-{each['id']}" for each in returns)}
    return view(
        "approvals.html",
        "Returns to approve",
        returns=returns,
        # What is wrong with returns that wait no longer.
        gone=[each for each in sent.faults if each.field not in at_returns],
        total=waiting["totalCount"],
        next=waiting["pageInfo"]["endCursor"] if waiting["pageInfo"]["hasNextPage"] else None,
        address=_address(request),
        is_every=bool(sent.text("every")),
        published=published,
        # Sent again, the same form has one effect.
        key=secrets.token_urlsafe(16),
        done=getattr(request.state, "published", 0) or count_in(request, "published"),
        here="/approvals",
    )


def _address(request: Request) -> str:
    """The address of the page of returns that is open: what is sent from it leads back to it."""
    after = request.query_params.get("after")
    return f"/approvals?{urlencode({'after': after})}" if after else "/approvals"


async def _one(request: Request, sent: Sent) -> View:
    _check_role(sent)
    found = (await read(request, _ONE, id=request.path_params["id"]))["node"]
    if not found:
        raise unknown("return")
    shown = _shown(found, sent, await unanswered(request, [_key(found)]))
    answers, themes = commentable(found["changes"], sent.fields)
    return view(
        "approval.html",
        f"{found['title']}: {found['organisation']['name']}",
        each=shown,
        comment=sent.text("comment"),
        key=secrets.token_urlsafe(16),
        answers=answers,
        themes=themes,
    )


async def _decide(request: Request, sent: Sent) -> str | View:
    """Publish what is ticked, show what that would change, or return one. Each return says why it was refused."""
    _check_role(sent)
    match sent.text("do"):
        case "return":
            await _send_back(request, sent)
        case "preview":
            return await _previewed(request, sent)
        case _:
            return f"/approvals?published={await _publish(request, sent)}"
    return "/approvals#published"


async def _previewed(request: Request, sent: Sent) -> View:
    """What publishing would change for readers, with every sentence of the paper, old and new."""
    chosen = _chosen(sent)
    board = (await board_of(request))["code"]
    given = {"submissions": chosen}
    moved = await metrics_moved(request, _PUBLISH, given, board)
    drawn = Drawn(board, moved[:_MOST_CHARTS]) if moved else None
    preview = await preview_of(request, _PUBLISH, given, paper_of=board, drawn=drawn)
    faults = await _faults(request, preview.problems, preview.outcome["results"])
    return view(
        "approval-preview.html",
        "What publishing would change",
        preview=preview,
        more_charts=len(moved[_MOST_CHARTS:]),
        address=_address(request),
        named=[f"{each['id']}:{each['expectedVersion']}" for each in chosen],
        refused=faults,
        key=secrets.token_urlsafe(16),
    )


def _chosen(sent: Sent) -> list[dict[str, Any]]:
    """The returns that are ticked. Raises `NotTaken` for none."""
    chosen = _versions(sent, "shown" if sent.text("every") else "return")
    if not chosen:
        raise NotTaken(Fault("every", "Select the returns to publish."))
    return chosen


async def _publish(request: Request, sent: Sent) -> int:
    """Publish what is ticked: how many returns that is. Raises `NotTaken` where one is refused."""
    given = {"submissions": _chosen(sent), "idempotencyKey": sent.text("key") or None}
    done = (await write(request, _PUBLISH, input=given))["publishSubmissions"]
    published: int = done["published"]
    request.state.published = published
    faults = await _faults(request, done["problems"], done["submissions"])
    if faults:
        raise NotTaken(*faults)
    return published


async def _faults(request: Request, problems: Iterable[Any], results: Iterable[Any]) -> list[Fault]:
    """What is wrong with the command as a whole, and why each return was refused."""
    refused = [each for each in results if each["problems"]]
    names = await _names(request, [each["id"] for each in refused])
    faults = [Fault("every", each["message"]) for each in problems]
    for each, name in zip(refused, names, strict=True):
        faults += [Fault(f"return-{each['id']}", f"{name}: {why['message']}") for why in each["problems"]]
    return faults


async def _send_back(request: Request, sent: Sent) -> None:
    [version] = _versions(sent, "shown") or [{}]
    comments = comments_in(sent.fields)
    comment = sent.text("comment") or (_SEE_ANSWERS if comments else "")
    if not comment:
        raise NotTaken(Fault("comment", "Say what has to change before it can be published."))
    given = {**version, "reason": comment, "idempotencyKey": sent.text("key") or None}
    given |= {"comments": [each.given for each in comments]} if comments else {}
    done = (await write(request, _SEND_BACK, input=given))["returnSubmission"]
    if done["problems"]:
        raise NotTaken(*(Fault(field_of(each["path"], comments), each["message"]) for each in done["problems"]))


def _check_role(sent: Sent) -> None:
    """Refusals: `FORBIDDEN`, for whoever approves nothing."""
    check_role(sent.by, DECIDERS, "approve returns")


def _versions(sent: Sent, field: str) -> list[dict[str, Any]]:
    """The returns in a field, each at the version that was looked at: `ID:3`."""
    pairs = [str(each).partition(":") for each in sent.fields.getlist(field)]
    return [{"id": name, "expectedVersion": int(at)} for name, _, at in pairs if at.isdecimal() and len(at) < 10]


def _key(found: Mapping[str, Any]) -> Key:
    return found["quarter"], found["organisation"]["code"]


def _shown(found: Mapping[str, Any], sent: Sent, without: Mapping[Key, list[str]]) -> Mapping[str, Any]:
    """A return as the page shows it: what would change, why it cannot be published, and whether it is ticked."""
    publish = next(each for each in found["availableActions"] if each["action"] == "PUBLISH")
    send_back = next(each for each in found["availableActions"] if each["action"] == "RETURN")
    moved = [_words(each) for each in found["changes"] if must_be_seen(each)]
    labelled = _labelled(found)
    named = f"{found['id']}:{found['version']}"
    return {
        **labelled,
        "moved": moved,
        "unanswered": without[_key(found)],
        # What the heading says already has no column.
        "has_others": any(each["organisation"]["code"] != found["organisation"]["code"] for each in moved),
        "has_periods": any(each["period"]["label"] != labelled["quarter"] for each in moved),
        "same": len(found["changes"]) - len(moved),
        "obstacle": None if publish["enabled"] else publish["reason"],
        "can_return": send_back["enabled"],
        "named": named,
        "is_ticked": named in sent.fields.getlist("return"),
    }


def _labelled(found: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**found, "quarter": parsed(found["quarter"]).label}


def _words(change: Mapping[str, Any]) -> Mapping[str, Any]:
    """A change with its values as a template words them: `was` and `will_be` are None where there is none."""
    figure, entry = change["figure"] or {}, change["entry"] or {}
    was, will_be = change["before"], change["after"]
    return {
        **change,
        "was": None if was is None else {"value": was, "qualifier": figure.get("qualifier", "EXACT")},
        "will_be": None if will_be is None else {"value": will_be, "qualifier": entry.get("qualifier", "EXACT")},
        "why": entry.get("reason"),
    }


async def _names(request: Request, ids: list[str]) -> list[str]:
    """What some returns are called; those that cannot be seen have no name."""
    found = (await read(request, _NAMES, ids=ids))["nodes"] if ids else []
    return [f"{each['title']} ({each['organisation']['name']})" if each else "A return" for each in found]
