"""An entry has its qualifier, confidence limits, whether it is provisional, and the source that it was printed in."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_FINITE = "{0} NOT IN ('NaN', 'Infinity', '-Infinity')"
_CHECKS = {
    "qualifier_is_known": "qualifier IN ('EXACT', 'MORE_THAN', 'LESS_THAN', 'APPROXIMATELY')",
    "lower_confidence_limit_is_finite": _FINITE.format("lower_confidence_limit"),
    "upper_confidence_limit_is_finite": _FINITE.format("upper_confidence_limit"),
}
_NEW: dict[str, Any] = {
    "lower_confidence_limit": sa.Numeric(),
    "upper_confidence_limit": sa.Numeric(),
    "source_title": sa.Text(),
    "source_reference": sa.Text(),
}
_NEW_WITH_DEFAULT: dict[str, tuple[Any, str]] = {
    "qualifier": (sa.Text(), "'EXACT'"),
    "is_provisional": (sa.Boolean(), "false"),
}


def upgrade() -> None:
    for name, kind in _NEW.items():
        op.add_column("submission_entry", sa.Column(name, kind, nullable=True))
    for name, (kind, default) in _NEW_WITH_DEFAULT.items():
        op.add_column("submission_entry", sa.Column(name, kind, server_default=sa.text(default), nullable=False))
    for name, check in _CHECKS.items():
        op.execute(f"ALTER TABLE submission_entry ADD CONSTRAINT ck_submission_entry_{name} CHECK ({check}) NOT VALID")


def downgrade() -> None:
    for name in (*_NEW, *_NEW_WITH_DEFAULT):
        op.drop_column("submission_entry", name)
