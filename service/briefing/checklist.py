"""What to look at before a paper is frozen: what stops that, and what its readers might ask about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schema.enumerations import DataQualityState, TargetStatus
from schema.periods import parsed

# Where the narrative about the whole paper stands.
SUMMARY = "Summary"
_NEEDS_ACTION = {
    TargetStatus.MISSED: "missed its target",
    TargetStatus.LOST: "no longer meets its target",
    TargetStatus.DETERIORATING: "is getting worse",
}
_NOT_JUDGED = (TargetStatus.NO_DATA, TargetStatus.NOT_ASSESSABLE)
# What the title block asks for, in words.
_BLOCK = {
    "addressedTo": "who it is for",
    "sentFrom": "who it is from",
    "datedOn": "its date",
    "recommendation": "what the committee is asked to do",
}


@dataclass(frozen=True)
class Check:
    """Something to do, or to look at: its code in `schema.errors`, and the sentence."""

    code: str
    message: str
    blocks: bool


def checks(
    content: Mapping[str, Any],
    paper: Mapping[str, Any],
    narratives: Sequence[Mapping[str, Any]],
    actions: Sequence[Mapping[str, Any]],
) -> list[Check]:
    """The checklist of a paper: first what stops it from being frozen. All four are as GraphQL answers them."""
    of_each = (
        _title_block(paper),
        _without_action(content["targets"], actions),
        _no_summary(narratives),
        _unchanged(narratives, str(paper["quarter"])),
        _not_judged(content["targets"]),
        (Check("paper/doubt", with_outcome(doubt), blocks=False) for doubt in content["doubts"]),
    )
    return [check for found in of_each for check in found]


# What has become of a doubt, as a paper says it after the doubt. What is open needs no words.
_OUTCOMES = {
    DataQualityState.INVESTIGATING: "It is being looked into",
    DataQualityState.EXPLAINED: "Explained",
    DataQualityState.WILL_NOT_BE_FIXED: "It will not be fixed",
}


def with_outcome(doubt: Mapping[str, Any]) -> str:
    """A doubt as a paper says it, with what has become of it where somebody has said so."""
    issue = doubt.get("issue")
    if not issue or issue["state"] not in _OUTCOMES:
        return str(doubt["message"])
    words = _OUTCOMES[DataQualityState(issue["state"])]
    return f"{doubt['message']} {words}: {issue['comment']}" if issue["comment"] else f"{doubt['message']} {words}."


def needs_action(targets: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The targets that a paper must ask an action for: missed, lost or getting worse."""
    return [target for target in targets if TargetStatus(target["status"]) in _NEEDS_ACTION]


def _title_block(paper: Mapping[str, Any]) -> Iterator[Check]:
    missing = [words for name, words in _BLOCK.items() if not paper[name]]
    if missing:
        listed = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
        yield Check("paper/title-block", f"The paper does not say {listed}.", blocks=True)


def _without_action(targets: Sequence[Mapping[str, Any]], actions: Sequence[Mapping[str, Any]]) -> Iterator[Check]:
    with_action = {action["metric"]["code"] for action in actions if action["metric"]}
    for target in needs_action(targets):
        if target["metricCode"] not in with_action:
            what = _NEEDS_ACTION[TargetStatus(target["status"])]
            message = f"{target['metricName']} of {target['organisationName']} {what}, and no action is asked for."
            yield Check("paper/no-action", message, blocks=True)


def _no_summary(narratives: Sequence[Mapping[str, Any]]) -> Iterator[Check]:
    if not any(each["section"] == SUMMARY and each["words"] for each in narratives):
        yield Check("paper/no-summary", "The paper has no summary of what changed and why.", blocks=False)


def _unchanged(narratives: Sequence[Mapping[str, Any]], quarter: str) -> Iterator[Check]:
    for each in narratives:
        if each["quarter"] != quarter and each["words"]:
            last = parsed(each["quarter"]).label
            message = f"The narrative of “{each['section']}” is unchanged since the paper for {last}."
            yield Check("paper/unchanged", message, blocks=False)


def _not_judged(targets: Iterable[Mapping[str, Any]]) -> Iterator[Check]:
    """The measures whose targets have no figure, or none that can be judged; each once."""
    names = list(dict.fromkeys(each["metricName"] for each in targets if each["status"] in _NOT_JUDGED))
    if names:
        what = "A target" if len(names) == 1 else f"Targets of {len(names)} measures"
        yield Check("paper/not-judged", f"{what} cannot be judged yet: {', '.join(names)}.", blocks=False)
