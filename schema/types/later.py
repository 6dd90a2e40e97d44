"""What fields lead to that is declared after them: figures, series and targets."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.types.paging import Connection

if TYPE_CHECKING:
    from schema.types.figures import Figure
    from schema.types.series import Series
    from schema.types.similar import SimilarPractice
    from schema.types.targets import Target

FigureConnection = Connection[Annotated["Figure", strawberry.lazy("schema.types.figures")]]
OneFigure = Annotated["Figure", strawberry.lazy("schema.types.figures")] | None
SimilarPracticeConnection = Connection[Annotated["SimilarPractice", strawberry.lazy("schema.types.similar")]]
SeriesOfOne = Annotated["Series", strawberry.lazy("schema.types.series")] | None
SeriesList = list[Annotated["Series", strawberry.lazy("schema.types.series")]]
TargetConnection = Connection[Annotated["Target", strawberry.lazy("schema.types.targets")]]
TargetList = list[Annotated["Target", strawberry.lazy("schema.types.targets")]]
