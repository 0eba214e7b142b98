"""A Parquet file, opened with pyarrow and read a few rows at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from features.errors import BadInput
from pipeline.sources import file_set
from pipeline.sources.library_faults import told

ROWS = 100  # that are read at once


@contextmanager
def opened(where: str, file: Path | IO[bytes]) -> Iterator[Any]:
    """The open file. Raises BadInput where it is damaged, now or later in the block.

    where: the file, for messages.
    """
    with told(where, "Parquet", "fetch it again"):
        from pyarrow.parquet import ParquetFile

        with ParquetFile(file, page_checksum_verification=True) as parquet:
            check_sizes(where, parquet.metadata)
            yield parquet


def check_sizes(where: str, metadata: Any) -> None:
    """Raise BadInput where a piece that is read at once is too large."""
    for k in range(metadata.num_row_groups):
        # The sizes of single columns are not asked for: in a damaged file that ends the process.
        if metadata.row_group(k).total_byte_size > file_set.MAX_BYTES:
            raise BadInput(
                f"{where}: has a row group of more than {file_set.MAX_BYTES >> 30} GB: write it "
                "with smaller ones (row_group_size=100)"
            )


def batches(file: Any, columns: list[str]) -> Iterator[Any]:
    """The rows of an open file, ROWS at once: what it has once may stand in every row."""
    return file.iter_batches(batch_size=ROWS, columns=columns, use_threads=False)
