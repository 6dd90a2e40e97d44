"""What makes a change trustworthy: who acts, what they may do, the audit and its chain, and one effect for each key."""
