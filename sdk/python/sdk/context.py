"""What is known about a user, as words that a prompt takes."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping

if TYPE_CHECKING:
    from .client import AIUserLearningSDK

logger = logging.getLogger("sdk")

HEADING = "What is known about this user from earlier conversations, most certain first:"
# Characters of a whole context and of one fact: a prompt is paid for by length.
LONGEST_CONTEXT, LONGEST_FACT = 2_000, 200
# Facts that are asked for.
MOST_FACTS = 30
# Seconds without another attempt after a failure, so that a server that is down does not slow every answer.
PAUSE = 30.0

_CERTAINTY = {"high": 2, "medium": 1, "low": 0}


def context_of(insights: Mapping[str, Any]) -> str:
    """A heading and one line a fact; empty without facts. Bounded, cut between facts."""
    facts = [fact for fact in insights.get("facts") or [] if isinstance(fact, Mapping) and _line(fact)]
    facts.sort(key=_rank, reverse=True)
    lines: List[str] = [HEADING]
    length = len(HEADING)
    for fact in facts:
        line = f"- {_line(fact)} ({fact.get('confidence', 'low')} confidence)"
        length += 1 + len(line)
        if length > LONGEST_CONTEXT:
            break
        lines.append(line)
    return "\n".join(lines) if len(lines) > 1 else ""


def _rank(fact: Mapping[str, Any]) -> Any:
    evidence = fact.get("evidence_count")
    return (
        _CERTAINTY.get(str(fact.get("confidence")), 0),
        evidence if isinstance(evidence, (int, float)) else 0,
    )


def _line(fact: Mapping[str, Any]) -> str:
    # A fact quotes its user: line breaks in it could pass for lines of the prompt.
    value = "".join(c if c.isprintable() else " " for c in str(fact.get("value") or ""))
    words = " ".join(value.split())
    return words if len(words) <= LONGEST_FACT else words[: LONGEST_FACT - 1] + "…"


class ContextSource:
    """The context for a chat that must go on whatever happens: empty when the learning system fails."""

    def __init__(self, sdk: AIUserLearningSDK, clock: Callable[[], float] = time.monotonic) -> None:
        self._sdk = sdk
        self._clock = clock
        self._not_before = float("-inf")

    def of(self, user_id: str) -> str:
        """Never raises. After a failure it is empty for half a minute, and the server is left alone."""
        if self._clock() < self._not_before:
            return ""
        try:
            return self._sdk.get_personalization_context(user_id)
        except Exception as error:
            self._not_before = self._clock() + PAUSE
            logger.warning("No personalization for the next %d s: %s", PAUSE, error)
            return ""


def log_safely(sdk: AIUserLearningSDK, message: Any) -> Dict[str, Any]:
    """Logs a message; a failure becomes a warning and an empty answer."""
    try:
        return sdk.log_message(message)
    except Exception as error:
        logger.warning("A message was not logged: %s", error)
        return {}
