"""HTTP: one request, its retries, and what an answer means."""

from __future__ import annotations

import encodings.idna  # noqa: F401  Sockets load it late, which fails in a child forked at that moment.
import http.client
import ipaddress
import json
import logging
import random
import ssl
import time
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime
from typing import Any, Callable, Dict, Mapping, NoReturn, Optional
from urllib.parse import urlencode, urlsplit

from .errors import (
    AuthenticationError,
    ConnectionFailedError,
    LearningError,
    NotFoundError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    ValidationError,
)

logger = logging.getLogger("sdk")

USER_AGENT = "earshot-sdk/0.1.0"
RETRIED = (429, 502, 503, 504)
# Seconds before the first retry; doubled for each later one, up to the second number.
FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0
# A server that asks for more seconds than this is not waited for by a caller: the error says how long it takes.
LONGEST_ASKED = 30.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    # A followed redirect would carry the key to wherever it points.
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def opener_for(url: str) -> urllib.request.OpenerDirector:
    """Opens requests to an address: redirects are errors, and this machine is reached without a proxy."""
    direct = [urllib.request.ProxyHandler({})] if _is_loopback(urlsplit(url).hostname or "") else []
    return urllib.request.build_opener(_NoRedirect, *direct)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def backoff(attempt: int) -> float:
    """Seconds to wait after a failed try (0 is the first), with jitter so that many bots do not come back at once."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt, 10)) * (0.5 + random.random() / 2)


def is_worth_a_retry(error: LearningError) -> bool:
    """Whether the same request may succeed later."""
    if isinstance(error, ConnectionFailedError):
        return error.is_transient
    return error.status in RETRIED


class Transport:
    """Requests to one server. Holds no connection, so threads and forks may share it."""

    def __init__(
        self,
        base_url: str,
        api_key: Optional[str],
        timeout: float,
        retries: int,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.base_url = base_url
        self.timeout = timeout
        self.retries = retries
        self._key = api_key
        self._sleep = sleep
        self._clock = clock
        self._opener = opener_for(base_url)

    def request(
        self,
        method: str,
        path: str,
        query: Optional[Mapping[str, Any]] = None,
        body: Optional[bytes] = None,
        idempotency_key: Optional[str] = None,
        budget: Optional[float] = None,
    ) -> Dict[str, Any]:
        """Sends, and sends again when that may help. `budget` bounds all tries and waits together, in seconds."""
        until = None if budget is None else self._clock() + budget
        attempt = 0
        while True:
            try:
                left = None if until is None else max(0.05, until - self._clock())
                return self.once(method, path, query, body, idempotency_key, left)
            except LearningError as error:
                if attempt >= self.retries or not is_worth_a_retry(error):
                    raise
                asked = getattr(error, "retry_after", None) or 0.0
                wait = max(asked, backoff(attempt))
                if asked > LONGEST_ASKED or (until is not None and self._clock() + wait >= until):
                    raise
                attempt += 1
                logger.debug(
                    "%s %s: try %d of %d in %.1f s", method, path, attempt + 1, self.retries + 1, wait
                )
                self._sleep(wait)

    def once(
        self,
        method: str,
        path: str,
        query: Optional[Mapping[str, Any]] = None,
        body: Optional[bytes] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Dict[str, Any]:
        """Sends one time. Gives the JSON object of a 2xx answer, raises a LearningError for all else."""
        seconds = self.timeout if timeout is None else min(self.timeout, timeout)
        address = self.base_url + path + (f"?{urlencode(query)}" if query else "")
        headers = {"Accept": "application/json", "User-Agent": USER_AGENT}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        started = self._clock()
        what = f"{method} {path}"
        try:
            request = urllib.request.Request(address, data=body, headers=headers, method=method)
            with self._opener.open(request, timeout=seconds) as response:
                status = response.status
                answer = self._read(response, started + seconds)
        except urllib.error.HTTPError as error:
            with error:
                self._refused(what, error, started + seconds)
        except (OSError, http.client.HTTPException) as error:
            raise unreachable(error, what, self.base_url, seconds) from None
        logger.debug("%s -> %d in %d ms", what, status, (self._clock() - started) * 1000)
        try:
            result = json.loads(answer)
        except ValueError:
            result = None
        if not isinstance(result, dict):
            raise LearningError(
                f"{what} was answered with {status}, but not with a JSON object. "
                f"Is {self.base_url} the learning system?",
                status,
                answer.decode("utf-8", "replace"),
            )
        return result

    def _read(self, response: Any, until: float) -> bytes:
        # The time-out of a socket starts anew with every byte that drips in; this one does not.
        # Bytes that are still to come; counted here, since read1 ends quietly when a connection is cut short.
        left = response.length
        chunks = []
        while left != 0:
            chunk = response.read1(65_536 if left is None else min(left, 65_536))
            if not chunk:
                break
            chunks.append(chunk)
            left = None if left is None else left - len(chunk)
            if self._clock() > until:
                raise TimeoutError
        if left:
            raise http.client.IncompleteRead(b"".join(chunks), left)
        return b"".join(chunks)

    def _refused(self, what: str, error: urllib.error.HTTPError, until: float) -> NoReturn:
        try:
            raw = self._read(error.fp, until)
        except (OSError, http.client.HTTPException):
            raw = b""
        logger.debug("%s -> %d", what, error.code)
        text = self._without_key(raw.decode("utf-8", "replace"))
        raise error_for(what, error.code, error.headers, text, self.base_url) from None

    def _without_key(self, text: str) -> str:
        return text if self._key is None else text.replace(self._key, "***")


def unreachable(error: Exception, what: str, base_url: str, seconds: float) -> ConnectionFailedError:
    """The error for a request that got no answer."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError) or type(reason).__name__ == "timeout":
        return RequestTimeoutError(
            f"{what} got no answer from {base_url} within {seconds:g} s. "
            "Is the server busy? LEARNING_TIMEOUT allows more."
        )
    if isinstance(reason, ssl.SSLCertVerificationError):
        return ConnectionFailedError(
            f"The certificate of {base_url} is not trusted: {reason.verify_message}.", False
        )
    said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return ConnectionFailedError(
        f"{what} could not reach {base_url} ({said}). Is the server running there? LEARNING_SYSTEM_URL names another."
    )


def error_for(what: str, status: int, headers: Any, text: str, base_url: str) -> LearningError:
    """The error that a refusal means."""
    try:
        body = json.loads(text)
    except ValueError:
        body = text
    said = body.get("error") or body.get("detail") if isinstance(body, dict) else None
    start = f"{what} was refused with {status}" + (f": {said[:300].rstrip(chr(46))}." if isinstance(said, str) else ".")
    if status in (401, 403):
        return AuthenticationError(
            f"{start} Set WEBHOOK_API_KEY or api_key to a key of {base_url}.", status, body
        )
    if status == 404:
        return NotFoundError(f"{start} Is {base_url} the learning system?", status, body)
    if status == 429:
        wait = _retry_after(headers, body)
        hint = "Send less often." if wait is None else f"Try again in {wait:g} s."
        return RateLimitError(f"{start} {hint}", status, body, wait)
    if status in (400, 413, 422):
        return ValidationError(f"{start} Send other values.", status, body)
    if status >= 500:
        return ServerError(
            f"{start} The log of the server says why.", status, body, _retry_after(headers, body)
        )
    if 300 <= status < 400:
        return LearningError(
            f"{start} Redirects are not followed: use the final address as base_url.", status, body
        )
    return LearningError(start, status, body)


def _retry_after(headers: Any, body: Any) -> Optional[float]:
    """Seconds, from the header (a number or a date) or the body."""
    header: Any = headers.get("Retry-After")
    said: Any
    for said in (header, body.get("retry_after") if isinstance(body, dict) else None):
        try:
            seconds = float(said)
        except (TypeError, ValueError):
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (TypeError, ValueError, IndexError, AttributeError):
        return None
