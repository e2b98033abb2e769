"""What can go wrong. Every error of this package is a `LearningError`; none holds the API key."""

from __future__ import annotations

from typing import Any, Optional


class LearningError(Exception):
    """Base of the family.

    `status` is the HTTP status, None when no answer came. `body` is the answer: parsed when it was JSON, else text.
    """

    def __init__(self, message: str, status: Optional[int] = None, body: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = body


class ConnectionFailedError(LearningError):
    """The server could not be reached, or hung up. `is_transient` is False when another try cannot help."""

    def __init__(self, message: str, is_transient: bool = True) -> None:
        super().__init__(message)
        self.is_transient = is_transient


class RequestTimeoutError(ConnectionFailedError):
    """The server did not answer in time. It may have done its work all the same."""


class AuthenticationError(LearningError):
    """The key is missing, wrong, or not good for this (401, 403)."""


class NotFoundError(LearningError):
    """Nothing is at this address (404)."""


class UserNotFoundError(NotFoundError):
    """The server has not seen this user yet; the first logged message makes one."""


class RateLimitError(LearningError):
    """Too many requests (429). `retry_after` is the number of seconds to wait, None when the server named none."""

    def __init__(
        self,
        message: str,
        status: Optional[int] = None,
        body: Any = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message, status, body)
        self.retry_after = retry_after


class ValidationError(LearningError, ValueError):
    """A value is wrong: seen here, before anything was sent (`status` is None), or by the server (400, 413, 422)."""


class ServerError(LearningError):
    """The server failed (5xx). `retry_after` as in `RateLimitError`."""

    def __init__(
        self,
        message: str,
        status: Optional[int] = None,
        body: Any = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message, status, body)
        self.retry_after = retry_after


class LMStudioError(LearningError):
    """LM Studio could not be reached, refused, or broke off. The learning system has no part in it."""
