"""LM Studio: chat completions that know their user, and are logged."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence

from .client import AIUserLearningSDK
from .context import ContextSource, log_safely
from .errors import LMStudioError, ValidationError
from .message import ChatMessage, encode, text_of
from .settings import read_api_key, read_base_url
from .transport import USER_AGENT, opener_for

DEFAULT_LM_STUDIO_URL = "http://localhost:1234/v1"
# Seconds without a byte: a large model may think for minutes before its first word.
DEFAULT_COMPLETION_TIMEOUT = 600.0

Message = Dict[str, Any]


class LMStudioIntegration:
    """Asks LM Studio, or whatever speaks OpenAI's protocol.

    The learning system's key never goes there, and its failures never come in the way of a completion: they become
    warnings of the logger `sdk`. Failures of LM Studio are raised as LMStudioError and not tried again.
    """

    def __init__(
        self,
        sdk: AIUserLearningSDK,
        lm_studio_url: str = DEFAULT_LM_STUDIO_URL,
        lm_studio_api_key: Optional[str] = None,
        completion_timeout: float = DEFAULT_COMPLETION_TIMEOUT,
    ) -> None:
        self.sdk = sdk
        url = read_base_url(lm_studio_url, "lm_studio_url")
        self.lm_studio_url = url if url.endswith("/v1") else f"{url}/v1"
        self._key = read_api_key(lm_studio_api_key or "", "lm_studio_api_key")
        self._timeout = completion_timeout
        self._opener = opener_for(self.lm_studio_url)
        self._context = ContextSource(sdk)

    def enhanced_chat_completion(
        self,
        messages: Sequence[Mapping[str, Any]],
        user_id: str,
        model: Optional[str] = None,
        *,
        stream: bool = False,
        session_id: Optional[str] = None,
        metadata: Optional[Dict[str, Any]] = None,
        **arguments: Any,
    ) -> Any:
        """Completes a chat with what is known about the user in its system message, and logs the last user message
        with the reply.

        Gives the answer of LM Studio as it is, a dict; with `stream=True` an iterator over its chunks, logged when
        it ends, fails or is left. `arguments` (temperature, max_tokens, tools …) go to LM Studio. A turn that only
        calls tools is not logged; the one that ends in words is. Raises LMStudioError.
        """
        body: Dict[str, Any] = {"messages": with_context(messages, self._context.of(user_id)), **arguments}
        if model is not None:
            body["model"] = model
        if stream:
            body["stream"] = True
        exchange = _Exchange(self.sdk, user_id, messages, model, session_id, metadata)
        response = self._open(body)
        if stream:
            return self._chunks(response, exchange)
        try:
            with response:
                completion = json.loads(response.read())
        except (OSError, http.client.HTTPException) as error:
            raise self._broken(error) from None
        except ValueError:
            completion = None
        if not isinstance(completion, dict):
            said = f"{self.lm_studio_url} did not answer with a JSON object. Is it LM Studio?"
            raise LMStudioError(said, response.status)
        exchange.add(completion, "message")
        exchange.log()
        return completion

    def _open(self, body: Dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json", "User-Agent": USER_AGENT}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(
            f"{self.lm_studio_url}/chat/completions", data=encode(body), headers=headers, method="POST"
        )
        try:
            return self._opener.open(request, timeout=self._timeout)
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(error) from None
        except (OSError, http.client.HTTPException) as error:
            raise self._broken(error) from None

    def _refused(self, error: urllib.error.HTTPError) -> LMStudioError:
        try:
            text = error.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            text = ""
        try:
            body: Any = json.loads(text)
        except ValueError:
            body = text
        said = _words(body.get("error")) if isinstance(body, dict) else ""
        hint = said or "Is the model loaded, and the address right?"
        return LMStudioError(f"{self.lm_studio_url} refused with {error.code}: {hint}", error.code, body)

    def _broken(self, error: Exception) -> LMStudioError:
        reason = getattr(error, "reason", None) or error
        said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        return LMStudioError(
            f"No answer from LM Studio at {self.lm_studio_url} ({said}). Is its server started?"
        )

    def _chunks(self, response: Any, exchange: _Exchange) -> Iterator[Dict[str, Any]]:
        try:
            with response:
                for line in response:
                    if not line.startswith(b"data:"):
                        continue
                    data = line[len(b"data:") :].strip()
                    if data == b"[DONE]":
                        return
                    chunk = json.loads(data)
                    if not isinstance(chunk, dict):
                        raise ValueError
                    if chunk.get("error") is not None:
                        raise LMStudioError(f"LM Studio broke off: {_words(chunk['error'])}", body=chunk)
                    exchange.add(chunk, "delta")
                    yield chunk
        except (OSError, http.client.HTTPException) as error:
            raise self._broken(error) from None
        except ValueError:
            raise LMStudioError(f"{self.lm_studio_url} sent a chunk that is no JSON object.") from None
        finally:
            exchange.log()


class _Exchange:
    """What is logged of a completion: gathered from it, or from its chunks."""

    def __init__(
        self,
        sdk: AIUserLearningSDK,
        user_id: str,
        messages: Sequence[Mapping[str, Any]],
        model: Optional[str],
        session_id: Optional[str],
        metadata: Optional[Dict[str, Any]],
    ) -> None:
        self._sdk = sdk
        self._user_id = user_id
        self._session_id = session_id
        asked = [message for message in messages if message.get("role") == "user"]
        self._question = text_of(asked[-1].get("content")) if asked else ""
        self._reply = ""
        self._about: Dict[str, Any] = {"source": "lm_studio"}
        if model is not None:
            self._about["model"] = model
        self._own = metadata or {}
        self._started = time.monotonic()

    def add(self, part: Mapping[str, Any], field: str) -> None:
        """Takes the first choice's text, the model and the tokens of a completion or a chunk, if they are there."""
        choices = part.get("choices")
        if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
            words = choices[0].get(field)
            self._reply += text_of(words.get("content")) if isinstance(words, Mapping) else ""
        if isinstance(part.get("model"), str):
            self._about["model"] = part["model"]
        if isinstance(part.get("usage"), Mapping):
            self._about["tokens_used"] = dict(part["usage"])

    def log(self) -> None:
        if self._question.strip() == "" or self._reply == "":
            return
        latency = round((time.monotonic() - self._started) * 1000)
        about = {**self._about, "latency_ms": latency, **self._own}
        log_safely(
            self._sdk, ChatMessage(self._user_id, self._question, self._reply, self._session_id, about)
        )


def with_context(messages: Sequence[Mapping[str, Any]], context: str) -> List[Message]:
    """New messages that tell the model the context: in the system message if they start with one."""
    if isinstance(messages, (str, Mapping)):
        raise ValidationError('messages must be a list, like [{"role": "user", "content": "Hello"}].')
    copies = [dict(message) for message in messages]
    if context == "":
        return copies
    if not copies or copies[0].get("role") not in ("system", "developer"):
        return [{"role": "system", "content": context}, *copies]
    content = copies[0].get("content")
    if isinstance(content, list):
        copies[0]["content"] = [*content, {"type": "text", "text": context}]
    else:
        copies[0]["content"] = "\n\n".join(filter(None, [text_of(content), context]))
    return copies


def _words(error: Any) -> str:
    said = error.get("message") if isinstance(error, Mapping) else error
    return said[:300] if isinstance(said, str) else ""


def quick_lm_studio_setup(
    learning_url: Optional[str] = None,
    lm_studio_url: str = DEFAULT_LM_STUDIO_URL,
    api_key: Optional[str] = None,
    lm_studio_api_key: Optional[str] = None,
    completion_timeout: float = DEFAULT_COMPLETION_TIMEOUT,
    **options: Any,
) -> LMStudioIntegration:
    """An LMStudioIntegration that logs in the background, so that no completion waits for it.

    `api_key` is the learning system's. `options` go to AIUserLearningSDK.
    """
    sdk = AIUserLearningSDK(learning_url, api_key, **{"background": True, **options})
    return LMStudioIntegration(sdk, lm_studio_url, lm_studio_api_key, completion_timeout)
