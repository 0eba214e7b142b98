"""A file from a server on this machine that misbehaves: fetched whole and right, or not at all."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from support.mistakes import refused

from pipeline.sources import download

NAME = "cifar-10-binary.tar.gz"
CONTENT = bytes(range(256)) * 2


class Server:
    """Serves `content`; stops after `stop_after` bytes; knows Range unless told otherwise."""

    def __init__(self):
        self.content, self.stop_after, self.knows_ranges, self.status = CONTENT, None, True, 200
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
    state.url = f"http://127.0.0.1:{web.server_port}/{NAME}"
    yield state
    web.shutdown()
    web.server_close()


def fetch(server, folder, content=None, kind="md5") -> Path:
    """Fetch with the checksum of `content`, or of what the server has; it is whole and right."""
    digest = hashlib.new(kind, content or server.content).hexdigest()
    file = download.fetch(server.url, f"{kind}:{digest}", folder, name="cifar10")
    assert file.read_bytes() == server.content
    return file


def fails(server, folder, *words, **options) -> None:
    with refused(*words):
        fetch(server, folder, **options)


@pytest.mark.parametrize("kind", ["md5", "sha256"])
def test_a_file_is_fetched_once(server, tmp_path, kind):
    assert fetch(server, tmp_path / "data", kind=kind) == tmp_path / "data" / NAME
    assert [file.name for file in (tmp_path / "data").iterdir()] == [NAME]
    fetch(server, tmp_path / "data", kind=kind)
    assert server.requests == [None]


def test_a_copy_that_lies_there_is_used(server, tmp_path):
    (tmp_path / NAME).write_bytes(server.content)
    fetch(server, tmp_path)
    assert server.requests == []


def test_a_wrong_copy_is_neither_used_nor_removed(server, tmp_path):
    copy = tmp_path / NAME
    copy.write_bytes(b"half")
    fails(server, tmp_path, str(copy), "MD5", "delete it")
    fails(server, tmp_path, str(copy), "SHA-256", "delete it", kind="sha256")
    assert copy.read_bytes() == b"half"
    assert server.requests == []


def test_wrong_checksum_leaves_nothing_behind(server, tmp_path):
    fails(server, tmp_path, "MD5", server.url, "by hand", content=b"other")
    assert list(tmp_path.iterdir()) == []
    assert len(server.requests) == 1


@pytest.mark.parametrize("knows_ranges", [True, False])
def test_truncated_then_resumed(server, tmp_path, monkeypatch, knows_ranges):
    monkeypatch.setattr(download, "CHUNK_BYTES", 20)
    server.stop_after, server.knows_ranges = 100, knows_ranges
    file = tmp_path / NAME
    fails(server, tmp_path, "stopped", "run again", str(file))
    assert not file.exists()
    server.stop_after = None
    fetch(server, tmp_path)
    assert server.requests == [None, "bytes=100-"]  # one attempt each, the second goes on
    assert list(tmp_path.iterdir()) == [file]


def test_interrupted_by_the_user_then_resumed(server, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "CHUNK_BYTES", 64)

    def interrupted(chunks, *_, **__):
        yield next(iter(chunks))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(download, "progress", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fetch(server, tmp_path)
    assert not (tmp_path / NAME).exists()
    fetch(server, tmp_path)
    assert server.requests == [None, "bytes=64-"]


def test_a_partial_file_of_another_archive_is_found_out(server, tmp_path):
    (tmp_path / f"{NAME}.partial").write_bytes(b"x" * 50)
    fails(server, tmp_path, "MD5", "run again")
    fetch(server, tmp_path)


def test_a_partial_file_that_is_already_too_long(server, tmp_path):
    (tmp_path / f"{NAME}.partial").write_bytes(server.content + b"x")
    fetch(server, tmp_path)


def test_server_errors_and_no_server(server, tmp_path):
    server.content, server.status = b"gone", 404
    fails(server, tmp_path, "404", "by hand")
    assert len(server.requests) == 1
    assert list(tmp_path.iterdir()) == []
    server.url = "http://127.0.0.1:9/cifar-10-binary.tar.gz"
    fails(server, tmp_path, "stopped", "by hand", str(tmp_path / NAME))
    assert list(tmp_path.iterdir()) == []
