"""A drawing for each status of a target, to stand next to its words: each has a shape of its own, not only a colour."""

from collections.abc import Mapping

from schema.enumerations import Assurance, TargetStatus, Variation

# Parts of an SVG of 24 by 24.
_LINE = 'fill="none" stroke="#fff" stroke-width="3"'
_DISC = '<circle cx="12" cy="12" r="11" fill="{0}"/>'
_TICK = f'{_DISC.format("#007f3b")}<path d="M6 12l4 4 8-8" {_LINE}/>'
_ARROW = f'{_DISC.format("#005eb8")}<path d="M7 17L17 7M9 7h8v8" {_LINE}/>'
_DASH = f'{_DISC.format("#4c6272")}<path d="M6 12h12" {_LINE}/>'
_CROSS = f'<path d="M7 1h10l6 6v10l-6 6H7l-6-6V7z" fill="#d5281b"/><path d="M8 8l8 8M16 8l-8 8" {_LINE}/>'
_WARNING = (
    '<path d="M12 1l11 21H1z" fill="#ffeb3b" stroke="#212b32"/>'
    '<path d="M12 8v7M12 17v3" stroke="#212b32" stroke-width="3"/>'
)
ICONS: Mapping[TargetStatus, str] = {
    TargetStatus.MET: _TICK,
    TargetStatus.MET_AT_RISK: _TICK,
    TargetStatus.LOST: _CROSS,
    TargetStatus.ON_TRACK: _ARROW,
    TargetStatus.ACCELERATE: _WARNING,
    TargetStatus.LIMITED: _WARNING,
    TargetStatus.DETERIORATING: _CROSS,
    TargetStatus.MISSED: _CROSS,
    TargetStatus.NO_DATA: _DASH,
    TargetStatus.NOT_ASSESSABLE: _DASH,
}

# As in our charts: a blue triangle is better, an orange square is worse, and grey is neither.
_LETTER = '<path d="{0}" fill="none" stroke="#fff" stroke-width="2.5"/>'
_BETTER, _WORSE, _NEITHER = "#005eb8", "#c84e00", "#4c6272"
_TRIANGLE = f'<path d="M12 1l11 21H1z" fill="{_BETTER}"/>'
_SQUARE = f'<rect x="1" y="1" width="22" height="22" fill="{_WORSE}"/>'
_GREY = _DISC.format(_NEITHER)
_UP, _DOWN = "M12 18V7M7 12l5-5 5 5", "M12 6v11M7 12l5 5 5-5"
# Each with its words: how the latest figures move, and whether the target is within what chance allows.
VARIATIONS: Mapping[Variation, tuple[str, str]] = {
    Variation.IMPROVEMENT: (_TRIANGLE, "better, and more than chance explains"),
    Variation.CONCERN: (_SQUARE, "worse, and more than chance explains"),
    Variation.NEUTRAL_HIGH: (_GREY + _LETTER.format(_UP), "higher, and more than chance explains"),
    Variation.NEUTRAL_LOW: (_GREY + _LETTER.format(_DOWN), "lower, and more than chance explains"),
    Variation.COMMON_CAUSE: (_GREY + _LETTER.format("M4 14l4-4 4 4 4-4 4 4"), "no more than chance explains"),
    Variation.NOT_ASSESSABLE: (_DASH, "too few figures to say"),
}
ASSURANCES: Mapping[Assurance, tuple[str, str]] = {
    Assurance.CONSISTENTLY_PASS: (
        _TRIANGLE + _LETTER.format("M8 16l3 3 6-7"),
        "the target will be met unless things change",
    ),
    Assurance.CONSISTENTLY_FAIL: (
        _SQUARE + _LETTER.format("M7 7l10 10M17 7L7 17"),
        "the target will be missed unless things change",
    ),
    Assurance.INCONSISTENT: (_GREY + _LETTER.format("M8 9a4 4 0 1 1 4 5v2M12 18v2"), "the target may be met or missed"),
    Assurance.NOT_ASSESSABLE: (_DASH, "cannot be assessed"),
}
