"""Download a file: whole and with the right checksum, or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pooch
import requests

from features.errors import BadInput
from pipeline.runtime.progress import progress
from pipeline.runtime.store import naming

KINDS = {"md5": "MD5", "sha256": "SHA-256"}  # of checksums, as they stand before the colon
CHUNK_BYTES = 2**16  # what an interrupted download loses at most
TIMEOUT_SECONDS = 30  # for how long the server may send nothing


def fetch(url: str, checksum: str, folder: Path, name: str) -> Path:
    """Download the file at `url` to `folder`, unless it lies there already, and return its path.

    An interrupted download leaves a `.partial` file, from which the next call goes on. Each call
    makes one attempt. checksum: such as md5:c32a... name: the data set, for messages. Raises
    BadInput where the download fails or the checksum is wrong; the message says how to do without
    the network, or what to delete.
    """
    file = folder / url.rsplit("/", 1)[-1]
    if file.exists():
        found = checksum_of(file, checksum)
        if found != checksum:
            raise BadInput(
                f"data {name}: {file} has the {spelt(found)} and not "
                f"{checksum.partition(':')[2]}: delete it, and it is downloaded anew"
            )
        return file
    by_hand = f"or download {url} by hand and put it at {file}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        pooch.retrieve(url, known_hash=checksum, fname=file.name, path=folder, downloader=resume)
    except requests.RequestException as failure:
        raise BadInput(
            f"data {name}: the download stopped ({reason(failure)}): run again to go on with it, "
            + by_hand
        ) from None
    except ValueError as mismatch:  # pooch has deleted the file
        if "hash" not in str(mismatch):
            raise
        raise BadInput(
            f"data {name}: what {url} sent has not the {spelt(checksum)} and was thrown away: "
            f"run again, {by_hand}"
        ) from None
    return file


def checksum_of(file: Path, like: str) -> str:
    """The checksum of a file, of the same kind as `like`, such as md5:c32a..."""
    kind = like.partition(":")[0]
    return f"{kind}:{pooch.file_hash(str(file), alg=kind)}"


def spelt(checksum: str) -> str:
    """Such as: MD5 checksum c32a..."""
    kind, _, digits = checksum.partition(":")
    return f"{KINDS[kind]} checksum {digits}"


def resume(url: str, output: str, _: object) -> None:
    """Download `url` to `output`, going on where an earlier attempt stopped.

    It is called by pooch, as its `downloader`.
    """
    target = Path(output)
    partial = target.parent / (url.rsplit("/", 1)[-1] + ".partial")
    have = partial.stat().st_size if partial.exists() else 0
    with open_from(url, have) as response:
        if have and response.status_code != requests.codes.partial_content:
            have = 0  # the server cannot go on from there, and sends the whole file
        response.raise_for_status()
        total = have + int(response.headers.get("Content-Length", 0))
        with open(partial, "ab" if have else "wb") as file:
            for chunk in received(response, have, total):
                with naming(partial):
                    file.write(chunk)
    if partial.stat().st_size < total:
        raise requests.ConnectionError("the server closed the connection early")
    partial.replace(target)  # pooch compares the checksum, then moves it to its place


def open_from(url: str, start: int) -> requests.Response:
    """Ask for the file from byte `start` on, or for all of it where it has no such byte."""
    # If the server compressed the data, lengths and positions would not be those of the file.
    headers = {"Accept-Encoding": "identity"}
    resumed = {**headers, "Range": f"bytes={start}-"} if start else headers
    response = requests.get(url, headers=resumed, stream=True, timeout=TIMEOUT_SECONDS)
    if start and response.status_code == requests.codes.requested_range_not_satisfiable:
        response.close()
        response = requests.get(url, headers=headers, stream=True, timeout=TIMEOUT_SECONDS)
    return response


def received(response: requests.Response, have: int, total: int) -> Iterator[bytes]:
    return progress(response.iter_content(CHUNK_BYTES), total - have, "download: bytes", size=len)


def reason(failure: requests.RequestException) -> str:
    """Why a download failed, in one line: the server's answer, or the innermost exception.

    The exceptions around the innermost one add several lines of Python to its message.
    """
    response = failure.response
    if response is not None:
        return f"the server says {response.status_code} {response.reason}"
    cause: BaseException = failure
    while cause.__context__ is not None:
        cause = cause.__context__
    return " ".join(str(cause).split()) or type(cause).__name__
