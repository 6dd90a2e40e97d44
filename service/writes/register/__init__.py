"""What figures are judged by: targets, metrics, the dates of quarters, and where process limits are recalculated."""
