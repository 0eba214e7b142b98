"""The exception for mistakes in the user's data or settings, not in the program."""


class BadInput(ValueError):  # noqa: N818
    """Bad data or a bad setting. The message is one line: which, what is wrong, what to do."""
