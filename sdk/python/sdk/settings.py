"""Settings: what the caller says, else the environment, else a default. A bad one is named at the start."""

from __future__ import annotations

import math
import os
from typing import Optional
from urllib.parse import urlsplit

from .errors import ValidationError

DEFAULT_URL = "http://localhost:8000"
DEFAULT_TIMEOUT = 30.0
DEFAULT_RETRIES = 3

OFF = {"false", "0", "no", "off"}
SWITCHES = ("EARSHOT_ENABLED", "POLLY_MONITOR_ENABLED")


def read_base_url(value: Optional[str], variable: str = "LEARNING_SYSTEM_URL") -> str:
    """The address without a slash at its end. Raises ValidationError when it is none."""
    url = (value or os.environ.get(variable) or DEFAULT_URL).strip().rstrip("/")
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or any(character <= " " or character > "~" for character in url):
        raise ValidationError(
            f"The address of the server (base_url or {variable}) must be like {DEFAULT_URL}."
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise ValidationError(
            f"The address of the server (base_url or {variable}) must hold no user name, '?' or '#'; "
            "a key goes into api_key."
        )
    return url


def read_api_key(value: Optional[str], variable: str = "WEBHOOK_API_KEY") -> Optional[str]:
    """The key, None for an empty one. Space around it is dropped: files with keys end in a line break."""
    key = (value if value is not None else os.environ.get(variable, "")).strip()
    if any(not "!" <= character <= "~" for character in key):
        raise ValidationError(f"The key (api_key or {variable}) must be printable ASCII without spaces.")
    return key or None


def read_timeout(value: Optional[float], variable: str = "LEARNING_TIMEOUT") -> float:
    """Seconds, more than 0."""
    seconds = _number(value, variable, DEFAULT_TIMEOUT)
    if seconds is None or not 0 < seconds <= 86_400:
        raise ValidationError(f"timeout or {variable} must be seconds, more than 0 and at most a day.")
    return seconds


def read_retries(value: Optional[int], variable: str = "LEARNING_RETRY_COUNT") -> int:
    """Tries after the first."""
    count = _number(value, variable, float(DEFAULT_RETRIES))
    if count is None or count != int(count) or not 0 <= count <= 100:
        raise ValidationError(f"retries or {variable} must be a whole number from 0 to 100.")
    return int(count)


def read_enabled(value: Optional[bool]) -> bool:
    """Whether anything is sent at all: as said, else unless one of the switches of the environment is off."""
    if value is not None:
        return value
    return not any(os.environ.get(name, "").strip().lower() in OFF for name in SWITCHES)


def _number(value: Optional[float], variable: str, default: float) -> Optional[float]:
    said = value if value is not None else os.environ.get(variable, "").strip()
    if said == "":
        return default
    try:
        number = float(said)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
