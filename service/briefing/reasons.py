"""Why figures changed, from what is on record: corrections, practices that closed, and targets that were changed.

Nothing is concluded: each sentence gives what somebody wrote, or what the register says, with its source.
"""

from collections.abc import Iterator
from itertools import groupby

from schema.computed_inputs.briefing import PaperCorrection
from schema.periods import long_date
from service.briefing import dates
from service.briefing.facts import Aim, Fact, Facts
from service.briefing.wording import Wording, exact, exact_with, joined
from service.statistics import sentences

WHY = "Why figures changed"


def reasons(facts: Facts) -> Iterator[Wording]:
    """A sentence for each practice that closed, then for each correction, then for each change of a target."""
    yield from _closures(facts)
    corrected = {each.key: each for each in facts.corrections}
    for (_, organisation), series in facts.series.items():
        for fact in series:
            if fact.key in corrected and organisation not in facts.elsewhere:
                yield _correction(fact, corrected[fact.key], facts)
    for aim in sorted(facts.aims, key=lambda each: (facts.measures[each.metric].name, facts.names[each.organisation])):
        yield from _changes(aim, facts)


def _closures(facts: Facts) -> Iterator[Wording]:
    """One sentence for all that closed on a day and became the same."""
    for (closed_on, successors), group in groupby(facts.closures, lambda each: (each.closed_on, each.successors)):
        names = _listed([each.name for each in group])
        became = f" and became part of {_listed(list(successors))}" if successors else ""
        yield Wording(f"{names} closed on {long_date(closed_on)}{became} (source: the register of organisations).")


def _correction(fact: Fact, correction: PaperCorrection, facts: Facts) -> Wording:
    of = "" if fact.organisation == facts.board else f", {facts.names[fact.organisation]}"
    source = ", ".join(part for part in (correction.source, correction.reference) if part)
    return joined(
        [
            f"{facts.measures[fact.metric].name}{of}, {dates.when(fact, facts)}: corrected on "
            f"{long_date(correction.on)} from {exact_with(fact, correction.before, correction.qualifier_before)} to ",
            (exact(fact), fact),
            f". {_quoted(correction.reason)} (source: {source}).",
        ]
    )


def _changes(aim: Aim, facts: Facts) -> Iterator[Wording]:
    """How a target was changed, where that changes what it asks for or by when."""
    of = "" if aim.organisation == facts.board else f" of {facts.names[aim.organisation]}"
    for change in aim.changes:
        (_, before), (_, after) = aim.goals.dated[change.revision - 2 : change.revision]
        if sentences.asked(before) != sentences.asked(after):
            way = "lowered" if after.value < before.value else "raised" if after.value > before.value else "changed"
            yield Wording(
                f"The target for {facts.measures[aim.metric].name}{of} was {way} on {long_date(change.on)}, from "
                f"{sentences.asked(before)} to {sentences.asked(after)}. {_quoted(change.reason)} "
                "(source: the record of targets)."
            )


def _quoted(reason: str) -> str:
    """What somebody wrote, as what they wrote."""
    return f"The reason given: “{' '.join(reason.split()).removesuffix('.')}”"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
