"""The Strawberry types of the contract, in the order in which they depend on each other."""
