"""Tells a learning server what a chatbot hears and says, and asks it what it has learned about its users."""

from .client import AIUserLearningSDK
from .errors import (
    AuthenticationError,
    ConnectionFailedError,
    LearningError,
    LMStudioError,
    NotFoundError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    UserNotFoundError,
    ValidationError,
)
from .gradio import GradioIntegration, quick_gradio_setup
from .lm_studio import LMStudioIntegration, quick_lm_studio_setup
from .message import ChatMessage

__version__ = "0.1.0"

__all__ = [
    "AIUserLearningSDK",
    "AuthenticationError",
    "ChatMessage",
    "ConnectionFailedError",
    "GradioIntegration",
    "LMStudioError",
    "LMStudioIntegration",
    "LearningError",
    "NotFoundError",
    "RateLimitError",
    "RequestTimeoutError",
    "ServerError",
    "UserNotFoundError",
    "ValidationError",
    "quick_gradio_setup",
    "quick_lm_studio_setup",
]
