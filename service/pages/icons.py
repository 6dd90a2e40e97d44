"""A drawing for each status of a target, to stand next to its words: each has a shape of its own, not only a colour."""

from collections.abc import Mapping

from schema.enumerations import TargetStatus

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
