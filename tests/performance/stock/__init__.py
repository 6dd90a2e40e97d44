"""A peer: the same documents through stock Strawberry, with data loaders over the SQLModel async session."""
