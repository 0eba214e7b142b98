"""What a user did wrong, and how it is told."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from features.errors import BadInput


@contextmanager
def refused(*words: str) -> Iterator[pytest.ExceptionInfo[BadInput]]:
    """The block raises BadInput, in one line that has all of `words` in it."""
    with pytest.raises(BadInput) as caught:
        yield caught
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message
