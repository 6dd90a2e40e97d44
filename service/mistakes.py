"""Something that whoever runs the service can put right: its text is a sentence for them, and there is no traceback."""


class Mistake(Exception):
    """Something that whoever runs the service can put right."""
