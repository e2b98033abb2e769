"""Gradio: a chat function's answers, logged, and given what is known about the user."""

from __future__ import annotations

import functools
import inspect
import threading
from collections import OrderedDict
from collections.abc import Iterator as IteratorABC
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from .client import AIUserLearningSDK
from .context import ContextSource, log_safely
from .message import ChatMessage, text_of

History = List[Any]

# Conversations that an object remembers for callers that bring no history, and messages of each.
MOST_CONVERSATIONS, MOST_MESSAGES = 256, 200

_CONTEXT_NAMES = {"context", "user_context", "learning_context", "personalization_context"}
_HISTORY_NAMES = {"history", "chat_history", "messages", "conversation"}


class GradioIntegration:
    """Stands between a Gradio interface and the function that answers.

    The chat goes on when the learning system fails: the failure becomes a warning of the logger `sdk`.
    """

    def __init__(self, sdk: AIUserLearningSDK, user_id: str = "gradio_user") -> None:
        self.sdk = sdk
        self.user_id = user_id
        self._context = ContextSource(sdk)
        self._lock = threading.Lock()
        self._histories: OrderedDict[Tuple[str, Optional[str]], History] = OrderedDict()

    def chat_with_learning(
        self,
        message: Any,
        chatbot_response_fn: Callable[..., Any],
        history: Optional[Sequence[Any]] = None,
        user_id: Optional[str] = None,
        session_id: Optional[str] = None,
        metadata: Optional[Dict[str, Any]] = None,
    ) -> Tuple[Any, History]:
        """Answers a message, logs both, and gives `(response, updated_history)`.

        `chatbot_response_fn` takes `(message)`, `(message, history)` or `(message, context)`, told apart by the
        names and number of its parameters. When it yields, as Gradio's streaming functions do, its last value is
        the response; `stream_with_learning` hands on each of them.

        `history` is a list of role and content dicts, or of pairs, and comes back in the form it came in. Without
        one the object remembers the conversation by user and session: bring one, or a session, when several people
        share a `user_id`. What the function raises is raised; the message is logged without a reply then.
        """
        last: Tuple[Any, History] = (None, list(history or []))
        for current in self.stream_with_learning(
            message, chatbot_response_fn, history, user_id, session_id, metadata
        ):
            last = current
        return last

    def stream_with_learning(
        self,
        message: Any,
        chatbot_response_fn: Callable[..., Any],
        history: Optional[Sequence[Any]] = None,
        user_id: Optional[str] = None,
        session_id: Optional[str] = None,
        metadata: Optional[Dict[str, Any]] = None,
    ) -> Iterator[Tuple[Any, History]]:
        """Like `chat_with_learning`, but yields `(response so far, updated_history)` for each value that the
        function yields, and logs when it ends, fails, or is left."""
        user = user_id or self.user_id
        before = self._remembered(user, session_id) if history is None else list(history)
        response: Any = None
        updated = before
        try:
            result = call_with_what_it_takes(
                chatbot_response_fn, message, list(before), lambda: self._context.of(user)
            )
            for response in result if isinstance(result, IteratorABC) else [result]:
                updated = extended(before, message, response)
                yield response, updated
        finally:
            if history is None and updated is not before:
                self._remember(user, session_id, updated)
            self._log(user, session_id, message, response, metadata)

    def _log(
        self,
        user: str,
        session_id: Optional[str],
        message: Any,
        response: Any,
        metadata: Optional[Dict[str, Any]],
    ) -> None:
        text = text_of(message)
        if text.strip() == "":
            # A picture alone, say: there are no words to learn from.
            return
        about = {"source": "gradio", **(metadata or {})}
        log_safely(self.sdk, ChatMessage(user, text, text_of(response) or None, session_id, about))

    def _remembered(self, user: str, session_id: Optional[str]) -> History:
        with self._lock:
            return list(self._histories.get((user, session_id), []))

    def _remember(self, user: str, session_id: Optional[str], history: History) -> None:
        with self._lock:
            self._histories[(user, session_id)] = history[-MOST_MESSAGES:]
            self._histories.move_to_end((user, session_id))
            if len(self._histories) > MOST_CONVERSATIONS:
                self._histories.popitem(last=False)


def call_with_what_it_takes(
    function: Callable[..., Any], message: Any, history: History, context: Callable[[], str]
) -> Any:
    """Calls the function with the message and what its parameters ask for; the context is fetched only then."""
    positional, keywords = _wishes(function)
    give: Dict[str, Callable[[], Any]] = {"history": lambda: history, "context": context}
    result = function(
        message,
        *(give[wish]() for wish in positional),
        **{name: give[wish]() for name, wish in keywords.items()},
    )
    if inspect.isawaitable(result) or inspect.isasyncgen(result):
        if inspect.iscoroutine(result):
            result.close()
        raise TypeError("chatbot_response_fn must not be async: wrap it in a function with asyncio.run().")
    return result


def _wishes(function: Callable[..., Any]) -> Tuple[List[str], Dict[str, str]]:
    """What to give after the message: by position, and by keyword."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        # Some functions written in C do not tell.
        return ["history"], {}
    positional: List[str] = []
    keywords: Dict[str, str] = {}
    seats = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    for index, parameter in enumerate(seats[1:]):
        wish = _wish(parameter.name)
        if wish is None and index == 0 and parameter.default is parameter.empty:
            wish = "history"
        if wish is None:
            # A default of its own stands; what follows can only be named.
            keywords = {p.name: w for p in seats[index + 2 :] for w in [_wish(p.name)] if w is not None}
            break
        positional.append(wish)
    if not seats[1:] and any(p.kind == p.VAR_POSITIONAL for p in parameters):
        positional = ["history"]
    preset = function.keywords if isinstance(function, functools.partial) else {}
    for parameter in parameters:
        wish = _wish(parameter.name)
        if parameter.kind == parameter.KEYWORD_ONLY and wish is not None and parameter.name not in preset:
            keywords[parameter.name] = wish
    return positional, keywords


def _wish(name: str) -> Optional[str]:
    return "context" if name in _CONTEXT_NAMES else "history" if name in _HISTORY_NAMES else None


def extended(history: History, message: Any, response: Any) -> History:
    """A new history with one exchange more, in the form of the given one; an empty one is of dicts."""
    last = history[-1] if history else None
    if isinstance(last, (list, tuple)):
        return [*history, type(last)((text_of(message), response))]
    return [*history, {"role": "user", "content": _content(message)}, *_replies(response)]


def _content(message: Any) -> Any:
    # The box for text and files gives {"text", "files"}.
    return text_of(message) if isinstance(message, Mapping) and "text" in message else message


def _replies(response: Any) -> List[Any]:
    replies = response if isinstance(response, list) else [response]
    if replies and all(isinstance(reply, Mapping) and "content" in reply for reply in replies):
        return [{"role": "assistant", **reply} for reply in replies]
    return [{"role": "assistant", "content": "" if response is None else response}]


def quick_gradio_setup(
    base_url: Optional[str] = None,
    user_id: str = "gradio_user",
    api_key: Optional[str] = None,
    **options: Any,
) -> GradioIntegration:
    """A GradioIntegration that logs in the background, so that no answer waits for it.

    `options` go to AIUserLearningSDK: `background=False` logs before the answer is given.
    """
    return GradioIntegration(AIUserLearningSDK(base_url, api_key, **{"background": True, **options}), user_id)
