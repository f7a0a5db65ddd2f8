"""A web server on this machine that serves one file, as well or as badly as a test wants."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """``content``: the file at any path. ``cut_after``: bytes after which each answer in turn breaks off.

    ``honors_range``: False answers every request with the whole file. ``status``: what to answer instead of the file.
    ``location``: where to redirect to, asked anew for each request. ``asked``: the Range header of every request.
    """

    content: bytes
    port: int = 0
    cut_after: list[int] = field(default_factory=list)
    honors_range: bool = True
    tells_length: bool = True
    status: int | None = None
    location: Callable[[], str] | None = None
    asked: list[str | None] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/models/model.zip"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        wanted = request.headers.get("Range")
        self.asked.append(wanted)
        if self.status is not None:
            request.send_error(self.status)
            return
        if self.location is not None:
            request.send_response(302)
            request.send_header("Location", self.location())
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        first = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and self.honors_range else 0
        if first and first >= len(self.content):
            request.send_error(416)
            return
        request.send_response(206 if first else 200)
        if first:
            request.send_header("Content-Range", f"bytes {first}-{len(self.content) - 1}/{len(self.content)}")
        if self.tells_length:
            request.send_header("Content-Length", str(len(self.content) - first))
        request.end_headers()
        body = self.content[first:]
        request.wfile.write(body[: self.cut_after.pop(0)] if self.cut_after else body)


@contextmanager
def serving(content: bytes) -> Iterator[FileServer]:
    """Serve until the block ends."""
    server = FileServer(content)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class names it so)
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.port = http.server_port
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
