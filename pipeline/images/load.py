"""Load the images of a source into one array, in random order, and say what was understood."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipeline.images.describe import COLUMNS, describe
from pipeline.images.duplicates import content_of
from pipeline.images.facts import Facts, check_unreadable
from pipeline.images.framing import Frame
from pipeline.images.labels import SKIPPED, write_labels
from pipeline.images.writing import Job, UnequalSizesError, write_images
from pipeline.runtime import stage
from pipeline.runtime.messages import say, shown
from pipeline.runtime.randomness import generator
from pipeline.runtime.store import whole, write_csv, write_json, write_text
from pipeline.sources.registry import open_source
from pipeline.sources.source import Options, Record, Source

USUAL_SIZE = 32  # pixels of the sides, where images differ in size and the config says nothing
NAMED = 5  # classes in the first words, at most
WHITE_16 = 65535  # the 16-bit grey value that is white, unless the range is measured


def load(
    data: str,
    image_size: int,
    reading: dict,
    decoding: dict,
    seed: int,
    threads: int,
    images: Path,
    labels: Path,
    classes: Path,
    checksum: Path,
    understood: Path,
    understood_table: Path,
    form: Path,
) -> int:
    """Decode all images of `data`, the name of a source or the path of a folder or archive.

    reading: fields of `Options`. decoding: resize, range and unreadable, see the config. Writes
    images: uint8 (n, rows, cols, 3) in random order, so that any slice of them is a fair sample;
    labels: a line per image in that order; classes: their names; checksum: the digest of the data;
    understood, understood_table: what was understood of it, to read and as a table; form: the
    form that images were brought to, see `Frame`. With `image_size` 0 images stay as they are if
    all have one size. Returns n. Raises BadInput, and then leaves no file.
    """
    source = open_source(data, Options(seed=seed, **reading))
    say(first_words(data, source))
    positions = np.arange(source.n, dtype=np.int32)
    order = generator(seed, "order of images").permutation(positions)
    with whole(images) as partial:
        job = Job(data, partial, image_size, decoding["resize"], WHITE_16)
        facts, said, frame = decode_all(source, order, job, decoding["range"], threads)
        check_unreadable(data, facts, decoding["unreadable"])
        known = {"data": Path(data).name, "n_images": source.n, "sha256": source.sha256()}
        content = content_of(facts.digests, facts.readable())
        write_labels(labels, marked(source.records(order), facts), content)
        found = describe(data, source, labels, facts, said)
        write_json(classes, list(map(shown, source.classes)))
        write_json(checksum, known)
        write_json(form, frame._asdict())
        write_csv(understood_table, COLUMNS, found.rows)
        write_text(understood, found.in_markdown())
    say(found.plain())
    return source.n


def first_words(data: str, source: Source) -> str:
    """What is known before any image is decoded, which may take a while."""
    named = ", ".join(map(shown, source.classes[:NAMED]))
    more = f" and {len(source.classes) - NAMED:,} more" if len(source.classes) > NAMED else ""
    found = f"{shown(data)}: {source.n:,} images of {len(source.classes):,} classes"
    return " ".join([f"{found}, {named}{more}.", *source.said])


def decode_all(
    source: Source, order: np.ndarray, job: Job, grey: str, threads: int
) -> tuple[Facts, list[str], Frame]:
    """Decode and write all images, again where only the images tell how; with what to say of it,
    and the form that they were brought to.

    grey: "measured" if the largest 16-bit grey value is to be white.
    """
    said = []
    try:
        facts = write_images(source, order, job, threads)
    except UnequalSizesError as unequal:
        said.append(
            f"Images differ in size ({unequal}): each is brought to {USUAL_SIZE} x {USUAL_SIZE} "
            "pixels; image_size sets another size, resize another way."
        )
        job = job._replace(size=USUAL_SIZE)
        facts = write_images(source, order, job, threads)
    if grey == "measured":
        white, measured = measured_white(source, order, facts)
        if 0 < white < WHITE_16:
            job = job._replace(white=white)
            facts = write_images(source, order, job, threads)
        return facts, [*said, measured], job.frame()
    peak = int(facts.peaks.max())
    if 0 < peak <= WHITE_16 // 2:
        said.append(
            f"Warning: 16-bit grey images have values from 0 to {peak} only, of {WHITE_16}, and "
            "are dark: range: measured makes the largest one white."
        )
    return facts, said, job.frame()


def measured_white(source: Source, order: np.ndarray, facts: Facts) -> tuple[int, str]:
    """The largest 16-bit grey value of images that are not known to be test images, and a word.

    Where test images are yet to be drawn, they count as well. 0 if there is no such value.
    """
    if not facts.peaks.any():
        return 0, "There are no 16-bit grey images, of which range: measured would find the range."
    is_test = np.array([record.split == "test" for record in source.records(order)])
    white = int(facts.peaks[~is_test].max(initial=0))
    of = "that are no test images" if is_test.any() else "(test images are yet to be drawn)"
    if not white:
        return 0, f"Of images {of} none is 16-bit grey: range: measured changes nothing."
    return white, f"16-bit grey: the largest value of images {of} is {white}, and is made white."


def marked(records: Iterator[Record], facts: Facts) -> Iterator[Record]:
    """The records of images in the order of the array, those that could not be read marked."""
    unreadable = {row for row, _, _ in facts.unreadable}
    for row, record in enumerate(records):
        yield record._replace(split=SKIPPED) if row in unreadable else record


if __name__ == "__main__":
    stage.main(load)
