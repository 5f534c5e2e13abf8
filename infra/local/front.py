"""A proxy that gives the emulator's API a short address, such as http://127.0.0.1:8000/.

Requests go to the emulator's API Gateway and responses come back unchanged.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

# Connection-specific headers (RFC 9110, section 7.6.1), and the host.
_PER_CONNECTION = {"connection", "keep-alive", "te", "transfer-encoding", "upgrade", "host"}
_TIMEOUT_SECONDS = 40


def require_free(port: int) -> None:
    """Raise ``OSError`` with a sentence if a program has the loopback port; 0 is always free."""
    with socket.socket() as probe:
        # As the server does: a port whose last connections are closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise OSError(
                f"Port {port} cannot be used ({error.strerror}); "
                "choose another: make serve PORT=8001"
            ) from error


@contextlib.contextmanager
def front(api_url: str, port: int) -> Iterator[str]:
    """Serve on a loopback port (0: a free one) and yield the address. Raises ``OSError``."""
    target = urlsplit(api_url)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Send each response in one packet: without these two, each takes 88 ms instead of 0.5.
        wbufsize = -1
        disable_nagle_algorithm = True

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kept = {n: v for n, v in self.headers.items() if n.lower() not in _PER_CONNECTION}
            connection = HTTPConnection(str(target.hostname), target.port, _TIMEOUT_SECONDS)
            try:
                connection.request(self.command, target.path + self.path, body, kept)
                response = connection.getresponse()
                answer = response.read()
            except (OSError, HTTPException) as error:
                self.send_error(502, explain=type(error).__name__)
                return
            finally:
                connection.close()
            self.send_response_only(response.status)
            for name, value in response.getheaders():
                if name.lower() not in _PER_CONNECTION | {"content-length"}:
                    self.send_header(name, value)
            length = response.getheader("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_HEAD = do_PATCH = forward  # noqa: N815

        def log_message(self, *values: object) -> None:
            """Log nothing: the emulator logs requests."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
