"""Series become pictures: pure functions of what is drawn, by the conventions of Making Data Count."""

from service.charts.model import Chart, ChartPoint, LimitLine, Milestone, Recalculation, TargetLine
from service.charts.series import drawn
from service.charts.svg import svg

__all__ = ["Chart", "ChartPoint", "LimitLine", "Milestone", "Recalculation", "TargetLine", "drawn", "svg"]
