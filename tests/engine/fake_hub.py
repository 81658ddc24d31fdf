"""A fake hub on this machine: the two requests by which huggingface_hub brings a file, from folders."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILE = re.compile(r"/([^/]+/[^/]+)/resolve/[^/]+/(.+)")


class FakeHub(ThreadingHTTPServer):
    """Serves ``root/OWNER/NAME/*`` as the hub does; `status` other than 200 is the answer to everything."""

    def __init__(self, root: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.root, self.status = root, 200
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: FakeHub

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        found = FILE.fullmatch(self.path)
        path = None if found is None else self.server.root / found[1] / found[2]
        if self.server.status != 200:
            self._send(self.server.status, b"", body)
        elif path is None or not path.parent.is_dir():
            self._send(401, b"", body, "RepoNotFound")
        elif not path.is_file():
            self._send(404, b"", body, "EntryNotFound")
        else:
            self._send(200, path.read_bytes(), body)

    def _send(self, status: int, content: bytes, body: bool, error: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha1(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        if error:
            self.send_header("X-Error-Code", error)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr."""


@contextmanager
def fake_hub(root: Path) -> Iterator[FakeHub]:
    hub = FakeHub(root)
    threading.Thread(target=hub.serve_forever, daemon=True).start()
    try:
        yield hub
    finally:
        hub.shutdown()
        hub.server_close()
