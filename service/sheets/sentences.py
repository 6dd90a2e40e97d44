"""A checked file in sentences, for whoever sends it from the command line."""

from collections.abc import Iterator, Sequence

from service.sheets.cells import Place
from service.sheets.checking import Becomes, Checked
from service.sheets.findings import MergedFinding, merged
from service.sheets.taking import Taken

# Of what is the same for many cells, so many are named; the rest is counted.
_MOST_NAMED = 5
_MOST_LINES = 20


def sentences_of(checked: Checked) -> Iterator[str]:
    """What was understood, what is wrong where, and what publishing would change."""
    purpose, count = checked.purpose, checked.counted
    answers, right = len(checked.answers), len(checked.answers) - count(Becomes.NOT_TAKEN)
    yield (
        f"{purpose.quarter}, {purpose.organisation}: {_answers(answers)}, {right:,} right, "
        f"{checked.reading.empty:,} left empty."
    )
    said = [
        f"{written!r} as {as_} ({cells_of(places)})" for (written, as_), places in checked.reading.understood.items()
    ]
    if said:
        yield f"Understood: {'; '.join(said[:_MOST_LINES])}{_more(said)}."
    yield from map(sentence_of, merged(checked.findings))
    changed = [each for each in checked.answers if each.becomes is Becomes.CHANGED]
    yield (
        f"If it is published: {count(Becomes.NEW):,} new, {len(changed):,} changed, {count(Becomes.SAME):,} the same, "
        f"{count(Becomes.NOT_TAKEN):,} not taken."
    )
    for each in changed[:_MOST_LINES]:
        yield f"  {each.line.question}: {each.was_words or 'no figure'}, then {each.words}"
    if len(changed) > _MOST_LINES:
        yield f"  and {len(changed) - _MOST_LINES:,} more"


def outcome_of(taken: Taken | None) -> str:
    """What became of the file, in one sentence."""
    if taken is None:
        return "Nothing was changed: this was a dry run."
    counts = (
        f"{taken.created:,} new, {taken.updated:,} changed, {taken.unchanged:,} the same, {taken.left_out:,} left out"
    )
    status = "" if taken.status is None else taken.status.lower()
    return f"The submission is {status}: {counts}." if status != "draft" else "The draft is saved."


def sentence_of(finding: MergedFinding) -> str:
    """A finding with its cells, what to do about it, and its code."""
    where = f"{cells_of(finding.places)}: " if finding.places else ""
    about = f"{finding.questions[0]}. " if len(finding.questions) == 1 else ""
    return f"{where}{about}{finding.message} {finding.remedy} ({finding.code})"


def cells_of(places: Sequence[Place]) -> str:
    """Cells by their addresses, under the name of their sheet; the first ones, where they are many."""
    shown = places[:_MOST_NAMED]
    sheets = dict.fromkeys(place.sheet for place in shown)
    named = "; ".join(
        f"{sheet} {', '.join(place.address for place in shown if place.sheet == sheet)}" for sheet in sheets
    )
    return f"{named} and {len(places) - len(shown):,} more" if len(places) > len(shown) else named


def _answers(count: int) -> str:
    return f"{count:,} answer{'' if count == 1 else 's'}"


def _more(said: Sequence[str]) -> str:
    return f"; and {len(said) - _MOST_LINES:,} more" if len(said) > _MOST_LINES else ""
