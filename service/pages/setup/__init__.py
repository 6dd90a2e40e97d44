"""What is measured and asked for, set up by an administrator: measures, themes, and who is asked in which quarters."""
