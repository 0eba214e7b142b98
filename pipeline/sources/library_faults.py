"""What goes wrong in a library that reads a file, said to the user in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

from features.errors import BadInput


@contextmanager
def told(
    where: str, form: str, again: str = "save it again", instead: str = "save it in another form"
) -> Iterator[None]:
    """Whatever is raised in the block becomes BadInput: the file is damaged, or a package missing.

    where: the file. form: what it is read as. again: what to do about damage. instead: what to do
    without the package.
    """
    try:
        yield
    except BadInput:
        raise
    except ImportError:
        raise BadInput(
            f"{where}: reading {form} needs one more package: pip install '.[formats]', or "
            f"{instead}"
        ) from None
    # A damaged file makes libraries raise nearly any exception; to the user all mean the same.
    except Exception as failure:
        reason = " ".join(str(failure).split()) or type(failure).__name__
        raise BadInput(f"{where}: cannot be read as {form} ({reason}): {again}") from None
