"""One file from the network: whole, with the right checksum, or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pooch
import requests

from features.errors import BadInput
from pipeline.runtime.progress import progress
from pipeline.runtime.store import naming

CHUNK_BYTES = 2**16  # at most so much of an interrupted download is lost
TIMEOUT_SECONDS = 30  # without a byte from the server


def fetch(url: str, md5: str, folder: Path, name: str) -> Path:
    """The path of the file at `url` in `folder`, downloaded unless a copy lies there already.

    An interrupted download leaves a `.partial` file, from which the next one goes on. There is
    one attempt, never a row of them. Raises BadInput, which says how to do without the network.
    """
    file = folder / url.rsplit("/", 1)[-1]
    if file.exists():
        found = pooch.file_hash(str(file), alg="md5")
        if found != md5:
            raise BadInput(
                f"data {name}: {file} has the MD5 checksum {found} and not {md5}: delete it, and "
                "it is downloaded anew"
            )
        return file
    by_hand = f"or download {url} by hand and put it at {file}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        pooch.retrieve(
            url, known_hash=f"md5:{md5}", fname=file.name, path=folder, downloader=resume
        )
    except requests.RequestException as failure:
        raise BadInput(
            f"data {name}: the download stopped ({reason(failure)}): run again to go on with it, "
            + by_hand
        ) from None
    except ValueError as mismatch:  # pooch has removed the file
        if "hash" not in str(mismatch):
            raise
        raise BadInput(
            f"data {name}: what {url} sent has not the MD5 checksum {md5} and was thrown away: "
            f"run again, {by_hand}"
        ) from None
    return file


def resume(url: str, output: str, _: object) -> None:
    """Download to `output`, going on where an earlier attempt stopped (a downloader of pooch)."""
    target = Path(output)
    partial = target.parent / (url.rsplit("/", 1)[-1] + ".partial")
    have = partial.stat().st_size if partial.exists() else 0
    with open_from(url, have) as response:
        if have and response.status_code != requests.codes.partial_content:
            have = 0  # the server sends the whole file, or knows nothing beyond what is there
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
    # Compressed on the way, lengths and positions would not be those of the file.
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
    """The innermost cause: what wraps it is several lines of Python."""
    response = failure.response
    if response is not None:
        return f"the server says {response.status_code} {response.reason}"
    cause: BaseException = failure
    while cause.__context__ is not None:
        cause = cause.__context__
    return " ".join(str(cause).split()) or type(cause).__name__
