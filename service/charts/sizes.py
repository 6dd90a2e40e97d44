"""The sizes that a picture can have, in pixels."""

LEAST_WIDTH, MOST_WIDTH = 280, 2_400
LEAST_HEIGHT, MOST_HEIGHT = 200, 1_600


def within_sizes(width: int, height: int) -> tuple[int, int]:
    """The nearest width and height that a picture can have."""
    return min(max(width, LEAST_WIDTH), MOST_WIDTH), min(max(height, LEAST_HEIGHT), MOST_HEIGHT)
