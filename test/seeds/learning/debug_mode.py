"""The document's debug mode, with a message that must not get into the log."""

import logging
import os

logging.basicConfig(level=logging.DEBUG)

from sdk import AIUserLearningSDK, ChatMessage  # noqa: E402  The document sets up logging first.

sdk = AIUserLearningSDK(os.environ["EARSHOT_TEST_URL"], api_key="a-secret-key")
print(sdk.health_check())
sdk.log_message(ChatMessage("debug-user", "words of a user"))
