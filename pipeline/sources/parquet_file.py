"""A Parquet file, opened with pyarrow; what goes wrong with it is said in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from features.errors import BadInput
from pipeline.runtime.messages import shown


def opened(path: Path) -> Any:
    """The file. Raises BadInput where it is damaged, or pyarrow is not installed."""
    try:
        from pyarrow import parquet
    except ImportError:
        raise BadInput(
            f"{shown(str(path))}: reading Parquet needs one more package: pip install '.[formats]'"
        ) from None
    with reading(path):
        return parquet.ParquetFile(path, page_checksum_verification=True)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """What pyarrow raises in the block becomes BadInput."""
    from pyarrow import ArrowException

    try:
        yield
    except BadInput:
        raise
    except (ArrowException, OSError, ValueError) as failure:  # the last for names in no UTF-8
        raise BadInput(
            f"{shown(str(path))}: cannot be read as Parquet "
            f"({' '.join(str(failure).split())}): fetch it again"
        ) from None
