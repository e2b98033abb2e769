"""The learning system, as an object."""

from __future__ import annotations

import logging
import time
from types import TracebackType
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Type, Union
from urllib.parse import quote
from uuid import uuid4

from .background import BackgroundSender, Job
from .context import MOST_FACTS, context_of
from .errors import NotFoundError, UserNotFoundError, ValidationError
from .message import ChatMessage, bulk_body, encode, timestamp
from .settings import read_api_key, read_base_url, read_enabled, read_retries, read_timeout
from .transport import Transport

logger = logging.getLogger("sdk")

# Seconds that a prompt waits for what is known about its user, tries and all: an answer hangs on it.
CONTEXT_BUDGET = 5.0
# Seconds that a health check may take.
HEALTH_TIMEOUT = 5.0

BulkItem = Union[str, Mapping[str, Any]]


class AIUserLearningSDK:
    """Talks to a learning server. Threads may share one; so may the children of a fork.

    What is not said comes from the environment: `base_url` from LEARNING_SYSTEM_URL (else http://localhost:8000),
    `api_key` from WEBHOOK_API_KEY, `timeout` (seconds for one try) from LEARNING_TIMEOUT (else 30), `retries` (tries
    after the first) from LEARNING_RETRY_COUNT (else 3). `enabled=False`, or EARSHOT_ENABLED or POLLY_MONITOR_ENABLED
    set to false, 0, no or off, sends nothing at all. With `background=True` log_message and bulk_upload return at
    once, never raise, and a thread sends from a queue of at most `queue_size`.

    Raises ValidationError for settings that cannot be. All other errors are LearningErrors too.
    """

    def __init__(
        self,
        base_url: Optional[str] = None,
        api_key: Optional[str] = None,
        *,
        timeout: Optional[float] = None,
        retries: Optional[int] = None,
        enabled: Optional[bool] = None,
        background: bool = False,
        queue_size: int = 1_000,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = read_base_url(base_url)
        self.enabled = read_enabled(enabled)
        self._transport = Transport(
            self.base_url, read_api_key(api_key), read_timeout(timeout), read_retries(retries), sleep
        )
        if queue_size < 1:
            raise ValidationError("queue_size must be at least 1.")
        self._sender = BackgroundSender(self._transport, queue_size) if background and self.enabled else None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r})"

    def log_message(self, chat_message: ChatMessage) -> Dict[str, Any]:
        """Logs what a user said and, if it is there, the reply.

        Gives the server's answer: `success`, `user_id`, `interaction_id`, `learned_facts_count`, `message`. In the
        background it is `{"success": True, "queued": True}`, or `{"success": False, "queued": False}` for a message
        that can never be sent; switched off it is `{"success": True, "skipped": True}`.
        """
        if self._sender is None:
            return self._post("/webhook/chat/message", lambda: _body_of(chat_message))

        # Late messages must not look as if they were said when they were sent.
        def stamped() -> Dict[str, Any]:
            body = _body_of(chat_message)
            return {**body, "metadata": {"timestamp": timestamp(), **body.get("metadata", {})}}

        return self._post("/webhook/chat/message", stamped)

    def bulk_upload(self, user_id: str, messages: Sequence[BulkItem]) -> Dict[str, Any]:
        """Logs up to 1,000 messages of a user, all or none: texts, or dicts with `message` and, if wanted,
        `timestamp`, `response` and `metadata`.

        Gives the server's answer: `success`, `user_id`, `interactions_created`, `facts_learned`,
        `processing_time_ms`. In the background or switched off it is as for log_message.
        """
        return self._post("/webhook/chat/bulk", lambda: bulk_body(user_id, messages))

    def get_user_insights(
        self,
        user_id: str,
        categories: Union[str, Sequence[str], None] = None,
        limit: int = 10,
        min_confidence: str = "low",
    ) -> Dict[str, Any]:
        """What is known about a user: `facts`, `recent_interactions`, `analytics`, `suggestions`.

        `categories` is a list, or a text with commas; `limit` counts facts (1 to 100); `min_confidence` is low,
        medium or high. Raises UserNotFoundError for a user that the server has not seen. Switched off, everything
        is empty.
        """
        return self._insights(user_id, categories, limit, min_confidence, None)

    def get_personalization_context(self, user_id: str) -> str:
        """What is known about a user as text for a prompt: at most 2,000 characters, the most certain first.

        Empty for a user that is unknown, or of whom nothing is known. Takes at most 5 s, since a reply waits for it.
        """
        if not self.enabled:
            return ""
        try:
            return context_of(self._insights(user_id, None, MOST_FACTS, "low", CONTEXT_BUDGET))
        except UserNotFoundError:
            return ""

    def health_check(self) -> bool:
        """Whether the server answers and calls itself healthy. Never raises, tries once, takes at most 5 s.

        Switched off it is False: nobody was asked.
        """
        if not self.enabled:
            return False
        try:
            return self._transport.once("GET", "/health", timeout=HEALTH_TIMEOUT).get("status") == "healthy"
        except Exception as error:
            logger.debug("Not healthy: %s", error)
            return False

    @property
    def dropped(self) -> int:
        """Messages that the background sender gave up; a bulk upload counts as one."""
        return 0 if self._sender is None else self._sender.dropped

    def flush(self, timeout: float = 10.0) -> bool:
        """Waits until the queue is sent, at most `timeout` seconds. Whether nothing is left in it."""
        return True if self._sender is None else self._sender.flush(timeout)

    def close(self, timeout: float = 10.0) -> bool:
        """Sends what is queued, for at most `timeout` seconds, and takes no more for the background. Whether all
        was sent. The end of the program does the same, for 5 seconds."""
        return True if self._sender is None else self._sender.close(timeout)

    def __enter__(self) -> AIUserLearningSDK:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def _post(self, path: str, make: Callable[[], Dict[str, Any]]) -> Dict[str, Any]:
        if not self.enabled:
            return {"success": True, "skipped": True}
        if self._sender is None:
            return self._transport.request("POST", path, body=encode(make()), idempotency_key=str(uuid4()))
        try:
            body = make()
            job = Job(path, encode(body), str(body.get("user_id")))
        except Exception as error:
            logger.warning("A message cannot be sent: %s", error)
            return {"success": False, "queued": False}
        queued = self._sender.put(job)
        return {"success": queued, "queued": queued}

    def _insights(
        self,
        user_id: str,
        categories: Union[str, Sequence[str], None],
        limit: int,
        min_confidence: str,
        budget: Optional[float],
    ) -> Dict[str, Any]:
        if not self.enabled:
            return _nothing_about(user_id)
        query: Dict[str, Any] = {"limit": limit, "confidence": min_confidence}
        if categories is not None:
            names: List[str] = categories.split(",") if isinstance(categories, str) else list(categories)
            query["categories"] = ",".join(name.strip() for name in names)
        path = f"/webhook/chat/insights/{_quoted(user_id)}"
        try:
            return self._transport.request("GET", path, query=query, budget=budget)
        except NotFoundError as error:
            # An unknown path is 404 as well, and means a wrong address.
            said = error.body.get("error") if isinstance(error.body, dict) else None
            if not isinstance(said, str) or not said.startswith("User "):
                raise
            raise UserNotFoundError(
                f"{said}. The first message that is logged for a user makes one; is the id spelt as there?",
                error.status,
                error.body,
            ) from None


def _body_of(message: ChatMessage) -> Dict[str, Any]:
    try:
        return message.to_body()
    except AttributeError:
        raise ValidationError(f"log_message takes a ChatMessage, not a {type(message).__name__}.") from None


def _quoted(user_id: str) -> str:
    if not isinstance(user_id, str) or not user_id:
        raise ValidationError("user_id must be a text, and not an empty one.")
    try:
        return quote(user_id, safe="")
    except UnicodeEncodeError:
        raise ValidationError("user_id holds half of a surrogate pair, which is no character.") from None


def _nothing_about(user_id: str) -> Dict[str, Any]:
    return {
        "user_id": None,
        "username": user_id,
        "facts": [],
        "recent_interactions": [],
        "analytics": {"total_interactions": 0, "avg_sentiment": 0, "most_active_hour": None},
        "suggestions": [],
        "skipped": True,
    }
