"""The official archive, in small, from a server on this machine that misbehaves on demand."""

import hashlib
import io
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from support.mistakes import refused

from pipeline.sources import cifar10, download

NAMES = ["bird", "cat", "airplane"]  # not sorted: labels must follow their names
TRAIN, TEST = 5, 4  # images in a batch


def record(label: int, value: int) -> bytes:
    """Red is `value` but for its second pixel (one to the right), green 100, blue 200."""
    red = bytearray([value] * 1024)
    red[1] = 255
    return bytes([label]) + bytes(red) + bytes([100] * 1024) + bytes([200] * 1024)


def archive(extra: bytes = b"", names=NAMES) -> bytes:
    files = {f"data_batch_{b}.bin": TRAIN for b in range(1, 6)} | {"test_batch.bin": TEST}
    contents = {
        name: b"".join(record(i % 3, 10 * b + i) for i in range(n))
        for b, (name, n) in enumerate(files.items())
    }
    contents["data_batch_1.bin"] += extra
    contents["batches.meta.txt"] = ("\n".join(names) + "\n\n").encode()
    contents["readme.html"] = b"<html>"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, data in contents.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


class Server:
    """Serves `content`; stops after `stop_after` bytes; knows Range unless told otherwise."""

    def __init__(self):
        self.content, self.stop_after, self.knows_ranges, self.status = b"", None, True, 200
        self.requests: list[str | None] = []

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        wanted = handler.headers.get("Range")
        self.requests.append(wanted)
        start = int(wanted.split("=")[1].rstrip("-")) if wanted and self.knows_ranges else 0
        status = 206 if start else self.status
        if start >= len(self.content):
            status, body = 416, b""
        else:
            body = self.content[start:]
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: self.stop_after])


@pytest.fixture
def server():
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            state.answer(self)

        def log_message(self, *_):
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{web.server_port}/cifar-10-binary.tar.gz"
    yield state
    web.shutdown()
    web.server_close()


def md5(data: bytes) -> str:
    return hashlib.md5(data).hexdigest()


def fetch(server, folder, content=None):
    return cifar10.official(folder, server.url, md5(content or server.content))


def fails(server, folder, *words, **options) -> None:
    with refused(*words):
        fetch(server, folder, **options)


def test_pixels_labels_and_splits(server, tmp_path):
    server.content = archive()
    source = fetch(server, tmp_path / "data")
    n = 5 * TRAIN + TEST
    assert source.classes == ["airplane", "bird", "cat"]
    files, labels, splits, groups = zip(*source.records(np.arange(n)), strict=True)
    assert source.n == n
    assert splits == ("train",) * 5 * TRAIN + ("test",) * TEST
    assert groups == tuple(range(n))
    assert len(set(files)) == n
    order = np.arange(n)[::-1]
    found = {}
    for i, file, image in source.images(order):
        assert file == files[order[i]]
        found[order[i]] = image
    for position in range(n):
        batch, i = divmod(position, TRAIN)
        assert source.classes[labels[position]] == NAMES[i % 3]
        expected = np.empty((32, 32, 3), np.uint8)
        expected[:] = 10 * batch + i, 100, 200
        expected[0, 1, 0] = 255
        np.testing.assert_array_equal(found[position], expected)
    assert source.sha256() == hashlib.sha256(server.content).hexdigest()
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["cifar-10-binary.tar.gz"]


def test_a_copy_that_lies_there_is_used(server, tmp_path):
    server.content = archive()
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(server.content)
    fetch(server, tmp_path)
    assert server.requests == []


def test_a_wrong_copy_is_neither_used_nor_removed(server, tmp_path):
    server.content = archive()
    copy = tmp_path / "cifar-10-binary.tar.gz"
    copy.write_bytes(b"half")
    fails(server, tmp_path, str(copy), "MD5", "delete it")
    assert copy.read_bytes() == b"half"
    assert server.requests == []


def test_wrong_checksum_leaves_nothing_behind(server, tmp_path):
    server.content = archive()
    fails(server, tmp_path, "MD5", server.url, "by hand", content=b"other")
    assert list(tmp_path.iterdir()) == []
    assert len(server.requests) == 1


@pytest.mark.parametrize("knows_ranges", [True, False])
def test_truncated_then_resumed(server, tmp_path, monkeypatch, knows_ranges):
    monkeypatch.setattr(download, "CHUNK_BYTES", 20)
    server.content, server.stop_after, server.knows_ranges = archive(), 100, knows_ranges
    file = tmp_path / "cifar-10-binary.tar.gz"
    fails(server, tmp_path, "stopped", "run again", str(file))
    assert not file.exists()
    server.stop_after = None
    assert fetch(server, tmp_path).n == 29
    assert server.requests == [None, "bytes=100-"]  # one attempt each, the second goes on
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_bytes() == server.content


def test_interrupted_by_the_user_then_resumed(server, tmp_path, monkeypatch):
    server.content = archive()
    monkeypatch.setattr(download, "CHUNK_BYTES", 64)

    def interrupted(chunks, *_, **__):
        yield next(iter(chunks))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(download, "progress", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fetch(server, tmp_path)
    assert not (tmp_path / "cifar-10-binary.tar.gz").exists()
    assert fetch(server, tmp_path).n == 29
    assert server.requests == [None, "bytes=64-"]


def test_a_partial_file_of_another_archive_is_found_out(server, tmp_path):
    server.content = archive()
    (tmp_path / "cifar-10-binary.tar.gz.partial").write_bytes(b"x" * 50)
    fails(server, tmp_path, "MD5", "run again")
    assert fetch(server, tmp_path).n == 29


def test_a_partial_file_that_is_already_too_long(server, tmp_path):
    server.content = archive()
    (tmp_path / "cifar-10-binary.tar.gz.partial").write_bytes(server.content + b"x")
    assert fetch(server, tmp_path).n == 29


def test_server_errors_and_no_server(server, tmp_path):
    server.content, server.status = b"gone", 404
    fails(server, tmp_path, "404", "by hand")
    assert len(server.requests) == 1
    assert list(tmp_path.iterdir()) == []
    server.url = "http://127.0.0.1:9/cifar-10-binary.tar.gz"
    fails(server, tmp_path, "stopped", "by hand", str(tmp_path / "cifar-10-binary.tar.gz"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [archive(extra=b"odd"), archive(names=NAMES[:2]), b"not an archive", archive()[:-400]],
    ids=["records", "names", "no archive", "truncated"],
)
def test_an_archive_of_the_right_checksum_but_the_wrong_format(server, tmp_path, content):
    server.content = content
    fails(server, tmp_path, "cifar-10-binary.tar.gz")
