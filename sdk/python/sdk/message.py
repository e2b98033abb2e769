"""Messages, and the bytes that they travel in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from .errors import ValidationError


@dataclass
class ChatMessage:
    """What a user wrote and, when there is one, what the bot replied.

    Messages with the same `session_id` are one conversation. `metadata` is kept with the message; its `timestamp`
    (ISO 8601, or a datetime) is the time of the interaction, the server's clock otherwise.
    """

    user_id: str
    message: str
    response: Optional[str] = None
    session_id: Optional[str] = None
    metadata: Optional[Dict[str, Any]] = None

    def to_body(self) -> Dict[str, Any]:
        """The fields as the server takes them, without those that are None."""
        fields = {
            "user_id": self.user_id,
            "message": self.message,
            "response": self.response,
            "session_id": self.session_id,
            "metadata": self.metadata,
        }
        return {name: value for name, value in fields.items() if value is not None}


def bulk_body(user_id: str, messages: Sequence[Union[str, Mapping[str, Any]]]) -> Dict[str, Any]:
    """The body of a bulk upload. Raises ValidationError for anything but strings and dicts."""
    if isinstance(messages, (str, bytes, Mapping)):
        raise ValidationError("messages must be a list of texts, not a single one: put it in brackets.")
    interactions: List[Dict[str, Any]] = []
    for index, item in enumerate(messages):
        if isinstance(item, str):
            interactions.append({"message": item})
        elif isinstance(item, Mapping):
            interactions.append({name: value for name, value in item.items() if value is not None})
        else:
            raise ValidationError(
                f"messages[{index}] is a {type(item).__name__}: give a text or a dict with a message."
            )
    return {"user_id": user_id, "interactions": interactions}


def encode(body: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8, dates as ISO 8601. Raises ValidationError, which never quotes the value."""
    try:
        return json.dumps(body, ensure_ascii=False, allow_nan=False, default=_plain).encode("utf-8")
    except UnicodeEncodeError:
        raise ValidationError(
            "A text holds half of a surrogate pair, which is no character: remove it."
        ) from None
    except (TypeError, ValueError, RecursionError) as error:
        kind = type(error).__name__
        raise ValidationError(
            f"A value cannot be written as JSON ({kind}): use texts, finite numbers, lists and dicts."
        ) from None


def timestamp(moment: Optional[datetime] = None) -> str:
    """ISO 8601 in UTC; now when no moment is given. A moment without a zone is local time."""
    utc = (moment or datetime.now(timezone.utc)).astimezone(timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def text_of(content: Any) -> str:
    """The text of a chat message's content: of a text itself, a list of parts, or a dict with text or content."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        return text_of(content.get("text") or content.get("content"))
    if isinstance(content, (list, tuple)):
        return "\n".join(filter(None, map(text_of, content)))
    return ""
