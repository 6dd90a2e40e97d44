"""What the tracker does with the data that `schema` declares."""
