"""The one exception that means: the user's data or settings are at fault, not the program."""


class BadInput(ValueError):  # noqa: N818
    """Bad data or a bad setting: one line that says which, what is wrong, and what to do."""
