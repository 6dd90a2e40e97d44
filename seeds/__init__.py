"""What the tracker starts with: the briefing and its organisations as CSV files, and a sandbox that is made up."""
