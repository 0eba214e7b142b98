"""The exception for an image that cannot be turned into pixels."""


class UndecodableError(Exception):
    """This image cannot be turned into pixels; the message says why, and not which image."""
