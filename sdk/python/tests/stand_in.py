"""A server whose answers are told in advance, for what a real one does not do on demand."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answer:
    """`body` is JSON, bytes as they are, or a generator of bytes that are sent as they come."""

    def __init__(self, status=200, body=None, headers=None, before=None, cut=0):
        self.status, self.body, self.headers = status, {} if body is None else body, headers or {}
        self.before = before
        """Called before anything is sent."""
        self.cut = cut
        """Bytes that are promised but never come."""


class Request:
    def __init__(self, handler):
        length = int(handler.headers.get("Content-Length") or 0)
        self.method, self.path, self.headers = handler.command, handler.path, handler.headers
        self.body = json.loads(handler.rfile.read(length)) if length else None


class StandIn:
    """Answers in order, the last one for ever after; remembers every request."""

    def __init__(self, *answers):
        self.requests = []
        self.release = threading.Event()
        """Set at the end, so that no answer hangs longer than its test."""
        self._answers = list(answers) or [Answer()]
        self._lock = threading.Lock()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                stand_in._answer(self)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def _answer(self, handler):
        request = Request(handler)
        with self._lock:
            self.requests.append(request)
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if answer.before is not None:
            answer.before()
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        if isinstance(answer.body, (bytes, dict, list, str)):
            data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            handler.send_header("Content-Length", str(len(data) + answer.cut))
            handler.end_headers()
            handler.wfile.write(data)
        else:
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            for piece in answer.body:
                handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                handler.wfile.flush()
            handler.wfile.write(b"0\r\n\r\n")
        handler.close_connection = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.release.set()
        self._server.shutdown()
        self._server.server_close()


LOGGED = {
    "success": True,
    "user_id": 1,
    "interaction_id": 123,
    "learned_facts_count": 2,
    "message": "Interaction logged and processed",
}


def insights(*facts):
    """An answer with facts, each `(value, confidence, evidence_count)`."""
    return {
        "user_id": 1,
        "username": "user123",
        "facts": [
            {"category": "interests", "value": value, "confidence": confidence, "evidence_count": evidence}
            for value, confidence, evidence in facts
        ],
    }
